"""Random decisions on random agreements, consolidated and undone between: what must hold whatever is done."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import event as noted
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import coverage, lifecycle
from agreements.lifecycle import Wish
from agreements.models import DataAgreement, StatusPeriod
from agreements.states import LIVE, TRANSITIONS, Status
from institutions import consolidation
from institutions import lifecycle as register
from registry import ledger, periods
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
few = settings(max_examples=25, deadline=None, derandomize=True)
COUNT = 6
wishes = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.sampled_from(Status)), min_size=1, max_size=5, unique_by=lambda one: one[0]
)
steps = st.lists(st.tuples(wishes, st.booleans()), min_size=1, max_size=8)


def rolled_back(test: Callable[[], None]) -> None:
    """Each example begins with an empty register."""
    with transaction.atomic():
        test()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def agreements() -> tuple[Institution, Institution, list[DataAgreement]]:
    """An A-number and the unit that it is, and six agreements: three on each, of which two share a place."""
    old, unit, systems = builders.legacy(), builders.unit(), [builders.system() for _each in range(2)]
    made = [
        builders.agreement(place, status, by=by)
        for place in (old, unit)
        for status, by in (
            (Status.AFVIST, systems[0]), (Status.VENTER, systems[0]), (Status.GODKENDT, systems[1])
        )
    ]  # fmt: skip
    yesterday = periods.today() - timedelta(days=1)
    StatusPeriod.objects.update(period=periods.since(yesterday))
    return old, unit, made


def expected(now: dict[int, str], places: dict[int, Any], wish: tuple[int, str]) -> bool:
    """Whether a decision is lawful, told without the database."""
    key, to = wish
    if to not in TRANSITIONS[now[key]]:
        return False
    revives = to in LIVE and now[key] not in LIVE
    return not (revives and any(now[one] in LIVE and places[one] == places[key] for one in now if one != key))


def check(now: dict[int, str]) -> None:
    """What the tables say is what was decided, by day too; and coverage follows it."""
    rows = {one.pk: one for one in DataAgreement.objects.all()}
    assert {key: one.status for key, one in rows.items()} == now
    assert all((one.ended_on is not None) == (one.status == Status.SLETTET) for one in rows.values())
    running = Counter(StatusPeriod.objects.filter(period__endswith=None).values_list("agreement_id", "status"))
    lasting = {pair for pair in running if now[pair[0]] != Status.SLETTET}
    assert (lasting, set(running.values())) == ({(k, s) for k, s in now.items() if s != Status.SLETTET}, {1})
    in_force = sum(status == Status.GODKENDT for status in now.values())
    assert coverage.counted(periods.today()) == (in_force, 0)


@few
@given(steps)
def test_decisions_are_what_the_transitions_say_and_each_day_keeps_its_status(given_steps: list[Any]) -> None:
    def test() -> None:
        _old, _unit, made = agreements()
        now = {one.pk: one.status for one in made}
        places = {one.pk: (one.system_id, one.service_id, one.institution_id) for one in made}
        yesterday = coverage.counted(periods.today() - timedelta(days=1))
        for chosen, whole in given_steps:
            asked = [(made[place].pk, str(to)) for place, to in chosen]
            before, then, head = dict(now), builders.dump(), ledger.head()
            lawful = []
            for wish in asked:
                lawful.append(expected(now, places, wish))
                if lawful[-1]:
                    now[wish[0]] = wish[1]
            outcomes = lifecycle.decide([Wish(key, to) for key, to in asked], actor=ACTOR, whole=whole)
            assert [one.refused is None for one in outcomes] == lawful
            if whole and not all(lawful):
                now = before
                assert (builders.dump(), ledger.head()) == (then, head)
                noted("held back whole")
            else:
                assert ledger.head() == head + sum(lawful)
            check(now)
        assert coverage.counted(periods.today() - timedelta(days=1)) == yesterday

    rolled_back(test)


@few
@given(steps)
def test_a_consolidation_after_any_decisions_is_undone_to_the_row(given_steps: list[Any]) -> None:
    def test() -> None:
        old, unit, made = agreements()
        for chosen, _whole in given_steps:
            lifecycle.decide([Wish(made[place].pk, to) for place, to in chosen], actor=ACTOR)
        before = builders.dump()
        plan = consolidation.plan(unit, old)
        done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
        # What is live there still is approved, and carried by a successor.
        live = DataAgreement.objects.filter(institution=old, status__in=LIVE)
        assert {(one.status, one.carried_by is not None) for one in live} <= {(Status.GODKENDT, True)}
        consolidation.undo(done, actor=ACTOR, reason="en fejl")
        assert builders.dump() == before

    rolled_back(test)


@few
@given(st.lists(st.sampled_from(["G", "A", "D", "closed", "nonsense", "G again"]), min_size=1, max_size=6))
def test_each_number_is_answered_as_it_would_be_alone(kinds: list[str]) -> None:
    def test() -> None:
        top, unit, _place = builders.tree()
        gone = builders.unit(on=date(2020, 1, 1))
        numbers = {"G": unit.number, "A": builders.legacy().number, "D": top.number, "closed": gone.number,
                   "nonsense": "hej", "G again": unit.number.lower()}  # fmt: skip
        register.close(gone, on=periods.today(), actor=ACTOR, reason="")
        system = builders.system()
        to = builders.service("ws00")
        asked = list(dict.fromkeys(numbers[kind] for kind in kinds))

        def alone(number: str) -> str:
            try:
                return answered(lifecycle.request_many([number], system=system, services=[to], actor=ACTOR,
                                                       processor_agreement=True)[0])  # fmt: skip
            except Refused as refused:
                return refused.code

        with transaction.atomic():
            many = lifecycle.request_many(asked, system=system, services=[to], actor=ACTOR, processor_agreement=True)
            together = [answered(one) for one in many]
            transaction.set_rollback(True)
        assert together == [alone(number) for number in asked]

    rolled_back(test)


def answered(answer: lifecycle.Answer) -> str:
    return answer.refused.code if answer.refused else "asked"
