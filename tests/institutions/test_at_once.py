"""What happens when two do things at the same moment: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest

from agreements import lifecycle as agreements
from agreements.models import DataAgreement
from agreements.states import LIVE, Status
from institutions import consolidation, lifecycle, numbers, timelines
from institutions.models import Institution, Level, Version
from registry import ledger
from registry.ledger import Break
from registry.models import Event
from tests import at_once, builders
from tests.builders import ACTOR, municipality

if TYPE_CHECKING:
    from collections.abc import Iterator

SPRING, SUMMER = date(2026, 4, 1), date(2026, 7, 1)
TURNS = 6  # a race is lost now and then only
close = partial(lifecycle.close, on=SUMMER, actor=ACTOR, reason="")


@pytest.fixture(autouse=True)
def _whole_afterwards(own_database: str) -> Iterator[None]:
    """The ledger holds, and its last word on each institution is what the tables say."""
    del own_database
    yield
    assert [one for one in ledger.verify() if isinstance(one, Break)] == []
    lines = timelines.load(Institution.objects.all())
    for key, state in timelines.states(lines.values()).items():
        last = Event.objects.filter(subject=lines[key].institution.number).order_by("-seq")[0]
        assert last.data["after"] == state


def issue() -> str:
    return numbers.issue(Level.ANVISNINGSENHED)[0]


def open_ended(institution: Institution) -> bool:
    return Version.objects.filter(institution=institution, period__upper_inf=True).exists()


def test_many_get_a_number_each_while_imports_move_the_sequence() -> None:
    last = int(issue()[1:])

    def take() -> list[str]:
        return [issue() for _each in range(150)]

    def bring() -> None:
        for step in range(150):
            numbers.continue_after([f"G{last + step * 4:05d}"])

    given = at_once.run(take, bring, take, bring, take)
    issued = [*given[0], *given[2], *given[4]]
    assert len(issued) == len(set(issued)) == 450
    assert issue() > max([*issued, f"G{last + 149 * 4:05d}"])


def test_two_opened_at_once_have_a_number_each() -> None:
    top = builders.daginstitution()
    outcomes = at_once.run(*[partial(builders.unit, top)] * 4)
    assert len({one.number for one in outcomes}) == 4


def test_a_parent_closes_or_a_child_opens_under_it_but_not_both() -> None:
    for _turn in range(TURNS):
        top = builders.daginstitution()
        outcomes = at_once.run(partial(close, top), partial(builders.unit, top))
        children = Version.objects.filter(parent=top).count()
        assert (at_once.codes(outcomes), open_ended(top), children) in [
            (["done", "overordnet_mangler"], False, 0),
            (["done", "har_aabne_underenheder"], True, 1),
        ]


def test_a_parent_closes_or_a_child_moves_under_it_but_not_both() -> None:
    for _turn in range(TURNS):
        top, unit = builders.daginstitution(), builders.unit()
        move = partial(lifecycle.move, unit, to=top, on=SPRING, actor=ACTOR)
        outcomes = at_once.run(partial(close, top), move)
        children = Version.objects.filter(parent=top).count()
        assert (at_once.codes(outcomes), open_ended(top), children) in [
            (["done", "overordnet_mangler"], False, 0),
            (["done", "har_aabne_underenheder"], True, 1),
        ]


def test_two_moves_crosswise_do_not_lock_each_other_out() -> None:
    first, second = builders.daginstitution(), builders.daginstitution()
    one, other = builders.unit(first), builders.unit(second)
    for _turn in range(TURNS):
        outcomes = at_once.run(
            partial(lifecycle.move, one, to=second, on=SPRING, actor=ACTOR),
            partial(lifecycle.move, other, to=first, on=SPRING, actor=ACTOR),
        )
        assert at_once.codes(outcomes) == ["done", "done"]
        first, second = second, first


def test_a_unit_opened_while_its_parent_changes_municipality_follows_or_is_told() -> None:
    for turn in range(TURNS):
        top = builders.daginstitution()
        builders.unit(top)
        change = partial(
            lifecycle.correct, top, on=SUMMER, actor=ACTOR, administrative_municipality=municipality("751")
        )
        begin = partial(builders.unit, top, on=SPRING)
        outcomes = at_once.run(*((change, begin) if turn % 2 else (begin, change)))
        assert at_once.codes(outcomes) in (["done", "done"], ["done", "har_flyttet_sig"])
        ahead = Version.objects.filter(period__contains=SUMMER)
        towns = set(ahead.filter(institution=top).values_list("administrative_municipality__code", flat=True))
        below = set(ahead.filter(parent=top).values_list("administrative_municipality__code", flat=True))
        assert towns == below


def test_the_same_correction_at_once_is_made_once() -> None:
    unit = builders.unit()
    head = ledger.head()
    outcomes = at_once.run(*[partial(lifecycle.correct, unit, on=SPRING, actor=ACTOR, name="Solsikken")] * 4)
    assert sorted(outcomes) == [False, False, False, True]
    assert ledger.head() == head + 1


def test_corrections_of_different_facts_at_once_are_all_made() -> None:
    unit = builders.unit()
    said = [{"name": "Solsikken"}, {"phone": "33333333"}, {"house_number": "9"}, {"email": "a@b.dk"}]
    outcomes = at_once.run(*[partial(lifecycle.correct, unit, on=SPRING, actor=ACTOR, **one) for one in said])
    assert outcomes == [True] * 4
    now = builders.at(unit, SPRING) or {}
    assert [now[name] for one in said for name in one] == ["Solsikken", "33333333", "9", "a@b.dk"]


def test_of_two_that_execute_the_same_consolidation_one_does() -> None:
    for turn in range(TURNS):
        unit, legacy = builders.unit(), builders.legacy(f"A1000{turn}")
        builders.agreement(legacy)
        planned = consolidation.plan(unit, legacy, on=SPRING)
        act = partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR)
        assert at_once.codes(at_once.run(act, act)) == ["done", "er_konsolideret"]
        assert Event.objects.filter(subject=legacy.number, action="consolidation.execute").count() == 1


def test_of_two_into_different_survivors_one_wins() -> None:
    for turn in range(TURNS):
        legacy = builders.legacy(f"A1000{turn}")
        plans = [consolidation.plan(builders.unit(), legacy, on=SPRING) for _each in range(2)]
        acts = [partial(consolidation.execute, one, fingerprint=one.fingerprint, actor=ACTOR) for one in plans]
        assert at_once.codes(at_once.run(*acts)) == ["done", "er_konsolideret"]


def test_one_is_consolidated_and_undone_at_once() -> None:
    unit, legacy = builders.unit(), builders.legacy()
    builders.agreement(legacy)
    for _turn in range(TURNS):
        before = builders.dump()
        planned = consolidation.plan(unit, legacy, on=SPRING)
        act = partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR)
        undo = partial(consolidation.undo, act(), actor=ACTOR, reason="")
        outcomes = at_once.run(act, undo, undo)
        codes = at_once.codes(outcomes)
        assert codes in (["allerede_fortrudt", "done", "er_konsolideret"], ["allerede_fortrudt", "done", "done"])
        if codes.count("done") == 2:
            standing = consolidation.standing(Institution.objects.get(pk=legacy.pk))
            assert standing is not None
            consolidation.undo(standing, actor=ACTOR, reason="")
        assert builders.dump() == before


def test_the_survivor_closes_or_takes_over_but_is_never_closed_before_it_does() -> None:
    for turn in range(TURNS):
        unit, legacy = builders.unit(), builders.legacy(f"A1000{turn}")
        planned = consolidation.plan(unit, legacy, on=SPRING)
        act = partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR)
        codes = at_once.codes(at_once.run(partial(close, unit), act))
        # A survivor may close later on: then the number leads to a closed one, as any old number may.
        assert codes in (["done", "kan_ikke_konsolideres"], ["done", "done"])
        last = list(Event.objects.order_by("-seq").values_list("action", flat=True)[:1])
        assert codes != ["done", "done"] or last == ["lifecycle.close"]


def test_a_request_is_approved_or_moves_and_never_both() -> None:
    for turn in range(TURNS):
        unit, legacy = builders.unit(), builders.legacy(f"A1000{turn}")
        made = builders.agreement(legacy, Status.VENTER)
        planned = consolidation.plan(unit, legacy, on=SPRING)
        outcomes = at_once.run(
            partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR),
            partial(agreements.approve, made, actor=ACTOR),
        )
        absorbed = Institution.objects.get(pk=legacy.pk).absorbed_into is not None
        now = DataAgreement.objects.get(pk=made.pk)
        # A request that has moved is another one than the person saw.
        assert (at_once.codes(outcomes), absorbed, now.status, now.institution) in [
            (["done", "har_flyttet_sig"], True, "VENTER", unit),
            (["done", "ikke_det_forhaandsviste"], False, "GODKENDT", legacy),
        ]


def test_a_refused_agreement_is_set_back_or_its_number_consolidated() -> None:
    for turn in range(TURNS):
        unit, legacy = builders.unit(), builders.legacy(f"A1000{turn}")
        made = builders.agreement(legacy, Status.AFVIST)
        planned = consolidation.plan(unit, legacy, on=SPRING)
        outcomes = at_once.run(
            partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR),
            partial(agreements.set_back, made, actor=ACTOR),
        )
        absorbed = Institution.objects.get(pk=legacy.pk).absorbed_into is not None
        live = DataAgreement.objects.filter(institution=legacy, status__in=LIVE).exists()
        assert at_once.codes(outcomes) in (["done", "er_konsolideret"], ["done", "ikke_det_forhaandsviste"])
        assert absorbed != live


def test_of_two_equal_requests_one_is_told_that_there_is_one() -> None:
    unit, system, service = builders.unit(), builders.system(), builders.service("ws00")
    ask = partial(agreements.request, unit, system=system, service=service, actor=ACTOR, processor_agreement=True)
    assert at_once.codes(at_once.run(ask, ask, ask)) == ["aftale_findes", "aftale_findes", "done"]


def test_many_consolidate_many_into_one_crosswise() -> None:
    unit, other = builders.unit(), builders.unit()
    acts = []
    for number in range(6):
        planned = consolidation.plan(unit if number % 2 else other, builders.legacy(f"A1000{number}"), on=SPRING)
        acts.append(partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR))
    assert at_once.codes(at_once.run(*acts)) == ["done"] * 6
