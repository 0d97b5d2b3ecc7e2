"""Random lives, compared with a model that knows each single day by heart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from institutions import facts
from institutions.models import Institution, Level
from institutions.timeline import Timeline
from registry import periods
from registry.problems import Refused

# The first day of the model stands for all before it, the last one for all after it.
FIRST, DAYS = date(2026, 1, 1), 20
days = st.integers(1, DAYS - 1)
texts = st.sampled_from(["", "a", "b", "c"])
changes = st.tuples(st.just("change"), days, st.dictionaries(st.sampled_from(["street", "phone"]), texts, min_size=1))
acts: st.SearchStrategy[tuple[str, int, dict[str, str]]] = (
    changes | changes | st.tuples(st.sampled_from(["close", "reopen"]), days, st.just({}))
)
type Life = list[dict[str, str] | None]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def act(line: Timeline, what: str, on: int, said: dict[str, str]) -> None:
    if what == "change":
        line.change(day(on), said)
    elif what == "close":
        line.close(day(on), "nedlagt")
    else:
        line.reopen(day(on))


def imagine(life: Life, what: str, on: int, said: dict[str, str]) -> Life:
    """The same act, day by day."""
    now = [dict(one) if one else None for one in life]
    if what == "close":
        return [one if number < on else None for number, one in enumerate(now)]
    if what == "reopen":
        last = next(one for one in reversed(now) if one)
        return [dict(last) if number >= on else one for number, one in enumerate(now)]
    for name, value in said.items():
        old = (life[on] or {})[name]
        for one in now[on:]:
            if one is None or one[name] != old:
                break
            one[name] = value
    return now


def seen(line: Timeline) -> Life:
    found = [line.at(day(number)) for number in range(DAYS)]
    return [{"street": one.street, "phone": one.phone} if one else None for one in found]


@given(starts=st.none() | days, doings=st.lists(acts, max_size=25))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_life_is_what_a_model_that_knows_each_day_says(
    starts: int | None, doings: list[tuple[str, int, dict[str, str]]]
) -> None:
    line = Timeline(Institution(pk=1, number="G10432", level=Level.ANVISNINGSENHED))
    line.open(None if starts is None else day(starts), {**facts.EMPTY, "name": "x"})
    life: Life = [{"street": "", "phone": ""} if number >= (starts or 0) else None for number in range(DAYS)]
    for doing in doings:
        try:
            act(line, *doing)
        except Refused:
            assert seen(line) == life
            continue
        life = imagine(life, *doing)
        assert seen(line) == life
        assert all(not one.period.isempty for one in line.versions)
        assert all(
            one.period.upper and other.period.lower and one.period.upper <= other.period.lower
            for one, other in pairwise(line.versions)
        )


@given(on=days, doings=st.lists(changes, max_size=10))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_day_before_a_change_never_notices_it(on: int, doings: list[tuple[str, int, dict[str, str]]]) -> None:
    line = Timeline(Institution(pk=1, number="G10432", level=Level.ANVISNINGSENHED))
    line.open(None, {**facts.EMPTY, "name": "x"})
    for doing in doings:
        act(line, *doing)
    before = seen(line)
    line.change(day(on), {"phone": "new"})
    assert seen(line)[:on] == before[:on]
    assert all(periods.contains(one.period, day(on)) for one in line.versions if one is line.at(day(on)))
