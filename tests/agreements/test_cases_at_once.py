"""Two people at one case: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db.models import Q

from agreements import cases
from agreements import lifecycle as agreements
from agreements.cases import State
from agreements.models import Case, DataAgreement
from agreements.states import Status
from institutions import lifecycle
from institutions.models import Institution
from registry import ledger, periods
from registry.ledger import Break
from registry.models import Event, Job
from tests import at_once, builders, working
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from institutions.models import Consolidation

TURNS = 6  # a race is lost now and then only


@pytest.fixture(autouse=True)
def _whole_afterwards(own_database: str) -> Iterator[None]:
    """The ledger holds; what is carried has a successor there, and nothing rests half on either number."""
    del own_database
    yield
    assert [one for one in ledger.verify() if isinstance(one, Break)] == []
    live = DataAgreement.objects.filter(status__in=["VENTER", "GODKENDT"])
    gone = Q(institution__absorbed_into__isnull=False)
    assert not live.filter(gone, carried_by__isnull=True).exists()
    assert not live.filter(~gone, carried_by__isnull=False).exists()


def prepared(turn: int) -> tuple[Case, DataAgreement, Callable[[], Consolidation]]:
    """A ready case with an approved agreement, and the way to execute what was previewed."""
    case = cases.open_case(builders.legacy(f"A1000{turn}"), builders.unit(), actor=ACTOR)
    old = builders.agreement(case.absorbed)
    builders.agreement(case.absorbed, Status.VENTER)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=9), actor=ACTOR)
    seen = cases.preview(case).fingerprint
    return case, old, partial(cases.execute, case, fingerprint=seen, actor=ACTOR)


def state(case: Case) -> State:
    return cases.states([case])[case.pk]


def statuses(case: Case) -> dict[str, list[str]]:
    """The statuses of the agreements on each of the two numbers."""
    found: dict[str, list[str]] = {"A": [], "G": []}
    rows = DataAgreement.objects.filter(institution__in=[case.absorbed_id, case.survivor_id]).order_by("pk")
    for number, status in rows.values_list("institution__number", "status"):
        found[number[0]].append(status)
    return found


def test_of_two_people_who_execute_the_same_case_one_does() -> None:
    for turn in range(TURNS):
        case, _old, execute = prepared(turn)
        assert at_once.codes(at_once.run(execute, execute)) == ["done", "er_konsolideret"]
        assert statuses(case) == {"A": ["GODKENDT"], "G": ["VENTER", "VENTER"]}
        assert Event.objects.filter(subject=case.absorbed.number, action="consolidation.execute").count() == 1


def test_of_two_people_who_begin_the_same_cases_one_does() -> None:
    for turn in range(0, TURNS, 2):
        made = [prepared(turn)[0], prepared(turn + 1)[0]]
        begin = partial(cases.begin, cases.preview_many(made), actor=ACTOR)
        assert at_once.codes(at_once.run(begin, begin)) == ["done", "sag_i_gang"]
    assert Job.objects.count() == TURNS // 2
    working.work_off()
    assert set(cases.states(Case.objects.all()).values()) == {State.EXECUTED}


def test_a_case_is_executed_or_dropped() -> None:
    for turn in range(TURNS):
        case, _old, execute = prepared(turn)
        outcomes = at_once.run(execute, partial(cases.drop, [case], actor=ACTOR, reason="nej"))
        assert at_once.codes(outcomes) == ["done", "sag_laast"]
        assert state(case) in (State.EXECUTED, State.DROPPED)


def test_executing_and_undoing_at_once() -> None:
    case, _old, execute = prepared(0)
    for _turn in range(TURNS):
        before = builders.dump()
        execute()
        undo = partial(cases.undo, case, actor=ACTOR, reason="en fejl")
        codes = at_once.codes(at_once.run(undo, execute, undo))
        # Executing meets a case that is executed or undone; of two that undo one does.
        assert codes in (["done", "er_konsolideret", "sag_ikke_udfoert"], ["done", "sag_ikke_udfoert", "sag_laast"])
        assert (builders.dump(), state(case)) == (before, State.UNDONE)
        cases.reopen([case], actor=ACTOR)
        cases.make_ready([case], deadline=periods.today() + timedelta(days=9), actor=ACTOR)


def test_the_unit_closes_while_a_case_executes() -> None:
    for turn in range(TURNS):
        case, _old, execute = prepared(turn)
        close = partial(lifecycle.close, case.survivor, on=periods.today(), actor=ACTOR, reason="nedlagt")
        codes = at_once.codes(at_once.run(close, execute))
        absorbed = Institution.objects.get(pk=case.absorbed_id).absorbed_into_id
        assert (codes, absorbed) in [
            (["done", "kan_ikke_konsolideres"], None), (["done", "done"], case.survivor_id),
        ]  # fmt: skip
        # Closed afterwards, by a named person: then the number leads to a closed one, as any old number may.
        last = Event.objects.order_by("-seq")[0].action
        assert codes == ["done", "kan_ikke_konsolideres"] or last == "lifecycle.close"


def test_the_owner_approves_the_successor_while_it_is_undone() -> None:
    for turn in range(TURNS):
        case, old, execute = prepared(turn)
        before = statuses(case)
        execute()
        successor = DataAgreement.objects.get(carries=old)
        codes = at_once.codes(
            at_once.run(
                partial(agreements.approve, successor, actor=ACTOR),
                partial(cases.undo, case, actor=ACTOR, reason="en fejl"),
            )
        )
        assert codes == ["done", "har_flyttet_sig"]
        after = {State.UNDONE: before, State.EXECUTED: {"A": ["SLETTET"], "G": ["VENTER", "GODKENDT"]}}
        assert statuses(case) == after[state(case)]


def test_the_owner_approves_the_successor_while_the_window_is_closed() -> None:
    for turn in range(TURNS):
        case, old, execute = prepared(turn)
        execute()
        successor = DataAgreement.objects.get(carries=old)
        codes = at_once.codes(
            at_once.run(
                partial(agreements.approve, successor, actor=ACTOR),
                partial(cases.end_window, case, actor=ACTOR, reason="fristen er gået"),
            )
        )
        assert codes in (["done", "done"], ["done", "har_flyttet_sig"])
        ended = Event.objects.filter(subject=old.subject, action="agreement.end")
        assert ended.count() == 1
        old.refresh_from_db()
        assert old.status == "SLETTET"


def test_many_cases_into_one_unit_executed_by_many_do_not_lock_each_other_out() -> None:
    unit, other = builders.unit(), builders.unit()
    made = [cases.open_case(builders.legacy(f"A1000{each}"), (unit, other)[each % 2], actor=ACTOR) for each in range(6)]
    for case in made:
        builders.agreement(case.absorbed)
    cases.make_ready(made, deadline=periods.today() + timedelta(days=9), actor=ACTOR)
    acts = [partial(cases.execute, one.case, fingerprint=one.fingerprint, actor=ACTOR)
            for one in cases.preview_many(made)]  # fmt: skip
    assert at_once.codes(at_once.run(*acts)) == ["done"] * 6
