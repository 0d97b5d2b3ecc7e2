"""Verdicts: what a person has said of a pair stands until a field that mattered has changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from institutions import consolidation, lifecycle
from institutions.duplicates import candidates, queue, verdicts
from institutions.models import Answer, Candidate, Institution, Verdict
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)


@pytest.fixture
def pair() -> tuple[Institution, Institution]:
    """A10001 and Lærkereden, which it may be; a second Lærkereden, further down the road, which it may be too."""
    unit = builders.unit(phone="87130001")
    builders.unit(house_number="90", p_number="1012345699")
    return builders.legacy(postcode="2400", street="Lærkevej"), unit


def waiting(person: User) -> list[str]:
    """The number that A10001 may be, likeliest first."""
    return [one.staying.number for one in queue.waiting(person).select_related("staying")]


def say(pair: tuple[Institution, Institution], answer: str, **more: Any) -> Verdict:  # noqa: ANN401
    return verdicts.give(*pair, answer=answer, actor=ACTOR, **more)


def correct(institution: Institution, **facts: Any) -> None:  # noqa: ANN401
    lifecycle.correct(institution, on=SPRING, actor=ACTOR, **facts)
    candidates.catch_up()


def changed(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Which fields have changed since, from what to what."""
    verdict.refresh_from_db()
    return [(one["felt"], one["foer"], one["nu"]) for one in verdict.changed]


def code(act: Any, **given: Any) -> str:  # noqa: ANN401
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


def test_different_rests_and_the_others_stay(kirsten: User, pair: tuple[Institution, Institution]) -> None:
    unit, other = waiting(kirsten)
    assert unit == pair[1].number
    say(pair, Answer.DIFFERENT, reason="To huse")
    assert waiting(kirsten) == [other]
    candidates.refresh()
    assert waiting(kirsten) == [other]


def test_the_second_who_saw_nothing_is_told_who_said_what(pair: tuple[Institution, Institution]) -> None:
    first = say(pair, Answer.DIFFERENT, seen=0)
    with pytest.raises(Refused) as refused:
        say(pair, Answer.SAME, seen=0)
    assert refused.value.code == "har_flyttet_sig"
    assert "kirsten har imens sagt »forskellige«" in refused.value.detail
    assert say(pair, Answer.SAME, seen=first.event).answer == Answer.SAME


def test_a_verdict_that_was_taken_back_meanwhile_is_told(pair: tuple[Institution, Institution]) -> None:
    first = say(pair, Answer.DIFFERENT)
    verdicts.take_back(first, actor=ACTOR)
    assert code(say, pair=pair, answer=Answer.SAME, seen=first.event) == "har_flyttet_sig"
    assert say(pair, Answer.SAME, seen=0).answer == Answer.SAME


def test_a_field_that_mattered_brings_the_pair_back_and_is_named(
    kirsten: User, pair: tuple[Institution, Institution]
) -> None:
    verdict = say(pair, Answer.DIFFERENT)
    [other] = waiting(kirsten)
    correct(pair[1], name="Lærkereden Vest")
    assert changed(verdict) == [("name", "Lærkereden", "Lærkereden Vest")]
    assert sorted(waiting(kirsten)) == sorted([pair[1].number, other])
    correct(pair[1], name="Lærkereden")
    assert changed(verdict) == []
    assert waiting(kirsten) == [other]


def test_a_field_that_did_not_matter_brings_nothing_back(pair: tuple[Institution, Institution]) -> None:
    verdict = say(pair, Answer.DIFFERENT)
    correct(pair[1], phone="44556677")
    correct(pair[1], latitude=55.8)
    correct(pair[1], floor="2")
    assert changed(verdict) == []


def test_another_spelling_of_the_same_is_no_change(pair: tuple[Institution, Institution]) -> None:
    verdict = say(pair, Answer.DIFFERENT)
    correct(pair[1], name="LÆRKEREDEN")
    correct(pair[1], street="Lærkevej ")
    assert changed(verdict) == []


def test_a_telephone_that_comes_to_match_does_matter(pair: tuple[Institution, Institution]) -> None:
    legacy = builders.legacy("A10002", name="Lærkereden", phone="33112233", postcode="2400")
    verdict = say((legacy, pair[1]), Answer.DIFFERENT)
    correct(pair[1], phone="33112233")
    assert changed(verdict) == [("phone", "87130001", "33112233")]


def test_unsure_is_parked(kirsten: User, pair: tuple[Institution, Institution]) -> None:
    say(pair, Answer.UNSURE)
    assert pair[1].number not in waiting(kirsten)
    parked = queue.in_state(queue.pairs(kirsten), queue.PARKED)
    assert [one.staying.number for one in parked] == [pair[1].number]


