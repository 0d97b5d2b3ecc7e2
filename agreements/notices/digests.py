"""Once a day: vendors are told what has happened with their agreements, data owners that something waits for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from agreements.notices import happened, waiting
from registry import ledger, mail, periods
from registry.ledger import Entry
from registry.models import Event

if TYPE_CHECKING:
    from registry.ledger import Actor

TURN, SUBJECT = "digest.turn", "post"
LOCK = 5_217_350_151
# Before the first turn nothing was told, and nobody wants years of it.
FIRST = timedelta(days=1)


@transaction.atomic
def send(*, actor: Actor, on: date | None = None) -> int:
    """Write the day's mails: one to each address that something has happened for. Gives how many.

    A second run on the same day writes nothing; a missed day is made up for by the next.
    """
    on = on or periods.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Event.objects.filter(action=TURN).order_by("-seq").first()
    if last and on <= date.fromisoformat(last.data["on"]):
        return 0
    head = ledger.head()
    since = int(last.data["position"]) if last else ledger.known_at(timezone.now() - FIRST)
    letters = [*happened.letters(since, head, on=on), *waiting.letters(since, head, on=on)]
    told = {"on": on.isoformat(), "position": head, "mails": len(letters)}
    ledger.record([Entry(TURN, SUBJECT, told)], actor=actor)
    mail.write_all(letters, actor=actor)
    return len(letters)
