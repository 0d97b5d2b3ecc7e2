"""How many institutions there are on a day, what opened and closed before it, and how far the A-numbers are gone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import MINYEAR, date
from typing import TYPE_CHECKING

from django.db.models import Count, DateField, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from institutions import fates
from institutions.asof import REGISTER
from institutions.models import Cause, Level, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MONTHS = 12
IN_ERROR = Cause.IN_ERROR  # what was never to be counts neither as opened nor as closed


@dataclass(frozen=True, slots=True)
class Counts:
    """The open of the register on a day: by level, by level and municipality's code, and the units by their codes."""

    levels: Mapping[str, int]
    municipalities: Mapping[tuple[str, str], int]
    types: Mapping[str, int]
    ownerships: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month, up to the day: of the register, and what was consolidated, A-numbers too."""

    first: date
    opened: int
    closed: int
    consolidated: int


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """What has become of the A-numbers by a day."""

    open: int
    consolidated: int
    closed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.consolidated + self.closed

    @property
    def gone(self) -> int:
        """Those that are no more in use."""
        return self.consolidated + self.closed


def counts(on: date) -> Counts:
    """Count the open. One query."""
    fields = ("institution__level", "administrative_municipality__code", "institution_type", "ownership")
    found = Version.objects.filter(period__contains=on, institution__level__in=REGISTER).order_by()
    levels, places = Counter[str](), Counter[tuple[str, str]]()
    types, ownerships = Counter[str](), Counter[str]()
    for level, place, kind, owner, count in found.values_list(*fields).annotate(count=Count("pk")):
        levels[level] += count
        places[level, place or ""] += count
        if level == Level.ANVISNINGSENHED:
            types[kind] += count
            ownerships[owner] += count
    return Counts(levels, places, types, ownerships)


def months(on: date) -> Sequence[Month]:
    """The month of a day and those before it, newest first. Two queries."""
    firsts = list(_firsts(on))
    opened = _opened(firsts[-1], on)
    closed, consolidated = _closed(firsts[-1], on)
    return [Month(one, opened[one], closed[one], consolidated[one]) for one in firsts]


def phase_out(on: date) -> PhaseOut:
    """Count the A-numbers. One query."""
    ended, merged = fates.standing(on)["closed"], Q(closing_cause=Cause.CONSOLIDATED)
    told = Version.objects.filter(institution__level=Level.UDENFOR).aggregate(
        open=Count("pk", filter=Q(period__contains=on)),
        consolidated=Count("pk", filter=ended & merged),
        closed=Count("pk", filter=ended & ~merged),
    )
    return PhaseOut(**told)


def _firsts(day: date) -> Iterator[date]:
    """The first days of a day's month and of those before it."""
    for back in range(MONTHS):
        year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
        if year >= MINYEAR:
            yield date(year, month + 1, 1)


def _opened(first: date, on: date) -> Counter[date]:
    """By month: what begins or begins again, and did not go on from the day before."""
    own = Version.objects.filter(institution=OuterRef("institution"))
    going_on, in_error = own.filter(period__endswith=OuterRef("period__startswith")), own.filter(closing_cause=IN_ERROR)
    begun = Version.objects.filter(
        ~Exists(going_on), ~Exists(in_error), institution__level__in=REGISTER,
        period__startswith__gte=first, period__startswith__lte=on,
    )  # fmt: skip
    months = begun.order_by().annotate(month=TruncMonth("period__startswith", DateField())).values_list("month")
    return Counter(dict(months.annotate(count=Count("pk"))))


def _closed(first: date, on: date) -> tuple[Counter[date], Counter[date]]:
    """By month: what ends and does not go on the next day: closed, and consolidated. What is old may lack its cause."""
    going_on = Version.objects.filter(
        institution=OuterRef("institution"), period__startswith=OuterRef("period__endswith")
    )
    ended = Version.objects.filter(~Exists(going_on), period__endswith__gte=first, period__endswith__lte=on)
    merged = Q(closing_cause=Cause.CONSOLIDATED)
    months = ended.order_by().annotate(month=TruncMonth("period__endswith", DateField())).values_list("month")
    rows = months.annotate(
        some=Count("pk", filter=Q(institution__level__in=REGISTER) & ~merged & ~Q(closing_cause=IN_ERROR)),
        others=Count("pk", filter=merged),
    )
    closed, consolidated = Counter[date](), Counter[date]()
    for month, some, others in rows:
        closed[month], consolidated[month] = some, others
    return closed, consolidated
