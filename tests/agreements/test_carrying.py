"""What becomes of the agreements on a number that goes, and of those carried over when their data owner decides."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import lifecycle
from agreements.carrying import Way, fates, fates_of
from agreements.lifecycle import Wish
from agreements.models import Case, Choice, DataAgreement, StatusPeriod
from agreements.states import Status
from institutions import consolidation
from registry import ledger, periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from institutions.models import Consolidation, Institution

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)
GODKENDT, VENTER, AFVIST, SLETTET = Status.GODKENDT, Status.VENTER, Status.AFVIST, Status.SLETTET


@pytest.fixture
def unit() -> Institution:
    return builders.unit()


@pytest.fixture
def legacy() -> Institution:
    return builders.legacy()


def consolidate(survivor: Institution, absorbed: Institution, on: date | None = None) -> Consolidation:
    planned = consolidation.plan(survivor, absorbed, on=on)
    return consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)


def same_on(institution: Institution, old: DataAgreement, status: Status) -> DataAgreement:
    """The same system's agreement on the same service with another number."""
    made = lifecycle.request(institution, system=old.system, service=old.service, processor_agreement=True,
                             actor=ACTOR)  # fmt: skip
    if status == GODKENDT:
        lifecycle.approve(made, actor=ACTOR)
    return made


def state(one: DataAgreement) -> tuple[str, date | None]:
    one.refresh_from_db()
    return one.status, one.ended_on


def successor_of(one: DataAgreement) -> DataAgreement:
    one.refresh_from_db()
    assert one.carried_by
    return one.carried_by


@pytest.mark.parametrize(
    ("status", "there", "way"),
    [
        (GODKENDT, None, Way.CARRY), (GODKENDT, VENTER, Way.CARRY), (GODKENDT, GODKENDT, Way.END),
        (VENTER, None, Way.MOVE), (VENTER, VENTER, Way.END), (VENTER, GODKENDT, Way.END),
        (AFVIST, None, Way.STAY), (SLETTET, GODKENDT, Way.STAY),
    ],
)  # fmt: skip
def test_what_becomes_of_an_agreement_by_default(
    unit: Institution, legacy: Institution, status: Status, there: Status | None, way: Way
) -> None:
    old = builders.agreement(legacy, status)
    other = same_on(unit, old, there) if there else None
    (fate,) = fates(unit, legacy)
    assert (fate.row, fate.way, fate.there, fate.chosen, fate.loses) == (old, way, other, False, False)


