"""Plan and execute: what a person saw is what happens, and nothing else."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from agreements import lifecycle as agreements
from agreements.models import DataAgreement
from agreements.states import Status
from institutions import consolidation, lifecycle, numbers
from institutions.keys import Change
from institutions.models import Candidate, Consolidation, Institution, Version
from registry import ledger
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR, NEW_YEAR, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from institutions.consolidation import Plan

pytestmark = pytest.mark.django_db
SPRING, SUMMER = date(2026, 4, 1), date(2026, 7, 1)
DRAWN = {"agreements_number", "agreements_dataagreement_id_seq", "agreements_statusperiod_id_seq"}
plan = partial(consolidation.plan, on=SPRING)


def execute(planned: Plan, **more: str) -> Consolidation:
    return consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR, **more)


def consolidate(survivor: Institution, absorbed: Institution) -> Consolidation:
    return execute(plan(survivor, absorbed))


@pytest.fixture
def unit() -> Institution:
    return builders.unit()


@pytest.fixture
def legacy() -> Institution:
    return builders.legacy()


def test_a_plan_is_the_list_of_every_row_that_will_change(unit: Institution, legacy: Institution) -> None:
    made = {status: builders.agreement(legacy, status) for status in Status}
    planned = plan(unit, legacy)
    assert [(one.model, one.subject, one.makes, one.told) for one in planned.changes] == [
        ("institutions.institution", "A10001", False, True),
        ("institutions.version", "A10001", False, True),
        ("agreements.dataagreement", made[Status.VENTER].subject, False, True),
        ("agreements.dataagreement", "", True, True),
        ("agreements.statusperiod", "", True, False),
        ("agreements.dataagreement", made[Status.GODKENDT].subject, False, True),
    ]
    assert [unit.number in one.why for one in planned.changes] == [True, False, True, False, False, True]


def test_a_plan_reads_only(unit: Institution, legacy: Institution) -> None:
    builders.agreement(legacy)
    before = builders.dump(), builders.sequences(), ledger.head()
    assert plan(unit, legacy) == plan(unit, legacy)
    assert plan(unit, legacy).fingerprint == plan(unit, legacy).fingerprint
    assert (builders.dump(), builders.sequences(), ledger.head()) == before


def test_executing_does_what_the_plan_showed_and_writes_the_list(unit: Institution, legacy: Institution) -> None:
    made = {status: builders.agreement(legacy, status) for status in Status}
    others = builders.agreement(unit)
    planned = plan(unit, legacy)
    done = execute(planned, reason="samme adresse")
    assert Institution.objects.get(pk=legacy.pk).absorbed_into == unit
    assert told(legacy, "closing_cause") == [("", "2026-04-01", "konsolideret")]
    statuses = {
        one.pk: (one.status, one.ended_on, one.institution, one.carried_by_id) for one in DataAgreement.objects.all()
    }
    successor = made[Status.GODKENDT].system.data_agreements.get(institution=unit)
    assert statuses == {
        made[Status.VENTER].pk: ("VENTER", None, unit, None),
        made[Status.GODKENDT].pk: ("GODKENDT", None, legacy, successor.pk),
        made[Status.AFVIST].pk: ("AFVIST", None, legacy, None),
        made[Status.SLETTET].pk: ("SLETTET", None, legacy, None),
        others.pk: ("GODKENDT", None, unit, None),
        successor.pk: ("VENTER", None, unit, None),
    }
    assert [Event.objects.get(pk=done.pk)] == list(Consolidation.objects.all())
    assert (done.reason, done.subject, done.data["survivor"], done.data["on"]) == (
        "samme adresse", "A10001", unit.number, "2026-04-01",
    )  # fmt: skip
    assert_done_as_planned(done, planned)


def assert_done_as_planned(done: Consolidation, planned: Plan) -> None:
    """The stored list is the planned one, with the keys of the rows that it made."""
    stored = [Change(**one) for one in done.data["changes"]]
    keys = {one.handle: one.key for one in stored if one.handle}
    assert len(stored) == len(planned.changes)
    for was, seen in zip(stored, planned.changes, strict=True):
        expected = {
            name: keys[value[1:]] if str(value).startswith("$") else value for name, value in seen.after.items()
        }
        assert (was.model, was.why, was.handle, was.told) == (seen.model, seen.why, seen.handle, seen.told)
        if seen.makes:
            assert {name: was.after[name] for name in expected} == expected
        else:
            assert (was.key, was.before, was.after) == (seen.key, seen.before, expected)


def test_each_row_that_changed_has_a_line_and_all_are_one_act(unit: Institution, legacy: Institution) -> None:
    made = builders.agreement(legacy)
    head = ledger.head()
    done = consolidate(unit, legacy)
    lines = list(Event.objects.filter(seq__gt=head))
    successor = made.system.data_agreements.get(institution=unit)
    assert [(one.action, one.subject) for one in lines] == [
        ("consolidation.execute", "A10001"),
        ("consolidation.absorb", unit.number),
        ("consolidation.execute", successor.subject),
        ("consolidation.execute", made.subject),
    ]
    assert {one.correlation for one in lines} == {done.correlation}
    assert lines[0].data["after"]["absorbed_into"] == unit.number
    assert "absorbed_into" not in lines[0].data["before"]
    assert lines[2].data["before"] == {}
    assert (lines[2].data["after"]["status"], lines[2].data["after"]["institution_id"]) == ("VENTER", unit.pk)
    assert lines[3].data["after"] == {"status": "GODKENDT", "carried_by_id": successor.pk}


def test_every_old_number_leads_to_the_survivor_for_ever(unit: Institution, legacy: Institution) -> None:
    consolidate(unit, legacy)
    assert numbers.resolve("A10001").today == unit
    lifecycle.close(unit, on=SUMMER, actor=ACTOR, reason="")
    assert numbers.resolve("A10001").today == unit
    assert consolidation.standing(Institution.objects.get(pk=legacy.pk)) == Consolidation.objects.get()
    assert consolidation.standing(unit) is None


def test_many_are_consolidated_into_one(unit: Institution) -> None:
    for number in ("A10001", "A10002", "A1000X"):
        consolidate(unit, builders.legacy(number))
    assert {one.number for one in unit.absorbed.all()} == {"A10001", "A10002", "A1000X"}


def wrong_pairs() -> dict[str, tuple[Callable[[], tuple[Institution, Institution]], str]]:
    def closed_ahead() -> Institution:
        unit = builders.unit()
        lifecycle.close(unit, on=SUMMER, actor=ACTOR, reason="")
        return unit

    def reopened_later() -> Institution:
        unit = builders.unit()
        lifecycle.close(unit, on=SPRING - timedelta(days=1), actor=ACTOR, reason="")
        lifecycle.reopen(unit, on=SPRING + timedelta(days=1), actor=ACTOR, reason="")
        return unit

    def closed_between() -> Institution:
        unit = builders.unit()
        lifecycle.close(unit, on=SUMMER, actor=ACTOR, reason="")
        lifecycle.reopen(unit, on=SUMMER + timedelta(days=9), actor=ACTOR, reason="")
        return unit

    def absorbed() -> Institution:
        one = builders.legacy()
        consolidate(builders.unit(), one)
        return one

    unit, legacy = builders.unit, builders.legacy
    return {
        "two units": (lambda: (unit(), unit()), "kan_ikke_konsolideres"),
        "a unit into an A-number": (lambda: (legacy(), unit()), "kan_ikke_konsolideres"),
        "two A-numbers": (lambda: (legacy("A10002"), legacy()), "kan_ikke_konsolideres"),
        "into itself": (lambda: (one := legacy(), one), "kan_ikke_konsolideres"),
        "into a daginstitution": (lambda: (builders.daginstitution(), legacy()), "kan_ikke_konsolideres"),
        "into one that closes ahead": (lambda: (closed_ahead(), legacy()), "kan_ikke_konsolideres"),
        "into one that is closed on the day": (lambda: (reopened_later(), legacy()), "kan_ikke_konsolideres"),
        "into one that is closed for some days": (lambda: (closed_between(), legacy()), "kan_ikke_konsolideres"),
        "into one that begins later": (lambda: (unit(on=SUMMER), legacy()), "kan_ikke_konsolideres"),
        "one that begins on the day": (lambda: (unit(), legacy(start=SPRING)), "kan_ikke_konsolideres"),
        "one that begins later": (lambda: (unit(), legacy(start=SUMMER)), "ikke_aaben"),
        "one that is closed": (lambda: (unit(), legacy(end=SPRING)), "ikke_aaben"),
        "one that is absorbed": (lambda: (unit(), absorbed()), "er_konsolideret"),
    }


@pytest.mark.parametrize("case", wrong_pairs())
def test_an_unlawful_pair_is_refused(case: str) -> None:
    make, code = wrong_pairs()[case]
    survivor, absorbed = make()
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        plan(survivor, absorbed)
    assert refused.value.code == code
    assert (builders.dump(), ledger.head()) == before


def test_one_whose_last_days_are_dated_ahead_is_consolidated_before_them(unit: Institution) -> None:
    legacy = builders.legacy(start=NEW_YEAR, end=SUMMER)
    done = consolidate(unit, legacy)
    assert told(legacy, "closing_cause") == [("2026-01-01", "2026-04-01", "konsolideret")]
    consolidation.undo(done, actor=ACTOR, reason="")
    assert told(legacy, "closing_cause") == [("2026-01-01", "2026-07-01", "")]


def test_a_consolidation_into_an_alternative_address(legacy: Institution) -> None:
    *_above, alternative = builders.tree()
    consolidate(alternative, legacy)
    assert numbers.resolve("A10001").today == alternative


def moved() -> dict[str, Callable[[Institution, Institution], object]]:
    return {
        "an agreement approved": lambda _unit, legacy: agreements.approve(
            DataAgreement.objects.get(institution=legacy, status=Status.VENTER), actor=ACTOR
        ),
        "an agreement more": lambda _unit, legacy: builders.agreement(legacy),
        "an agreement less": lambda _unit, legacy: agreements.refuse(
            DataAgreement.objects.get(institution=legacy, status=Status.VENTER), actor=ACTOR
        ),
        "the name": lambda _unit, legacy: Version.objects.filter(institution=legacy).update(name="NYT NAVN"),
    }


@pytest.mark.parametrize("what", moved())
def test_what_moved_since_the_preview_stops_it(unit: Institution, legacy: Institution, what: str) -> None:
    builders.agreement(legacy, Status.VENTER)
    planned = plan(unit, legacy)
    moved()[what](unit, legacy)
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        execute(planned)
    assert refused.value.code == "ikke_det_forhaandsviste"
    assert (builders.dump(), ledger.head()) == before
    execute(plan(unit, legacy))


def test_another_fingerprint_stops_it(unit: Institution, legacy: Institution) -> None:
    planned = plan(unit, legacy)
    other = consolidation.plan(unit, legacy, on=SUMMER)
    for wrong in ("", "0" * 64, other.fingerprint):
        with pytest.raises(Refused) as refused:
            consolidation.execute(planned, fingerprint=wrong, actor=ACTOR)
        assert refused.value.code == "ikke_det_forhaandsviste"


def test_it_cannot_be_executed_twice(unit: Institution, legacy: Institution) -> None:
    planned = plan(unit, legacy)
    execute(planned)
    with pytest.raises(Refused) as refused:
        execute(planned)
    assert refused.value.code == "er_konsolideret"


def test_a_survivor_that_closed_since_the_preview_stops_it(unit: Institution, legacy: Institution) -> None:
    planned = plan(unit, legacy)
    lifecycle.close(unit, on=SUMMER, actor=ACTOR, reason="")
    with pytest.raises(Refused) as refused:
        execute(planned)
    assert refused.value.code == "kan_ikke_konsolideres"


def test_a_trial_says_what_would_happen_and_leaves_nothing(unit: Institution, legacy: Institution) -> None:
    builders.agreement(legacy)
    before, drawn = (builders.dump(), ledger.head()), builders.sequences()
    tried = consolidation.trial(unit, legacy, actor=ACTOR, on=SPRING)
    assert (builders.dump(), ledger.head()) == before
    # A sequence is never rolled back: one number and two keys for the agreement that was made and taken away again.
    assert builders.sequences() == {name: (last or 0) + (name in DRAWN) or last for name, last in drawn.items()}
    assert tried == plan(unit, legacy)
    assert execute(tried).data["survivor"] == unit.number


def test_a_trial_of_an_unlawful_pair_is_refused_and_leaves_nothing(unit: Institution) -> None:
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused):
        consolidation.trial(unit, unit, actor=ACTOR)
    assert (builders.dump(), ledger.head()) == before


def test_proposals_stay_where_they_are(unit: Institution, legacy: Institution) -> None:
    row = Candidate.objects.create(leaving=legacy, staying=unit, score=0.9, reasons=["navn"])
    consolidate(unit, legacy)
    assert Candidate.objects.get() == row


def test_the_fingerprint_names_exactly_one_list(unit: Institution, legacy: Institution) -> None:
    seen = {plan(unit, legacy).fingerprint, consolidation.plan(unit, legacy, on=SUMMER).fingerprint}
    builders.agreement(legacy)
    seen.add(plan(unit, legacy).fingerprint)
    seen.add(plan(builders.unit(), legacy).fingerprint)
    assert len(seen) == 4
    assert json.dumps(sorted(seen)).isascii()
