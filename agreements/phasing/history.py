"""How the phasing out went, as the ledger tells: live agreements on A-numbers, and A-numbers consolidated, by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import connection

from agreements.models import DataAgreement
from agreements.states import LIVE
from institutions import consolidation
from institutions.models import Institution, Level
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

# Days that are told one by one; a longer time is told by month.
DAILY = 92
# An agreement's own events hold its whole state, those of a consolidation what it changed: a request that moved along
# has another institution, one that ended is SLETTET. What a consolidation made never rested on an A-number.
LIVE_ON_A = (
    "coalesce(e.data->{0!r}->>'institution' LIKE 'A%%' AND e.data->{0!r}->>'status' = ANY(%(live)s), false)::int"
)
LEFT = """coalesce(e.data->{0!r}->>'status' = ANY(%(live)s)
    AND (e.data->{1!r}->>'status' = 'SLETTET' OR e.data->{1!r} ? 'institution_id'), false)::int"""
STEPS = f"""
SELECT (e.at AT TIME ZONE %(zone)s)::date AS day,
    sum(CASE
        WHEN e.subject NOT LIKE 'aftale:%%' THEN 0
        WHEN e.action = %(execute)s THEN -{LEFT.format("before", "after")}
        WHEN e.action = %(undo)s THEN {LEFT.format("after", "before")}
        ELSE {LIVE_ON_A.format("after")} - {LIVE_ON_A.format("before")} END) AS live,
    sum(CASE WHEN e.subject NOT LIKE 'A%%' THEN 0 WHEN e.action = %(execute)s THEN 1
        WHEN e.action = %(undo)s THEN -1 ELSE 0 END) AS consolidated
FROM registry_event e WHERE e.action = ANY(%(actions)s) GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - put together from constants; every value is a parameter
ACTIONS = (
    "agreement.take_over", "agreement.request", "agreement.approve", "agreement.refuse", "agreement.set_back",
    "agreement.delete", "agreement.end", "agreement.import", consolidation.EXECUTE, consolidation.UNDO,
)  # fmt: skip


class Point(NamedTuple):
    """How it stood at the end of a day."""

    day: date
    live: int
    consolidated: int


def history() -> list[Point]:
    """How it stood at the end of each day on which something happened, or of each month; today last.

    It is reckoned back from what the tables hold today, so that the end is true whatever the ledger began with.
    """
    live = DataAgreement.objects.filter(institution__level=Level.UDENFOR, status__in=LIVE).count()
    consolidated = Institution.objects.filter(level=Level.UDENFOR, absorbed_into__isnull=False).count()
    points = [Point(periods.today(), live, consolidated)]
    for day, more, merged in reversed(steps()):
        if day != points[-1].day:
            points.append(Point(day, live, consolidated))
        live, consolidated = live - more, consolidated - merged
    points.reverse()
    return _thinned(points)


def _thinned(points: Sequence[Point]) -> list[Point]:
    if (points[-1].day - points[0].day).days <= DAILY:
        return list(points)
    months: Mapping[tuple[int, int], Point] = {(one.day.year, one.day.month): one for one in points}
    return list(months.values())


def steps() -> list[tuple[date, int, int]]:
    """For each day on which something happened: how many more agreements were live on A-numbers, and consolidations."""
    given: dict[str, Any] = {
        "zone": settings.TIME_ZONE, "live": [str(one) for one in LIVE], "actions": list(ACTIONS),
        "execute": consolidation.EXECUTE, "undo": consolidation.UNDO,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STEPS, given)
        return [(day, int(live), int(consolidated)) for day, live, consolidated in cursor.fetchall()]
