"""Many cases: one preview with those to look at first, executed one after the other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import cases
from agreements.carrying import Way
from agreements.cases import Item, State, executing
from institutions import lifecycle
from institutions.models import Candidate, Institution
from registry import periods
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def deadline() -> date:
    return periods.today() + timedelta(days=60)


def pair(number: str = "A10001") -> Case:
    return cases.open_case(builders.legacy(number), builders.unit(), actor=ACTOR)


def test_a_preview_warns() -> None:
    ready = pair()
    legacy, unit = ready.absorbed, ready.survivor
    likely = builders.unit()
    Candidate.objects.create(leaving=legacy, staying=unit, score=0.9)
    Candidate.objects.create(leaving=legacy, staying=likely, score=0.8)
    Candidate.objects.create(leaving=legacy, staying=builders.unit(), score=0.01)
    cases.open_case(builders.legacy("A10002"), unit, actor=ACTOR)
    assert [(one.code, one.text) for one in cases.preview(ready).warnings] == [
        ("andre_kandidater", f"A10001 kan også være {likely.number} (80%)."),
        ("samme_g_nummer", f"Også A10002 skal blive til {unit.number}."),
    ]


def test_many_are_previewed_with_those_to_look_at_first(deadline: date) -> None:
    plain, warned, closed = (pair(number) for number in ("A10001", "A10002", "A10003"))
    builders.agreement(plain.absorbed)
    old = builders.agreement(warned.absorbed)
    cases.choose(warned, old, Way.END, actor=ACTOR, reason="bruges ikke mere")
    lifecycle.close(closed.survivor, on=deadline, actor=ACTOR, reason="")
    previews = cases.preview_many([plain, warned, closed])
    assert [(one.case, one.refused and one.refused.code) for one in previews] == [
        (closed, "kan_ikke_konsolideres"), (warned, None), (plain, None),
    ]  # fmt: skip
    told = cases.totals(previews)
    assert (told.cases, told.possible, told.exceptional, told.losing) == (3, 2, 2, 1)
    assert dict(told.agreements) == {"føres over": 1, "ophører": 1}


@pytest.mark.parametrize(("together", "done"), [(1, False), (2, False), (25, True)])
def test_one_that_fails_stops_no_other_and_nothing_is_done_twice(
    deadline: date,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
    done: bool,  # noqa: FBT001 - a parameter
) -> None:
    monkeypatch.setattr(executing, "TOGETHER", together)
    made = [pair(f"A1000{each}") for each in range(3)]
    cases.make_ready(made, deadline=deadline, actor=ACTOR)
    items = [Item(one.case.pk, one.fingerprint, one.on) for one in cases.preview_many(made)]
    builders.agreement(made[1].absorbed)
    run = cases.execute_many([*items, Item(0, "", periods.today())], actor=ACTOR)
    first = next(run)
    assert (first.number, first.code, first.done and first.done.subject) == ("A10000", "", "A10000")
    # Nobody asks for more, as when a job is stopped: the lot that was begun is done.
    del run
    again = list(cases.execute_many([*items, Item(0, "", periods.today())], actor=ACTOR))
    assert [(one.number, one.code, one.already) for one in again] == [
        ("A10000", "er_konsolideret", True), ("A10001", "ikke_det_forhaandsviste", False),
        ("A10002", "er_konsolideret" if done else "", done), ("", "ikke_fundet", False),
    ]  # fmt: skip
    by = cases.states(made)
    assert [by[one.pk] for one in made] == [State.EXECUTED, State.READY, State.EXECUTED]


def test_preparing_many_takes_as_many_queries_as_preparing_one(deadline: date) -> None:
    pairs = [(builders.legacy(f"A1000{each}"), builders.unit()) for each in range(4)]

    def prepare(some: list[tuple[Institution, Institution]]) -> None:
        made = [one.case for one in cases.open_many(some, actor=ACTOR) if one.case]
        cases.notify(made, actor=ACTOR)
        cases.make_ready(made, deadline=deadline, actor=ACTOR)
        cases.states(made)

    counts = []
    for some in (pairs[:1], pairs[1:]):
        with CaptureQueriesContext(connection) as asked:
            prepare(some)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_is_executed_together_is_as_if_each_were_alone(deadline: date) -> None:
    made = [pair(f"A1000{each}") for each in range(3)]
    # A second A-number of the same unit: it is planned after the first is done.
    twin = cases.open_case(builders.legacy("A10009"), made[0].survivor, actor=ACTOR)
    for one in (*made, twin):
        builders.agreement(one.absorbed)
    cases.make_ready([*made, twin], deadline=deadline, actor=ACTOR)
    items = {one.case.pk: Item(one.case.pk, one.fingerprint, one.on) for one in cases.preview_many([*made, twin])}
    items[made[1].pk] = Item(made[1].pk, "et andet", periods.today())
    done = cases.execute_together([items[one.pk] for one in (*made, twin)], actor=ACTOR)
    assert [(one.number, one.code) for one in done] == [
        ("A10000", ""), ("A10001", "ikke_det_forhaandsviste"), ("A10002", ""), ("A10009", ""),
    ]  # fmt: skip
    told = [one.done for one in done if one.done]
    assert [(one.subject, one.data["survivor"]) for one in told] == [
        (one.absorbed.number, one.survivor.number) for one in (made[0], made[2], twin)
    ]
    # Each is an act of its own in the ledger, and is undone alone.
    assert len({one.correlation for one in told}) == len(told)
    cases.undo(made[2], actor=ACTOR, reason="prøve")
    by = cases.states([*made, twin])
    assert [by[one.pk] for one in (*made, twin)] == [State.EXECUTED, State.READY, State.UNDONE, State.EXECUTED]


def test_executing_together_takes_few_queries_for_each(deadline: date) -> None:
    counts = []
    for count in (1, 5):
        made = [pair(f"A1{count}00{each}") for each in range(count)]
        cases.make_ready(made, deadline=deadline, actor=ACTOR)
        items = [Item(one.case.pk, one.fingerprint, one.on) for one in cases.preview_many(made)]
        with CaptureQueriesContext(connection) as queries:
            done = cases.execute_together(items, actor=ACTOR)
        assert [one.code for one in done] == [""] * count
        counts.append(len(queries))
    # For each: a savepoint, its two rows, and the savepoint's end.
    assert counts[1] - counts[0] == 4 * 4
