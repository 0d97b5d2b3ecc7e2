"""The day turns: what was dated ahead takes effect, and that is an event too.

What holds on a day never waits for this: versions have their periods. It tells the readers of the feed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from institutions import timelines
from institutions.models import Institution
from registry import ledger, periods
from registry.ledger import Entry
from registry.models import Event

if TYPE_CHECKING:
    from registry.ledger import Actor

TAKE_EFFECT, DAY = "lifecycle.take_effect", "calendar.turn"
LOCK = 5_217_350_149
# Changes that were written down before the day from which they hold.
DATED_AHEAD = """
    SELECT DISTINCT subject, data ->> 'on' AS day FROM registry_event
    WHERE action IN ('lifecycle.open', 'lifecycle.correct', 'lifecycle.move', 'lifecycle.close', 'lifecycle.reopen')
      AND data ->> 'on' > %s AND data ->> 'on' <= %s
      AND at < ((data ->> 'on')::date)::timestamp AT TIME ZONE %s
    ORDER BY day, subject
"""


@transaction.atomic
def turn(*, actor: Actor, on: date | None = None) -> int:
    """Write an event for each change dated ahead that has taken effect since the last turn. Gives how many.

    Run it once a day, after midnight. A second run on the same day writes nothing; a missed day is made up for.
    """
    on = on or periods.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = _last_turn()
        if on <= last:
            return 0
        cursor.execute(DATED_AHEAD, [last.isoformat(), on.isoformat(), timezone.get_default_timezone_name()])
        due = [(subject, date.fromisoformat(day)) for subject, day in cursor.fetchall()]
    effects = _effects(due)
    ledger.record([*effects, Entry(DAY, "kalender", {"on": on.isoformat()})], actor=actor)
    return len(effects)


def _last_turn() -> date:
    """The day of the last turn; before the first, the day before the ledger began."""
    last = Event.objects.filter(action=DAY).order_by("-seq").first()
    if last:
        return date.fromisoformat(last.data["on"])
    first = Event.objects.order_by("seq").first()
    return periods.day_before(periods.day_of(first.at if first else timezone.now()))


def _effects(due: list[tuple[str, date]]) -> list[Entry]:
    """An entry for each change that still stands: it may have been taken back before its day."""
    lines = {
        line.institution.number: line
        for line in timelines.load(Institution.objects.filter(number__in={subject for subject, _day in due})).values()
    }
    states = timelines.states(lines.values())
    return [
        Entry(TAKE_EFFECT, subject, {"before": state, "after": state, "on": day.isoformat()})
        for subject, day in due
        if any(day in {version.period.lower, version.period.upper} for version in lines[subject].versions)
        for state in [states[lines[subject].institution.pk]]
    ]
