"""Half-open validity: `[from, to)` ranges of Danish calendar days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

type Period = DateRange


def today() -> date:
    """The Danish calendar day that is now."""
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The Danish calendar day on which a moment falls."""
    return timezone.localdate(moment)


def end_of(day: date) -> datetime:
    """The last moment of a Danish calendar day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def since(day: date | None) -> Period:
    """The period from a day on; None where the first day is not known."""
    return DateRange(day, None)


def always() -> Period:
    """The period without a first or a last day."""
    return DateRange(None, None)


def until(period: Period, day: date) -> Period:
    """The part of a period before a day: the day itself is not in it."""
    return DateRange(period.lower, day)


def between(first: date | None, end: date | None) -> Period:
    """The days from `first` to the day before `end`."""
    return DateRange(first, end)


def starts_by(period: Period, day: date) -> bool:
    """Whether the period has begun on the day."""
    return period.lower is None or period.lower <= day


def ends_after(period: Period, day: date) -> bool:
    """Whether the day comes before the period's end."""
    return period.upper is None or day < period.upper


def contains(period: Period, day: date) -> bool:
    """Whether the day lies in the period."""
    return starts_by(period, day) and ends_after(period, day)


def day_before(day: date) -> date:
    """The day before: the last day of a period that ends on `day`."""
    return day - timedelta(days=1)
