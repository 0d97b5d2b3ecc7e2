"""The newest snapshot of the register: where a reader of the feed begins."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING

from django.db import connection, transaction

from institutions import codes, exporting
from institutions.exporting import resolver, states
from registry import ledger, periods, snapshots
from registry.snapshots import Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from registry.models import Snapshot

LOCK = 5_217_350_150
STATES, FIRST_STATES, REGISTER, NUMBERS = "tilstand.ndjson", "tilstand-skema1.ndjson", "register.csv", "numre.csv"


@transaction.atomic
def make() -> Snapshot:
    """A snapshot of what is known now and valid today; the newest one where nothing has happened since.

    It holds what the ledger says up to its last event. That never changes, so nobody who writes meanwhile waits or
    is seen, and each event after the position is news.
    """
    _one_at_a_time()
    position, day = ledger.head(), periods.today()
    last = snapshots.newest()
    if last and (last.position, last.day) == (position, day):
        return last
    return snapshots.keep(position, day, _parts(position, day))


def newest() -> Snapshot:
    """The newest snapshot, made now where there is none."""
    if last := snapshots.newest():
        return last
    with transaction.atomic():
        _one_at_a_time()
        return snapshots.newest() or make()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _parts(position: int, day: date) -> list[Part]:
    return [
        Part(STATES, "application/x-ndjson", partial(states.write, seq=position)),
        Part(FIRST_STATES, "application/x-ndjson", partial(states.write, seq=position, newer=codes.newer(1))),
        Part(REGISTER, "text/csv; charset=utf-8", partial(_register, position=position, day=day)),
        Part(NUMBERS, "text/csv; charset=utf-8", partial(resolver.write, seq=position, on=day)),
    ]


def _register(out: IO[bytes], *, position: int, day: date) -> Iterator[int]:
    return exporting.write(out, "csv", on=day, known_at=position)
