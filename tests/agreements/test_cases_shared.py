"""The real files: pairs of A-number and unit planned, executed, undone in random order, and executed again.

110 pairs by default, as many as STIL found at first; REGISTRY_TEST_PAIRS=767 takes all that there are.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from agreements import cases
from agreements import importing as agreements
from agreements.cases import Item, State
from institutions import importing
from institutions.models import Institution
from registry import ledger, periods
from registry.problems import Refused
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from agreements.models import Case

SHARED = Path(__file__).resolve().parents[3] / "shared"
REGISTER = SHARED / "data" / "dagtilbudsregister-2026-03-27.csv"
LEGACY, AGREEMENTS = SHARED / "data" / "a-numre.csv", SHARED / "data" / "dataaftaler.csv"
TRUTH = SHARED / "matching" / "real" / "truth.csv"
DAY = date(2026, 3, 27)
ACTOR = ledger.Actor("kirsten", "kommando")
PAIRS = int(os.environ.get("REGISTRY_TEST_PAIRS", "110"))

pytestmark = [
    # Without it pytest-django makes no test database when these tests run alone.
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not TRUTH.exists(), reason="../shared is not here: the real files are not read"),
]


@pytest.fixture(scope="module")
def pairs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[tuple[Institution, Institution]]]:
    """The true pairs of which both are in the files, in random order; gone afterwards."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        importing.register(REGISTER.read_bytes(), actor=ACTOR, on=DAY)
        importing.legacy(LEGACY.read_bytes(), actor=ACTOR, on=DAY)
        agreements.take_in(AGREEMENTS.read_bytes(), actor=ACTOR)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        by_number = Institution.objects.in_bulk(field_name="number")
        with TRUTH.open(encoding="utf-8") as file:
            found = [(by_number[row["a_id"]], by_number[row["g_id"]])
                     for row in csv.DictReader(file) if row["g_id"] in by_number]  # fmt: skip
        assert len(found) == 767
        Random(1).shuffle(found)  # noqa: S311 - an order, not a secret
        yield found[:PAIRS]
        transaction.set_rollback(True)


def execute(made: list[Case]) -> Counter[str]:
    """Preview all and execute them, and again those that an earlier one changed. Gives what became of the first try."""
    first: Counter[str] = Counter()
    left = made
    while left:
        items = [Item(one.case.pk, one.fingerprint, one.on) for one in cases.preview_many(left)]
        outcomes = list(cases.execute_many(items, actor=ACTOR))
        again = {one.item.case for one in outcomes if one.code == "ikke_det_forhaandsviste"}
        assert {one.code for one in outcomes} <= {"", "ikke_det_forhaandsviste"}
        assert len(again) < len(left)
        first = first or Counter(one.code for one in outcomes)
        left = [one for one in left if one.pk in again]
    assert set(cases.states(made).values()) == {State.EXECUTED}
    return first


def undo(made: list[Case]) -> None:
    """Undo all in random order; one whose successor carries another's agreement too waits for that."""
    left = made
    while left:
        Random(len(left)).shuffle(left)  # noqa: S311 - an order, not a secret
        codes = [undone(one) for one in left]
        assert set(codes) <= {"", "har_flyttet_sig"}
        assert "" in codes
        left = [one for one, code in zip(left, codes, strict=True) if code]


def undone(case: Case) -> str:
    """Undo a case; gives the refusal's code."""
    try:
        cases.undo(case, actor=ACTOR, reason="prøve")
    except Refused as refused:
        return refused.code
    return ""


def test_all_are_executed_undone_and_executed_again(pairs: list[tuple[Institution, Institution]]) -> None:
    made = [one.case for one in cases.open_many(pairs, actor=ACTOR) if one.case]
    assert len(made) == PAIRS
    soon = periods.today() + timedelta(days=30)
    cases.make_ready(made, deadline=soon, actor=ACTOR)
    before = builders.dump()
    told = cases.totals(cases.preview_many(made))
    assert (told.possible, told.losing) == (PAIRS, 0)
    first = execute(made)
    shared = PAIRS - len({survivor.pk for _absorbed, survivor in pairs})
    assert first["ikke_det_forhaandsviste"] <= shared
    undo(list(made))
    assert builders.dump() == before
    cases.reopen(made, actor=ACTOR)
    cases.make_ready(made, deadline=soon, actor=ACTOR)
    assert execute(made) == first