def test_same_settles_the_numbers_other_candidates(kirsten: User, pair: tuple[Institution, Institution]) -> None:
    say(pair, Answer.SAME)
    assert waiting(kirsten) == []
    agreed = queue.in_state(queue.pairs(kirsten), queue.AGREED)
    assert [one.staying.number for one in agreed] == [pair[1].number]
    assert Candidate.objects.filter(leaving=pair[0]).count() == 2


def test_taken_back_nothing_stands_or_what_stood_before(kirsten: User, pair: tuple[Institution, Institution]) -> None:
    before = waiting(kirsten)
    first = say(pair, Answer.DIFFERENT, reason="To huse")
    stood = verdicts.state(first)
    second = say(pair, Answer.SAME, seen=first.event)
    back = verdicts.take_back(second, actor=ACTOR)
    assert verdicts.state(back) == stood
    assert waiting(kirsten) == before[1:]
    gone = verdicts.take_back(back, actor=ACTOR)
    assert gone.answer == ""
    assert waiting(kirsten) == before
    assert code(verdicts.take_back, verdict=gone, actor=ACTOR) == "intet_at_fortryde"
    assert code(verdicts.take_back, verdict=second, actor=ACTOR) == "intet_at_fortryde"


def test_what_stood_before_is_held_against_what_is_said_today(pair: tuple[Institution, Institution]) -> None:
    first = say(pair, Answer.DIFFERENT)
    correct(pair[1], name="Lærkereden Vest")
    second = say(pair, Answer.UNSURE)
    assert changed(second) == []
    back = verdicts.take_back(second, actor=ACTOR)
    assert back.pk == first.pk
    assert changed(back) == [("name", "Lærkereden", "Lærkereden Vest")]


def test_a_verdict_that_was_carried_out_is_not_taken_back(pair: tuple[Institution, Institution]) -> None:
    verdict = say(pair, Answer.SAME)
    planned = consolidation.plan(pair[1], pair[0])
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)
    assert code(verdicts.take_back, verdict=verdict, actor=ACTOR) == "er_konsolideret"


def test_many_are_given_at_once_or_none(pair: tuple[Institution, Institution]) -> None:
    legacy = builders.legacy("A10002", name="Lærkereden", postcode="2400")
    both = [verdicts.judge(pair[0], pair[1]), verdicts.judge(legacy, pair[1])]
    given = verdicts.give_many(both, answer=Answer.DIFFERENT, actor=ACTOR)
    assert [one.subject for one in given] == [f"par:A10001:{pair[1].number}", f"par:A10002:{pair[1].number}"]
    first = frozenset((legacy.pk, pair[1].pk))
    stale = {first: 0}
    assert code(verdicts.give_many, pairs=both, answer=Answer.SAME, actor=ACTOR, seen=stale) == "har_flyttet_sig"
    assert {one.answer for one in Verdict.objects.all()} == {Answer.DIFFERENT}


@pytest.mark.parametrize("answer", ["", "måske"])
def test_only_three_answers_are_taken(pair: tuple[Institution, Institution], answer: str) -> None:
    assert code(say, pair=pair, answer=answer) == "ukendt_kode"


def test_what_cannot_be_compared_is_refused(pair: tuple[Institution, Institution]) -> None:
    top, other = builders.daginstitution(), builders.legacy("A10002")
    for one, two in ((pair[1], pair[1]), (pair[1], top), (pair[0], other)):
        assert code(say, pair=(one, two), answer=Answer.SAME) == "kan_ikke_sammenlignes"


def test_each_verdict_is_a_line_of_the_ledger_and_none_is_public(
    client: Client, pair: tuple[Institution, Institution]
) -> None:
    before = builders.events()
    first = say((pair[1], pair[0]), Answer.DIFFERENT, reason="To huse")
    verdicts.take_back(say(pair, Answer.SAME), actor=ACTOR)
    subject = f"par:A10001:{pair[1].number}"
    assert builders.events()[len(before):] == [
        ("duplicate.different", subject), ("duplicate.same", subject), ("duplicate.take_back", subject),
    ]  # fmt: skip
    event = Event.objects.get(seq=first.event)
    assert (event.actor, event.reason, event.data["before"]) == ("kirsten", "To huse", None)
    feed = client.get("/api/v1/haendelser/", {"efter": 0}).content.decode()
    assert subject not in feed
    assert "duplicate" not in feed
    assert "To huse" not in feed
