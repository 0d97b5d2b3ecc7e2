"""The one append-only ledger: who did what to which, when, why, and what it was before.

`seq` is the order of commit. A number from a sequence would become visible out of order and
a reader that polls `seq > cursor` would miss late commits; so `record` takes one advisory
lock, as the last act of a rule, and numbers under it. The lock is held until the transaction
ends: the events of a transaction stand together, and each carries the hash of the one before.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry import copying, prepared
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from registry.models import User

# Any constant does; it must differ from the other advisory locks of the same database.
LOCK = 5_217_350_146
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which door (admin, api, side, kommando, demo), and for whom."""

    name: str
    door: str
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a rule wants written: an action on a subject, with its state before and after.

    `correlation` ties it to the other entries of one act where several acts are written at once.
    """

    action: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    correlation: uuid.UUID | None = None


def person(user: User | AnonymousUser, *, door: str) -> Actor:
    """The signed-in person as an actor."""
    if not user.is_authenticated:
        message = "Nobody is signed in: a rule needs a named actor."
        raise PermissionError(message)
    return Actor(user.get_username(), door)


def record(entries: Iterable[Entry], *, actor: Actor, correlation: uuid.UUID | None = None) -> list[Event]:
    """Write entries at the ledger's end, in order. Call it last: the lock is held until commit."""
    entries = list(entries)
    if not entries:
        return []
    if not connection.in_atomic_block:
        message = "The ledger is written inside the transaction of the change that it tells of."
        raise transaction.TransactionManagementError(message)
    act = correlation or uuid.uuid4()
    for entry in entries:
        check_text(entry.reason)
    seq, previous, at, transaction_id = _take_the_end()
    events = []
    for number, entry in enumerate(entries, start=seq + 1):
        event = Event(
            seq=number, transaction=transaction_id, at=at, actor=actor.name, on_behalf_of=actor.on_behalf_of,
            door=actor.door, action=entry.action, subject=entry.subject, data=entry.data,
            reason=entry.reason, correlation=entry.correlation or act,
        )  # fmt: skip
        previous = event.hash = digest(event, previous)
        events.append(event)
    copying.insert(Event, events)
    return events


def check_text(text: str) -> None:
    """Raise Refused `ugyldig_vaerdi` for a reason with characters that no database holds."""
    if "\0" in text or text.encode(errors="replace").decode() != text:
        raise Refused("ugyldig_vaerdi", _("Begrundelsen har tegn, som ikke er tekst."), field="reason")


def _take_the_end() -> tuple[int, str, datetime, int]:
    """Lock the ledger's end. Gives the last seq and hash, the moment and the transaction's id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A statement of its own: its snapshot must be younger than the lock.
        cursor.execute(
            "SELECT coalesce(max(seq), 0), coalesce((array_agg(hash))[1], %s),"
            " greatest(clock_timestamp(), max(at)), pg_current_xact_id()::text::bigint"
            " FROM (SELECT seq, hash, at FROM registry_event ORDER BY seq DESC LIMIT 1) AS last",
            [GENESIS],
        )
        seq, previous, at, transaction_id = cursor.fetchone()
    return seq, previous, at, transaction_id


def digest(event: Event, previous: str) -> str:
    """The event's hash: SHA-256, in hex, over the hash before it and every column of its own."""
    content = json.dumps(
        [
            previous, event.seq, event.transaction, event.at.timestamp(), event.actor, event.on_behalf_of,
            event.door, event.action, event.subject, event.data, event.reason, str(event.correlation),
        ],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(content.encode()).hexdigest()


def head() -> int:
    """The seq of the last event; 0 while there is none."""
    return Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def mark() -> str:
    """The hash of the last event, empty while there is none: while it is the same, the ledger is."""
    told = prepared.rows("SELECT hash FROM registry_event ORDER BY seq DESC LIMIT 1", {})
    return told[0][0] if told else ""


def tip() -> Event | None:
    """The last event; None while there is none."""
    return Event.objects.order_by("-seq").first()


def known_at(moment: datetime) -> int:
    """The seq of the last event on or before a moment."""
    return Event.objects.filter(at__lte=moment).order_by("-seq").values_list("seq", flat=True).first() or 0


def history(*subjects: str) -> QuerySet[Event]:
    """Every event of the subjects, oldest first."""
    return Event.objects.filter(subject__in=subjects)


def since(cursor: int, *, limit: int, actions: Iterable[str] = ()) -> list[Event]:
    """The events after a seq, oldest first: `limit` of them, and the rest of the last transaction.

    With `actions`, only events of those. Whole transactions only, so it may give more than `limit`.
    """
    events = Event.objects.filter(seq__gt=cursor)
    if actions:
        events = events.filter(action__in=list(actions))
    page = list(events[:limit])
    if page and len(page) == limit:
        last = page[-1]
        later = Event.objects.filter(seq__gt=last.seq)
        # By place, not by number alone: a restored server begins to number its transactions anew.
        end = later.exclude(transaction=last.transaction).order_by("seq").values_list("seq", flat=True).first()
        rest = events.filter(seq__gt=last.seq)
        page.extend(rest.filter(seq__lt=end) if end else rest.filter(transaction=last.transaction))
    return page


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the event's seq, and what is wrong with it."""

    seq: int
    what: str


def verify() -> Iterator[Break | int]:
    """Walk the chain. Yields each thousandth seq as progress, and the first Break, then ends."""
    previous, expected = GENESIS, 1
    for event in Event.objects.iterator(chunk_size=2000):
        if event.seq != expected:
            yield Break(expected, "missing")
            return
        if event.hash != digest(event, previous):
            yield Break(event.seq, "changed")
            return
        previous, expected = event.hash, expected + 1
        if event.seq % 1000 == 0:
            yield event.seq
