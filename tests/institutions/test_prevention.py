"""Nothing is registered twice unawares: what seems to be there is shown, and who insists says why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import lifecycle, prevention
from institutions.duplicates import candidates, queue, verdicts
from institutions.models import Answer, Candidate, Institution, Level, Verdict
from institutions.prevention import LikelyDouble, New, Watch
from registry import periods
from registry.models import Event
from registry.problems import Refused
from tests import at_once, builders
from tests.builders import ACTOR, ADDRESS

if TYPE_CHECKING:
    from registry.models import User

pytestmark = pytest.mark.django_db
LARK = {"name": "Lærkereden", "institution_type": "6012", "p_number": "1012345678", **ADDRESS}
ELSEWHERE = {**LARK, "name": "Mågereden", "street": "Enghavevej", "house_number": "3", "p_number": "1012345699"}
TURNS = 6  # a race is lost now and then only


def open_unit(top: Institution, *, despite: str = "", **facts: Any) -> Institution:  # noqa: ANN401
    return prevention.open(
        level=Level.ANVISNINGSENHED, on=builders.NEW_YEAR, actor=ACTOR, parent=top, despite=despite, **LARK | facts
    )


def refused(top: Institution, **facts: Any) -> LikelyDouble:  # noqa: ANN401
    with pytest.raises(LikelyDouble) as told:
        open_unit(top, **facts)
    return told.value


def test_what_is_not_there_is_opened_and_nobody_is_told() -> None:
    builders.unit()
    made = open_unit(builders.daginstitution(), **ELSEWHERE)
    assert made.versions.get().name == "Mågereden"
    assert not Verdict.objects.exists()


def test_what_seems_to_be_there_is_named_and_nothing_is_opened() -> None:
    unit = builders.unit()
    top = builders.daginstitution()
    before = builders.events()
    told = refused(top)
    assert (told.code, told.field, told.suggestions) == ("mulig_dublet", "despite", (unit.number,))
    assert [(one.number, one.name, one.probability > 0.9) for one in told.likely] == [
        (unit.number, "Lærkereden", True),
    ]  # fmt: skip
    weights = [reason["vaegt"] for reason in told.likely[0].reasons]
    assert weights
    assert builders.events() == before


def test_another_spelling_is_seen_through() -> None:
    unit = builders.unit()
    assert refused(builders.daginstitution(), name="LÆRKEREDEN ").suggestions == (unit.number,)


def test_who_insists_says_why_and_is_not_asked_again(kirsten: User) -> None:
    unit = builders.unit()
    made = open_unit(builders.daginstitution(), despite="To huse på samme grund")
    verdict = Verdict.objects.get()
    assert {verdict.first, verdict.second} == {unit, made}
    assert (verdict.answer, verdict.by, verdict.reason) == (Answer.DIFFERENT, "kirsten", "To huse på samme grund")
    assert [one.pk for one in queue.waiting(kirsten)] == []
    assert [action for action, _subject in builders.events()][-2:] == ["lifecycle.open", "duplicate.different"]


def test_blanks_are_no_reason() -> None:
    builders.unit()
    assert refused(builders.daginstitution(), despite="  ").code == "mulig_dublet"


def test_a_reason_that_nothing_asked_for_is_no_verdict() -> None:
    open_unit(builders.daginstitution(), despite="for en sikkerheds skyld")
    assert not Verdict.objects.exists()


def test_one_that_has_closed_stands_in_nobodys_way() -> None:
    unit = builders.unit()
    lifecycle.close(unit, on=periods.today(), actor=ACTOR, reason="slut")
    assert open_unit(builders.daginstitution()).number > unit.number


def test_the_rules_of_opening_hold_too() -> None:
    with pytest.raises(Refused) as told:
        open_unit(builders.daginstitution(), institution_type="9999")
    assert told.value.code == "ukendt_kode"


def test_a_watch_remembers_what_it_let_through() -> None:
    watch = Watch()
    facts = {**LARK, "municipality": builders.municipality("101")}
    lark, gull = New(Level.ANVISNINGSENHED, facts), New(Level.ANVISNINGSENHED, {**facts, **ELSEWHERE})
    assert watch.look([lark, gull]) == [[], []]
    (second,) = watch.look([lark])
    assert [(one.number, one.name, one.earlier) for one in second] == [("", "Lærkereden", 0)]
    told = LikelyDouble(second)
    assert told.suggestions == ()
    assert "en tidligere række" in told.detail


def test_looking_up_takes_as_many_queries_for_three_likely_as_for_one() -> None:
    def queries() -> int:
        watch = Watch()
        with CaptureQueriesContext(connection) as captured:
            assert all(watch.look([New(Level.ANVISNINGSENHED, LARK)]))
        return len(captured)

    builders.unit()
    one = queries()
    builders.unit()
    builders.unit()
    assert queries() == one


def test_of_two_who_open_the_same_at_once_the_second_is_told(own_database: str) -> None:
    del own_database
    for turn in range(TURNS):
        name = f"Reden {'abcdef'[turn] * 5}"
        top = builders.daginstitution()
        candidates.catch_up()  # nothing is left that would keep them apart
        act = partial(open_unit, top, name=name, house_number=str(10 + turn), p_number=f"10123411{turn:02d}")
        assert at_once.codes(at_once.run(act, act)) == ["done", "mulig_dublet"]


def test_of_two_verdicts_at_once_the_second_is_told(own_database: str) -> None:
    del own_database
    unit = builders.unit()
    for turn in range(TURNS):
        legacy = builders.legacy(f"A1000{turn}", postcode="2400")
        say = partial(verdicts.give, legacy, unit, actor=ACTOR, seen=0)
        outcomes = at_once.run(partial(say, answer=Answer.SAME), partial(say, answer=Answer.DIFFERENT))
        assert at_once.codes(outcomes) == ["done", "har_flyttet_sig"]
        subject = f"par:{legacy.number}:{unit.number}"
        assert Event.objects.filter(subject=subject).count() == 1


def test_two_who_read_the_queue_at_once_find_the_same(own_database: str, kirsten: User) -> None:
    del own_database
    unit = builders.unit()
    for turn in range(TURNS):
        builders.legacy(f"A1000{turn}", postcode="2400")

        def read() -> list[int]:
            return [one.pk for one in queue.waiting(kirsten)]

        one, other = at_once.run(read, read)
        assert one == other
        assert len(one) == turn + 1
    assert Candidate.objects.filter(staying=unit).count() == TURNS
