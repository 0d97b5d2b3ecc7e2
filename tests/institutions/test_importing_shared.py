"""The real register's file and the files made on top of it: every row is decided, and what is refused is explained."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from agreements import importing as agreements
from institutions import importing
from institutions.models import Level, Version
from registry import ledger
from tests import sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from registry.verdicts import Report

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REGISTER = DATA / "dagtilbudsregister-2026-03-27.csv"
LEGACY, AGREEMENTS = DATA / "a-numre.csv", DATA / "dataaftaler.csv"
DAY = date(2026, 3, 27)
ACTOR = ledger.Actor("kirsten", "kommando")

pytestmark = [
    # Without it pytest-django makes no test database when these tests run alone.
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not REGISTER.exists(), reason="../shared/data is not here: the real files are not read"),
]


def take_in() -> list[Report]:
    return [
        importing.register(REGISTER.read_bytes(), actor=ACTOR, on=DAY),
        importing.legacy(LEGACY.read_bytes(), actor=ACTOR, on=DAY),
        agreements.take_in(AGREEMENTS.read_bytes(), actor=ACTOR),
    ]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Report]]:
    """What became of the three files. They are there for all tests of this file, and gone afterwards."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        reports = take_in()
        with connection.cursor() as cursor:
            # As the server does by itself after a commit: planned for the empty tables before, it takes minutes.
            cursor.execute("ANALYZE")
        yield reports
        transaction.set_rollback(True)


def counts(report: Report) -> dict[str, int]:
    return {str(verdict.value): count for verdict, count in report.counts.items() if count}


def test_every_row_of_the_register_is_kept_and_what_is_wrong_is_told(loaded: list[Report]) -> None:
    register = loaded[0]
    assert counts(register) == {"ny": 4817}
    remarks = sheets.remarked(register)
    assert [(code, field) for number, code, field in remarks if number == "D10041"] == [
        ("felt_paa_forkert_niveau", "institution_type"), ("uden_enhed", ""),
    ]  # fmt: skip
    others = Counter((code, field) for number, code, field in remarks if number != "D10041")
    assert others == {("mangler", "town"): 7, ("mangler", "latitude"): 7}
    assert dict(register.counted) == {("mangler", "P-nummer"): 4816, ("mangler", "lovgrundlag"): 3542}
    assert register.notes == [
        "Lovgrundlag udledt af ejerform og type: 1275 rækker.",
        "Enheder uden overordnet, som fik en daginstitution for sig selv: 4816.",
    ]


def test_each_unit_has_a_daginstitution(loaded: list[Report]) -> None:
    del loaded
    levels = Counter(Version.objects.values_list("institution__level", flat=True))
    assert levels == {Level.DAGINSTITUTION: 4817, Level.ANVISNINGSENHED: 4816, Level.UDENFOR: 1500}


def test_every_a_number_and_every_agreement_is_kept(loaded: list[Report]) -> None:
    assert [counts(report) for report in loaded[1:]] == [{"ny": 1500}, {"ny": 17519}]
    assert [report.told for report in loaded[1:]] == [[], []]


def test_the_same_files_again_change_nothing(loaded: list[Report]) -> None:
    head = ledger.head()
    again = [counts(report) for report in take_in()]
    assert again == [{"uændret": len(report.decisions)} for report in loaded]
    assert ledger.head() == head
