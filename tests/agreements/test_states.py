"""The states of a data agreement, and what a consolidation does to each."""

from __future__ import annotations

import pytest

from agreements.models import DataAgreement
from agreements.states import END, LIVE, TRANSITIONS, Status
from institutions.keys import InstitutionKey
from tests import builders
from tests.builders import NEW_YEAR

KEY = DataAgreement._meta.get_field("institution")


def test_the_transitions_are_those_of_tilslutning_and_slettet_is_final() -> None:
    lawful = {(old.value, new) for old in Status for new in TRANSITIONS[old]}
    assert lawful == {
        ("VENTER", "GODKENDT"), ("VENTER", "AFVIST"), ("VENTER", "SLETTET"),
        ("GODKENDT", "VENTER"), ("GODKENDT", "SLETTET"),
        ("AFVIST", "VENTER"), ("AFVIST", "SLETTET"),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_end_ends_what_is_live_and_leaves_the_rest(status: Status) -> None:
    legacy, unit = builders.legacy(), builders.unit()
    made = builders.agreement(legacy, status)
    assert isinstance(KEY, InstitutionKey)
    changes = END(KEY, survivor=unit, absorbed=legacy, on=NEW_YEAR)
    if status not in LIVE:
        assert changes == []
        return
    (change,) = changes
    assert (change.subject, change.key, change.model) == (f"aftale:{made.number}", made.pk, "agreements.dataagreement")
    assert dict(change.before) == {"status": status.value, "ended_on": None}
    assert dict(change.after) == {"status": "SLETTET", "ended_on": "2026-01-01"}
    assert unit.number in change.why


@pytest.mark.django_db
def test_end_touches_no_other_institution() -> None:
    legacy, unit = builders.legacy(), builders.unit()
    builders.agreement(unit)
    builders.agreement(builders.legacy("A10002"))
    assert isinstance(KEY, InstitutionKey)
    assert END(KEY, survivor=unit, absorbed=legacy, on=NEW_YEAR) == []
