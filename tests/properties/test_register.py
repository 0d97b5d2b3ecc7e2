"""Random registers and random acts: what must hold whatever is done."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import event as noted
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.models import DataAgreement
from agreements.states import Status
from institutions import consolidation, hierarchy, lifecycle, timelines
from institutions.models import Candidate, Institution, Level, Version
from registry import ledger, periods
from registry.ledger import Break
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR, municipality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)
days = st.integers(0, 12).map(lambda step: FIRST + timedelta(days=step * 10))
places = st.integers(0, 30)  # which institution: counted round
few = settings(max_examples=12, deadline=None, derandomize=True)
CHANGING = ("institutions_institution", "institutions_version", "institutions_succession")


def act_of(what: str, **facts: Any) -> Callable[..., Any]:  # noqa: ANN401
    """An act on institutions of the register by place."""
    rules: dict[str, Callable[[Any, Any, date], Any]] = {
        "correct": lambda one, _two, on: lifecycle.correct(one, on=on, actor=ACTOR, **facts),
        "move": lambda one, two, on: lifecycle.move(one, to=two, on=on, actor=ACTOR),
        "close": lambda one, two, on: lifecycle.close(one, on=on, actor=ACTOR, reason="", successors=[two]),
        "reopen": lambda one, _two, on: lifecycle.reopen(one, on=on, actor=ACTOR, reason=""),
        "unit": lambda one, _two, on: builders.unit(one, on=on),
        "alternative": lambda one, _two, on: builders.alternative(one, on=on),
        "relocate": lambda one, _two, on: lifecycle.correct(
            one, on=on, actor=ACTOR, administrative_municipality=municipality(facts["kommune"])
        ),
    }
    return rules[what]


names = st.fixed_dictionaries({}, optional={"name": st.sampled_from("abc"), "phone": st.sampled_from(["", "1", "2"])})
kinds: st.SearchStrategy[tuple[str, dict[str, str]]] = st.one_of(
    st.tuples(st.just("correct"), names),
    st.tuples(st.sampled_from(["move", "move", "close", "reopen", "unit", "alternative"]), st.just({})),
    st.tuples(st.just("relocate"), st.fixed_dictionaries({"kommune": st.sampled_from(["101", "147"])})),
)
doings = st.lists(st.tuples(kinds, places, places, days), min_size=1, max_size=12)


def grow() -> None:
    for _each in range(2):
        top = builders.daginstitution(on=FIRST)
        for _unit in range(2):
            builders.alternative(builders.unit(top, on=FIRST), on=FIRST)


FITTING = {
    "move": (Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE),
    "unit": (Level.DAGINSTITUTION,),
    "relocate": (Level.DAGINSTITUTION,),
    "alternative": (Level.ANVISNINGSENHED,),
}


def pick(what: str, place: int, other: int) -> tuple[Institution, Institution]:
    """Two institutions for an act, of levels that may come through: the days and the rest are chance."""
    everyone = list(Institution.objects.exclude(level=Level.UDENFOR))
    ones = [one for one in everyone if one.level in FITTING.get(what, tuple(Level))]
    one = ones[place % len(ones)]
    twos = [two for two in everyone if what != "move" or two.level == hierarchy.ABOVE[one.level]]
    return one, twos[other % len(twos)]


def do(all_doings: list[Any]) -> Iterator[bool]:
    """Do one after the other, and say of each whether it was let through."""
    for (what, facts), place, other, on in all_doings:
        one, two = pick(what, place, other)
        before = builders.dump(*CHANGING), ledger.head()
        try:
            with transaction.atomic():
                act_of(what, **facts)(one, two, on)
        except Refused:
            assert (builders.dump(*CHANGING), ledger.head()) == before
            yield False
        else:
            noted(f"let through: {what}")
            yield True


def rolled_back(test: Callable[[], None]) -> None:
    """Each example begins with an empty register."""
    with transaction.atomic():
        test()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def tables_say() -> dict[str, Any]:
    lines = timelines.load(Institution.objects.all())
    states = timelines.states(lines.values())
    return {line.institution.number: states[key] for key, line in lines.items()}


def ledger_says(head: int) -> dict[str, Any]:
    """The register as the ledger's events up to one leave it."""
    told: dict[str, Any] = {}
    for event in Event.objects.filter(seq__lte=head).exclude(subject__startswith="aftale:"):
        told[event.subject] = event.data["after"]
    return told


