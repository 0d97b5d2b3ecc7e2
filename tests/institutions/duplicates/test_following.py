"""Proposals follow the ledger: what any rule has done is in the queue when it is read next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import consolidation, lifecycle
from institutions.duplicates import candidates, queue
from institutions.models import Candidate, Institution, MatchKey
from registry import periods
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from registry.models import User

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)


@pytest.fixture
def lark() -> Institution:
    """Lærkereden, that A10001 means; a unit in another town that it does not mean."""
    builders.unit(name="Myretuen", kommune="751", street="Åboulevarden", house_number="3", postcode="8000",
                  town="Aarhus C", p_number="1012345699", phone="87130099")  # fmt: skip
    lark = builders.unit()
    builders.legacy(postcode="2400")
    return lark


def waiting(person: User) -> list[tuple[str, str]]:
    return [
        (one.leaving.number, one.staying.number) for one in queue.waiting(person).select_related("leaving", "staying")
    ]


def everything() -> list[Any]:
    return list(Candidate.objects.order_by("leaving", "staying").values_list("leaving", "staying", "score", "reasons"))


def correct(institution: Institution, **facts: Any) -> None:  # noqa: ANN401
    lifecycle.correct(institution, on=SPRING, actor=ACTOR, **facts)


def test_a_correction_is_followed_and_changed_back_it_is_as_before(kirsten: User, lark: Institution) -> None:
    assert waiting(kirsten) == [("A10001", lark.number)]
    before = everything()
    correct(lark, name="Solsikken", street="Enghavevej", house_number="44")
    assert waiting(kirsten) == []
    correct(lark, name="Lærkereden", street="Lærkevej", house_number="7")
    assert waiting(kirsten) == [("A10001", lark.number)]
    assert everything() == before


def test_what_was_followed_is_what_would_be_made_anew(kirsten: User, lark: Institution) -> None:
    waiting(kirsten)
    correct(lark, name="Lærkehuset", phone="33112233")
    builders.unit(name="Lærkeredens børnehave", house_number="9", p_number="1012345688")
    builders.legacy("A10002", name="Myretuen", postcode="2400", street="Lærkevej 90")
    waiting(kirsten)
    followed, keys = everything(), set(MatchKey.objects.values_list("institution", "kind", "value", "legacy"))
    candidates.refresh()
    assert everything() == followed
    assert set(MatchKey.objects.values_list("institution", "kind", "value", "legacy")) == keys


def test_a_unit_that_closes_is_proposed_no_more_and_reopened_it_is(kirsten: User, lark: Institution) -> None:
    assert waiting(kirsten) == [("A10001", lark.number)]
    lifecycle.close(lark, on=periods.today(), actor=ACTOR, reason="slut")
    assert waiting(kirsten) == []
    lifecycle.reopen(lark, on=periods.today(), actor=ACTOR, reason="alligevel")
    assert waiting(kirsten) == [("A10001", lark.number)]


def test_a_unit_that_moves_is_compared_under_its_new_parent(kirsten: User, lark: Institution) -> None:
    legacy = Institution.objects.get(number="A10001")
    hill = builders.daginstitution(name="Bakken")
    builders.legacy("A10002", name="Bakken", postcode="2400")
    waiting(kirsten)
    lifecycle.move(lark, to=hill, on=SPRING, actor=ACTOR)
    waiting(kirsten)
    moved = everything()
    candidates.refresh()
    assert everything() == moved
    assert Candidate.objects.filter(leaving=legacy, staying=lark).exists()


def test_what_is_consolidated_waits_no_more_and_undone_it_waits_again(kirsten: User, lark: Institution) -> None:
    assert waiting(kirsten) == [("A10001", lark.number)]
    before = everything()
    legacy = Institution.objects.get(number="A10001")
    planned = consolidation.plan(lark, legacy)
    done = consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)
    assert waiting(kirsten) == []
    consolidation.undo(done, actor=ACTOR, reason="det var de ikke")
    assert waiting(kirsten) == [("A10001", lark.number)]
    assert everything() == before


def test_what_is_dated_ahead_is_not_what_holds(kirsten: User, lark: Institution) -> None:
    waiting(kirsten)
    before = everything()
    lifecycle.correct(lark, on=date(2090, 1, 1), actor=ACTOR, name="Solsikken")
    assert waiting(kirsten) == [("A10001", lark.number)]
    assert everything() == before


def test_where_nothing_has_happened_two_queries_are_asked(lark: Institution) -> None:
    del lark
    candidates.catch_up()
    with CaptureQueriesContext(connection) as captured:
        candidates.catch_up()
    assert len(captured) == 2


def test_after_midnight_and_before_the_day_is_turned_who_has_closed_is_nobodys_candidate(
    kirsten: User, lark: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.legacy("A10002", postcode="2400")
    double = builders.unit()
    today, tomorrow = periods.today(), periods.today() + timedelta(days=1)
    lifecycle.close(lark, on=tomorrow, actor=ACTOR, reason="slut")
    assert ("A10001", lark.number) in waiting(kirsten)
    monkeypatch.setattr(periods, "today", lambda: tomorrow)
    lifecycle.correct(double, on=today, actor=ACTOR, phone="87654321")
    assert waiting(kirsten) == [("A10001", double.number), ("A10002", double.number)]