def test_a_covered_agreement_ends_on_the_day_that_it_is_covered(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    same_on(unit, old, GODKENDT)
    consolidate(unit, legacy, on=SPRING)
    # It was covered today only: until then the old one is what they log in by.
    assert state(old) == ("SLETTET", periods.today())


def test_a_request_that_is_there_already_carries_the_approved_one(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    there = same_on(unit, old, VENTER)
    consolidate(unit, legacy)
    assert (state(old), successor_of(old)) == (("GODKENDT", None), there)
    assert DataAgreement.objects.count() == 2


@pytest.mark.parametrize("there", [None, VENTER])
def test_what_the_owner_has_approved_in_advance_holds_at_once(
    unit: Institution, legacy: Institution, there: Status | None
) -> None:
    old = builders.agreement(legacy)
    if there:
        same_on(unit, old, there)
    case = Case.objects.create(absorbed=legacy, survivor=unit)
    Choice.objects.create(case=case, agreement=old, status=GODKENDT, approved_by="mette")
    before = builders.dump()
    done = consolidate(unit, legacy)
    new = successor_of(old)
    assert (state(old), state(new), new.institution) == (("SLETTET", periods.today()), ("GODKENDT", None), unit)
    (period,) = StatusPeriod.objects.filter(agreement=new)
    assert (period.status, period.period) == ("GODKENDT", periods.since(periods.today()))
    consolidation.undo(done, actor=ACTOR, reason="")
    assert builders.dump() == before


def test_a_request_of_before_is_approved_in_advance_from_the_day_only(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    there = same_on(unit, old, VENTER)
    earlier = periods.today() - timedelta(days=9)
    StatusPeriod.objects.filter(agreement=there).update(period=periods.since(earlier))
    case = Case.objects.create(absorbed=legacy, survivor=unit)
    Choice.objects.create(case=case, agreement=old, status=GODKENDT, approved_by="mette")
    before = builders.dump()
    done = consolidate(unit, legacy)
    told = [(one.status, one.period) for one in StatusPeriod.objects.filter(agreement=there).order_by("period")]
    today = periods.today()
    assert told == [("VENTER", periods.between(earlier, today)), ("GODKENDT", periods.since(today))]
    consolidation.undo(done, actor=ACTOR, reason="")
    assert builders.dump() == before


def test_what_was_said_of_a_request_is_not_said_of_what_was_approved_since(
    unit: Institution, legacy: Institution
) -> None:
    old = builders.agreement(legacy, VENTER)
    case = Case.objects.create(absorbed=legacy, survivor=unit)
    Choice.objects.create(case=case, agreement=old, status=VENTER, way=Way.END, reason="ikke i brug", by="kirsten")
    assert [(one.way, one.chosen) for one in fates(unit, legacy)] == [(Way.END, True)]
    lifecycle.approve(old, actor=ACTOR)
    assert [(one.way, one.chosen) for one in fates(unit, legacy)] == [(Way.CARRY, False)]


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as told:
        work()
    return len(told)


def test_the_fates_of_many_are_asked_for_at_once(unit: Institution) -> None:
    olds = [builders.agreement(builders.legacy(f"A1000{each}")).institution for each in range(3)]
    for old in olds:
        builders.agreement(old, VENTER)
        Case.objects.create(absorbed=old, survivor=unit)
    builders.agreement(unit)
    one, three = (queries(partial(fates_of, [(unit, old) for old in few])) for few in (olds[:1], olds))
    assert one == three == 4


@pytest.mark.parametrize(("to", "comment"), [(GODKENDT, ""), (AFVIST, "bruges ikke mere")])
def test_a_decision_on_the_successor_ends_what_it_carries(
    unit: Institution, legacy: Institution, to: Status, comment: str
) -> None:
    old = builders.agreement(legacy)
    consolidate(unit, legacy)
    new = successor_of(old)
    head = ledger.head()
    lifecycle.decide([Wish(new.pk, to, comment)], actor=ACTOR)
    assert (state(old), state(new)) == (("SLETTET", periods.today()), (to, None))
    events = list(Event.objects.filter(seq__gt=head))
    assert [(one.action, one.subject, one.reason) for one in events] == [
        (lifecycle.ACTIONS[to], new.subject, comment), ("agreement.end", old.subject, comment),
    ]  # fmt: skip
    assert events[1].data["before"]["carried_by"] == new.number
    assert (events[1].data["before"]["status"], events[1].data["after"]["status"]) == ("GODKENDT", "SLETTET")
    assert len({one.correlation for one in events}) == 1


def test_a_refusal_that_takes_an_agreement_away_says_why(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    consolidate(unit, legacy)
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        lifecycle.refuse(successor_of(old), actor=ACTOR)
    assert (refused.value.code, str(old.number) in refused.value.detail) == ("begrundelse_mangler", True)
    assert (builders.dump(), ledger.head()) == before


def test_many_decisions_end_what_they_carry_in_as_many_queries_as_one(unit: Institution) -> None:
    olds = [builders.agreement(builders.legacy(f"A1000{each}")) for each in range(4)]
    for old in olds:
        consolidate(unit, old.institution)
    wishes = [Wish(successor_of(old).pk, GODKENDT) for old in olds]
    one, three = (queries(partial(lifecycle.decide, few, actor=ACTOR)) for few in (wishes[:1], wishes[1:]))
    assert one == three
    assert [state(old) for old in olds] == [("SLETTET", periods.today())] * 4


def test_when_a_successor_is_deleted_the_old_one_holds_until_another_is_decided(
    unit: Institution, legacy: Institution
) -> None:
    old = builders.agreement(legacy)
    consolidate(unit, legacy)
    lifecycle.delete(successor_of(old), actor=ACTOR)
    assert state(old) == ("GODKENDT", None)
    lifecycle.approve(same_on(unit, old, VENTER), actor=ACTOR)
    assert state(old) == ("SLETTET", periods.today())


def test_in_one_act_the_old_one_may_be_deleted_and_the_new_one_approved(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    consolidate(unit, legacy)
    new = successor_of(old)
    both = lifecycle.decide([Wish(new.pk, GODKENDT), Wish(old.pk, SLETTET)], actor=ACTOR)
    assert [one.refused and one.refused.code for one in both] == [None, "ulovlig_overgang"]
    assert (state(old), state(new)) == (("SLETTET", periods.today()), ("GODKENDT", None))


def test_a_decision_leaves_others_that_are_carried_alone(unit: Institution, legacy: Institution) -> None:
    old, other = builders.agreement(legacy), builders.agreement(legacy)
    consolidate(unit, legacy)
    lifecycle.approve(successor_of(old), actor=ACTOR)
    assert [state(one)[0] for one in (old, other)] == ["SLETTET", "GODKENDT"]


def test_what_is_gone_is_not_decided(unit: Institution, legacy: Institution) -> None:
    old = builders.agreement(legacy)
    done = consolidate(unit, legacy)
    new = successor_of(old)
    consolidation.undo(done, actor=ACTOR, reason="")
    with pytest.raises(Refused) as refused:
        lifecycle.approve(new, actor=ACTOR)
    assert refused.value.code == "har_flyttet_sig"
