"""Half-open periods of Danish calendar days."""

from datetime import UTC, date, datetime

import pytest

from registry import periods

FIRST, LAST, END = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)


def test_the_first_day_is_in_a_period_and_the_end_is_not() -> None:
    year = periods.between(FIRST, END)
    assert [periods.contains(year, day) for day in (date(2025, 12, 31), FIRST, LAST, END)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("day", [date.min, FIRST, date.max])
def test_a_period_without_ends_holds_every_day(day: date) -> None:
    always = periods.between(None, None)
    assert periods.contains(always, day)
    assert periods.starts_by(always, day)
    assert periods.ends_after(always, day)


def test_until_keeps_the_beginning_also_where_it_is_not_known() -> None:
    assert periods.until(periods.since(None), END) == periods.between(None, END)
    assert periods.until(periods.since(FIRST), END) == periods.between(FIRST, END)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 23, 0, 0, tzinfo=UTC), date(2026, 1, 1)),  # winter: one hour ahead
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer: two
    ],
)
def test_a_moment_falls_on_the_day_that_it_is_in_denmark(moment: datetime, day: date) -> None:
    assert periods.day_of(moment) == day