def astray() -> list[str]:
    """What breaks the law of the three levels on any day."""
    versions = list(Version.objects.select_related("institution", "parent"))
    moments = {end for one in versions for end in (one.period.lower, one.period.upper) if end}
    found = []
    for day in sorted(moments):
        today = [one for one in versions if periods.contains(one.period, day)]
        by_key = {one.institution_id: one for one in today}
        if len(by_key) != len(today):
            found.append(f"{day}: two versions on one day")
        for one in today:
            above = by_key.get(one.parent_id or 0)
            if one.institution.level == Level.DAGINSTITUTION:
                lawful = one.parent_id is None
            else:
                lawful = bool(above) and (
                    above is not None and above.administrative_municipality_id == one.administrative_municipality_id
                )
            if not lawful:
                found.append(f"{day}: {one.institution}")
    return found


@given(acts=doings)
@few
def test_whatever_is_done_the_law_of_the_levels_holds_on_every_day_and_a_refusal_changes_nothing(
    acts: list[Any],
) -> None:
    def run() -> None:
        grow()
        for _done in do(acts):
            assert astray() == []

    rolled_back(run)


@given(acts=doings)
@few
def test_the_ledger_alone_gives_the_tables_back_as_they_were_known_at_any_moment(acts: list[Any]) -> None:
    def run() -> None:
        grow()
        known = [(ledger.head(), tables_say())]
        known += [(ledger.head(), tables_say()) for done in do(acts) if done]
        for head, state in known:
            assert ledger_says(head) == state
        assert [one for one in ledger.verify() if isinstance(one, Break)] == []

    rolled_back(run)


@given(acts=st.lists(st.tuples(kinds, places, places, days), max_size=3))
@settings(few, max_examples=4)
def test_a_number_is_never_issued_twice(acts: list[Any]) -> None:
    issued: set[str] = set()

    def run() -> None:
        grow()
        list(do(acts))
        numbers = set(Institution.objects.values_list("number", flat=True))
        assert issued & numbers == set()
        issued.update(numbers)

    for _each in range(2):
        rolled_back(run)


legacies = st.fixed_dictionaries({
    "start": st.none() | days,
    "end": st.none() | days.map(lambda day: day + timedelta(days=200)),
    "agreements": st.lists(st.sampled_from(Status), max_size=5),
    "candidates": st.integers(0, 1),
})  # fmt: skip


@given(
    legacy=legacies,
    acts=doings,
    on=days.map(lambda day: day + timedelta(days=150)),
    again=st.integers(1, 2),
    place=places,
)
@few
def test_undo_after_execute_is_as_if_nothing_had_been_done(
    legacy: dict[str, Any], acts: list[Any], on: date, again: int, place: int
) -> None:
    def run() -> None:
        absorbed = builders.legacy(start=legacy["start"], end=legacy["end"])
        for status in legacy["agreements"]:
            builders.agreement(absorbed, status)
        grow()
        list(do(acts))
        possible = Institution.objects.exclude(level__in=[Level.DAGINSTITUTION, Level.UDENFOR])
        survivor = possible[place % len(possible)]
        for _candidate in range(legacy["candidates"]):
            Candidate.objects.create(leaving=absorbed, staying=survivor, score=1)
        before = builders.dump()
        for _turn in range(again):
            try:
                planned = consolidation.plan(survivor, absorbed, on=on)
            except Refused:
                assert builders.dump() == before
                return
            execute = partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR)
            done = execute()
            left = DataAgreement.objects.filter(institution=absorbed, status__in=["VENTER", "GODKENDT"])
            assert {one.carried_by and one.carried_by.institution for one in left} <= {survivor}
            assert left.count() == legacy["agreements"].count(Status.GODKENDT)
            assert builders.dump() != before
            consolidation.undo(done, actor=ACTOR, reason="")
            assert builders.dump() == before

    rolled_back(run)
