"""A line of versions, in memory: where edits split it, and what was touched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from institutions import facts, timeline
from institutions.models import Institution, Level, Municipality
from institutions.timeline import Timeline, facts_of
from registry.problems import Refused

NEW_YEAR, SPRING, SUMMER, AUTUMN = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
DAY = timedelta(days=1)


def line(start: date | None = NEW_YEAR, end: date | None = None) -> Timeline:
    """A saved institution with one version."""
    made = Timeline(Institution(pk=1, number="G10432", level=Level.ANVISNINGSENHED))
    made.open(start, {**facts.EMPTY, "name": "Lærkereden"}, end=end)
    made.added[0].pk, made.added = 1, []
    return made


def names(of: Timeline) -> list[tuple[date | None, date | None, str]]:
    return [(one.period.lower, one.period.upper, one.name) for one in of.versions]


def test_a_change_splits_the_version_of_its_day() -> None:
    edited = line()
    assert edited.change(SPRING, {"name": "Solsikken"})
    assert names(edited) == [(NEW_YEAR, SPRING, "Lærkereden"), (SPRING, None, "Solsikken")]
    assert (len(edited.changed), len(edited.added)) == (1, 1)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1970, 1, 1), SPRING, date(9999, 12, 31)])
def test_a_life_whose_beginning_is_not_known_can_be_changed_on_any_day(day: date) -> None:
    edited = line(None)
    assert edited.change(day, {"name": "Solsikken"})
    assert names(edited) == [(None, day, "Lærkereden"), (day, None, "Solsikken")]


def test_a_life_whose_beginning_is_not_known_can_be_closed_on_any_day() -> None:
    edited = line(None)
    edited.close(date(1, 1, 2), "nedlagt")
    assert names(edited) == [(None, date(1, 1, 2), "Lærkereden")]


def test_a_change_on_the_first_day_splits_nothing() -> None:
    edited = line()
    assert edited.change(NEW_YEAR, {"name": "Solsikken"})
    assert names(edited) == [(NEW_YEAR, None, "Solsikken")]
    assert (len(edited.changed), edited.added) == (1, [])


def test_a_change_on_the_last_day_holds_for_one_day() -> None:
    edited = line(end=SPRING)
    edited.versions[0].closing_cause = "sammenlagt"
    assert edited.change(SPRING - DAY, {"name": "Solsikken"})
    assert [one.closing_cause for one in edited.versions] == ["", "sammenlagt"]
    assert names(edited)[1] == (SPRING - DAY, SPRING, "Solsikken")


def test_no_change_touches_nothing() -> None:
    edited = line()
    assert not edited.change(SPRING, {"name": "Lærkereden", "email": ""})
    assert not edited.touched


def test_each_fact_ripples_by_itself_as_far_as_it_was_the_same() -> None:
    edited = line()
    edited.change(SUMMER, {"name": "Solsikken"})
    edited.change(AUTUMN, {"name": "Lærkereden", "phone": "2"})
    edited.change(SPRING, {"name": "Stæren", "phone": "1"})
    assert [(one.name, one.phone) for one in edited.versions] == [
        ("Lærkereden", ""),
        ("Stæren", "1"),
        ("Solsikken", "1"),
        ("Lærkereden", "2"),  # the old name again, but not the same stretch of it
    ]


def test_a_change_twice_on_one_day_keeps_the_later_word() -> None:
    edited = line()
    edited.change(SPRING, {"name": "Solsikken"})
    edited.change(SPRING, {"name": "Stæren"})
    assert names(edited) == [(NEW_YEAR, SPRING, "Lærkereden"), (SPRING, None, "Stæren")]


def test_a_version_that_was_split_off_and_changed_is_added_once() -> None:
    edited = line()
    edited.change(SUMMER, {"name": "Solsikken"})
    edited.change(SPRING, {"phone": "1"})
    assert [id(one) for one in edited.added] == [id(edited.versions[2]), id(edited.versions[1])]
    assert edited.changed == [edited.versions[0]]


def test_a_day_before_the_first_version_and_in_a_gap_is_not_open() -> None:
    edited = line(end=SPRING)
    edited.reopen(AUTUMN)
    for day in (NEW_YEAR - DAY, SPRING, AUTUMN - DAY):
        assert edited.at(day) is None
        with pytest.raises(Refused) as refused:
            edited.change(day, {"name": "Solsikken"})
        assert (refused.value.code, refused.value.value) == ("ikke_aaben", day.isoformat())


@pytest.mark.parametrize(("reopened", "code"), [(SPRING, "senere_aendringer"), (AUTUMN, "for_tidlig_dag")])
def test_a_closing_on_the_day_of_a_change_is_told_from_one_on_the_first_day(reopened: date, code: str) -> None:
    edited = line(end=SPRING)
    edited.reopen(reopened)
    with pytest.raises(Refused) as refused:
        edited.close(reopened, "nedlagt")
    assert refused.value.code == code


def test_a_line_without_versions_is_open_on_no_day() -> None:
    empty = Timeline(Institution(number="G10432", level=Level.ANVISNINGSENHED))
    assert (empty.at(SPRING), empty.last(), empty.touched) == (None, None, False)
    with pytest.raises(Refused):
        empty.reopen(SPRING)


def test_the_state_tells_all_that_is_not_empty_in_the_registers_words() -> None:
    edited = line()
    facts_now = facts_of(edited.versions[0])
    edited.change(NEW_YEAR, {
        "parent": Institution(pk=2, number="D10001"), "municipality": Municipality(pk=3, code="101"),
        "latitude": 55.7, "legal_ground_derived": True, "email": "",
    })  # fmt: skip
    edited.close(AUTUMN, "nedlagt")
    assert timeline.state(edited.institution, edited.versions, ["G2", "G1"]) == {
        "number": "G10432", "level": "anvisningsenhed", "successors": ["G1", "G2"],
        "versions": [{"from": "2026-01-01", "to": "2026-10-01", "parent": "D10001", "name": "Lærkereden",
                      "legal_ground_derived": True, "municipality": "101", "latitude": 55.7,
                      "closing_cause": "nedlagt"}],
    }  # fmt: skip
    assert facts_now.keys() == set(timeline.FACTS)


def test_the_state_leaves_a_beginning_out_that_is_not_known() -> None:
    edited = line(None)
    edited.institution.absorbed_into = Institution(pk=2, number="G2")
    assert timeline.state(edited.institution, edited.versions) == {
        "number": "G10432", "level": "anvisningsenhed", "absorbed_into": "G2", "versions": [{"name": "Lærkereden"}],
    }  # fmt: skip
