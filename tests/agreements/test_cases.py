"""Cases of consolidation: opened, prepared, chosen on, executed, undone, closed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from agreements import cases, lifecycle
from agreements.carrying import Way
from agreements.cases import State
from agreements.models import Case, Choice, DataAgreement
from agreements.states import Status
from institutions import consolidation
from registry import ledger, periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
GODKENDT, VENTER, SLETTET = Status.GODKENDT, Status.VENTER, Status.SLETTET


@pytest.fixture
def unit() -> Institution:
    return builders.unit()


@pytest.fixture
def legacy() -> Institution:
    return builders.legacy()


@pytest.fixture
def deadline() -> date:
    return periods.today() + timedelta(days=60)


@pytest.fixture
def case(unit: Institution, legacy: Institution) -> Case:
    return cases.open_case(legacy, unit, actor=ACTOR, reason="samme adresse")


@pytest.fixture
def ready(case: Case, deadline: date) -> Case:
    return cases.make_ready([case], deadline=deadline, actor=ACTOR)[0]


def state(case: Case) -> State:
    return cases.states([case])[case.pk]


def execute(case: Case) -> None:
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)


def refusal(work: Callable[[], object]) -> str:
    """The code of the refusal; nothing is changed by it."""
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        work()
    assert (builders.dump(), ledger.head()) == before
    return refused.value.code


def lines(case: Case) -> list[tuple[str, str, str]]:
    told = []
    for event in ledger.history(case.subject):
        before = event.data["before"] or {}
        told.append((event.action, before.get("state", ""), event.data["after"]["state"]))
    return told


def test_a_case_goes_through_its_states_and_the_ledger_tells_each(case: Case, deadline: date) -> None:
    seen = [state(case)]
    for act in (
        partial(cases.notify, [case], actor=ACTOR, whom=["Børnesoft"]),
        partial(cases.make_ready, [case], deadline=deadline, actor=ACTOR),
        partial(execute, case),
        partial(cases.extend, [case], deadline=deadline + timedelta(days=9), actor=ACTOR),
        partial(cases.undo, case, actor=ACTOR, reason="en fejl"),
        partial(cases.reopen, [case], actor=ACTOR),
        partial(cases.drop, [case], actor=ACTOR, reason="ikke den samme"),
        partial(cases.reopen, [case], actor=ACTOR),
    ):
        act()
        seen.append(state(case))
    assert seen == ["foreslået", "varslet", "klar", "udført", "udført", "fortrudt", "varslet", "opgivet", "varslet"]
    assert lines(case) == [
        ("case.open", "", "foreslået"),
        ("case.notify", "foreslået", "varslet"),
        ("case.ready", "varslet", "klar"),
        ("case.extend", "udført", "udført"),
        ("case.reopen", "fortrudt", "varslet"),
        ("case.drop", "varslet", "opgivet"),
        ("case.reopen", "opgivet", "varslet"),
    ]
    assert {(one.subject, one.actor) for one in ledger.history(case.subject)} == {("sag:A10001", "kirsten")}
    assert [one.data["told"] for one in ledger.history(case.subject) if "told" in one.data] == [["Børnesoft"]]


def test_an_executed_case_is_undone_and_every_table_is_as_before(ready: Case, legacy: Institution) -> None:
    for status in Status:
        builders.agreement(legacy, status)
    before = builders.dump()
    execute(ready)
    assert state(ready) == State.EXECUTED
    cases.undo(ready, actor=ACTOR, reason="en fejl")
    assert builders.dump() == before
    assert state(ready) == State.UNDONE
    assert refusal(partial(execute, ready)) == "sag_laast"
    cases.reopen([ready], actor=ACTOR)
    assert refusal(partial(execute, ready)) == "sag_ikke_klar"
    cases.make_ready([ready], deadline=periods.today() + timedelta(days=1), actor=ACTOR)
    execute(ready)
    assert state(ready) == State.EXECUTED


def test_what_was_not_previewed_is_not_executed(ready: Case, legacy: Institution) -> None:
    seen = cases.preview(ready).fingerprint
    for wrong in ("", "0" * 64):
        assert refusal(partial(cases.execute, ready, fingerprint=wrong, actor=ACTOR)) == "ikke_det_forhaandsviste"
    builders.agreement(legacy)
    assert refusal(partial(cases.execute, ready, fingerprint=seen, actor=ACTOR)) == "ikke_det_forhaandsviste"


def test_what_each_state_forbids(case: Case, deadline: date, unit: Institution) -> None:
    assert refusal(partial(execute, case)) == "sag_ikke_klar"
    assert refusal(partial(cases.undo, case, actor=ACTOR, reason="")) == "sag_ikke_udfoert"
    assert refusal(partial(cases.end_window, case, actor=ACTOR, reason="x")) == "sag_ikke_udfoert"
    assert refusal(partial(cases.reopen, [case], actor=ACTOR)) == "sag_laast"
    assert refusal(partial(cases.extend, [case], deadline=deadline, actor=ACTOR)) == "sag_laast"
    assert refusal(partial(cases.make_ready, [case], deadline=periods.today(), actor=ACTOR)) == "for_tidlig_dag"
    cases.make_ready([case], deadline=deadline, actor=ACTOR)
    earlier = deadline - timedelta(days=1)
    assert refusal(partial(cases.extend, [case], deadline=earlier, actor=ACTOR)) == "for_tidlig_dag"
    execute(case)
    for act in (
        partial(cases.notify, [case], actor=ACTOR), partial(cases.drop, [case], actor=ACTOR, reason=""),
        partial(cases.make_ready, [case], deadline=deadline, actor=ACTOR),
        partial(cases.change_survivor, case, unit, actor=ACTOR),
    ):  # fmt: skip
        assert refusal(act) == "sag_laast"
    assert refusal(partial(cases.execute, case, fingerprint="", actor=ACTOR)) == "er_konsolideret"


def test_many_are_opened_at_once_and_each_that_is_not_is_told_why(unit: Institution, legacy: Institution) -> None:
    gone, top = builders.legacy("A10002"), builders.daginstitution()
    planned = consolidation.plan(unit, gone)
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)
    pairs = [(legacy, unit), (legacy, unit), (gone, unit), (unit, unit), (builders.legacy("A10003"), top)]
    opened = cases.open_many(pairs, actor=ACTOR)
    assert [one.refused and one.refused.code for one in opened] == [
        None, "sag_findes", "er_konsolideret", "kan_ikke_konsolideres", "kan_ikke_konsolideres",
    ]  # fmt: skip
    assert [one.case for one in opened if one.case] == list(Case.objects.all())
    assert refusal(partial(cases.open_case, legacy, unit, actor=ACTOR)) == "sag_findes"


def test_a_case_that_was_dropped_leaves_room_for_another(case: Case, unit: Institution, legacy: Institution) -> None:
    cases.drop([case], actor=ACTOR, reason="forkert")
    other = cases.open_case(legacy, unit, actor=ACTOR)
    assert (state(case), state(other)) == (State.DROPPED, State.PROPOSED)
    assert refusal(partial(cases.reopen, [case], actor=ACTOR)) == "sag_findes"


@pytest.mark.usefixtures("kirsten")
def test_another_g_number_forgets_what_was_said(ready: Case, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    cases.approve_ahead(ready, [old], actor=ACTOR, reason="sagt i telefonen")
    other = builders.unit()
    changed = cases.change_survivor(ready, other, actor=ACTOR, reason="den anden")
    assert (changed.survivor, state(ready), Choice.objects.count()) == (other, State.PROPOSED, 0)
    event = ledger.history(ready.subject).order_by("-seq")[0]
    assert (event.action, event.reason) == ("case.survivor", "den anden")
    assert [one["approved_by"] for one in event.data["before"]["choices"]] == ["kirsten"]
    assert "choices" not in event.data["after"]
    top = builders.daginstitution()
    assert refusal(partial(cases.change_survivor, ready, top, actor=ACTOR)) == "kan_ikke_konsolideres"


def test_ending_an_agreement_in_force_is_a_named_decision(ready: Case, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    choose = partial(cases.choose, ready, old, actor=ACTOR)
    assert refusal(partial(choose, Way.END, reason=" ")) == "begrundelse_mangler"
    for way in (Way.MOVE, Way.STAY, "x"):
        assert refusal(partial(choose, way, reason="x")) == "ulovligt_valg"
    choose(Way.END, reason="bruges ikke mere")
    seen = cases.preview(ready)
    assert [(one.way, one.loses) for one in seen.fates] == [(Way.END, True)]
    assert [one.code for one in seen.warnings] == ["mister_adgang"]
    execute(ready)
    old.refresh_from_db()
    assert (old.status, old.ended_on) == ("SLETTET", periods.today())
    event = Event.objects.get(subject=old.subject, action="consolidation.execute")
    assert event.data["why"] == "ophører efter beslutning af kirsten: bruges ikke mere"


def test_a_choice_of_the_default_takes_the_other_back(ready: Case, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    cases.choose(ready, old, Way.END, actor=ACTOR, reason="bruges ikke mere")
    cases.choose(ready, old, Way.CARRY, actor=ACTOR)
    assert Choice.objects.count() == 0
    assert [(one.way, one.chosen) for one in cases.preview(ready).fates] == [(Way.CARRY, False)]


@pytest.mark.usefixtures("kirsten")
def test_an_agreement_of_another_number_is_not_chosen_for(ready: Case, unit: Institution) -> None:
    other = builders.agreement(unit)
    assert refusal(partial(cases.choose, ready, other, Way.END, actor=ACTOR, reason="x")) == "ulovligt_valg"
    assert refusal(partial(cases.approve_ahead, ready, [other], actor=ACTOR, reason="ja")) == "ulovligt_valg"


@pytest.mark.usefixtures("kirsten")
def test_the_owner_approves_in_advance_and_takes_it_back(ready: Case, legacy: Institution) -> None:
    old, waiting = builders.agreement(legacy), builders.agreement(legacy, VENTER)
    assert refusal(partial(cases.approve_ahead, ready, [old, waiting], actor=ACTOR, reason="ja")) == "ulovligt_valg"
    cases.approve_ahead(ready, [old], actor=ACTOR, reason="sagt i telefonen")
    assert cases.totals([cases.preview(ready)]).approved_ahead == 1
    cases.approve_ahead(ready, [old], actor=ACTOR, approved=False)
    assert Choice.objects.count() == 0
    cases.approve_ahead(ready, [old], actor=ACTOR, reason="sagt i telefonen")
    names = {one.on_behalf_of for one in ledger.history(ready.subject).filter(action="case.approve")}
    assert names == {"Københavns Kommune"}
    execute(ready)
    old.refresh_from_db()
    assert (old.status, old.carried_by and old.carried_by.status) == ("SLETTET", "GODKENDT")


def test_the_window_is_closed_by_a_named_person_with_a_reason(ready: Case, legacy: Institution) -> None:
    carried, decided = builders.agreement(legacy), builders.agreement(legacy)
    execute(ready)
    lifecycle.approve(DataAgreement.objects.get(carries=decided), actor=ACTOR)
    assert list(cases.undecided([ready])) == [carried]
    assert refusal(partial(cases.end_window, ready, actor=ACTOR, reason="")) == "begrundelse_mangler"
    head = ledger.head()
    assert cases.end_window(ready, actor=ACTOR, reason="udbyderen svarer ikke") == [carried]
    events = list(Event.objects.filter(seq__gt=head))
    assert [(one.action, one.subject, one.reason) for one in events] == [
        ("case.end_window", "sag:A10001", "udbyderen svarer ikke"),
        ("agreement.end", carried.subject, "udbyderen svarer ikke"),
    ]
    assert len({one.correlation for one in events}) == 1
    carried.refresh_from_db()
    assert (carried.status, carried.carried_by and carried.carried_by.status) == ("SLETTET", "VENTER")
    assert cases.end_window(ready, actor=ACTOR, reason="igen") == []
    assert refusal(partial(cases.undo, ready, actor=ACTOR, reason="")) == "har_flyttet_sig"
