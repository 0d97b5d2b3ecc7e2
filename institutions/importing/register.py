"""The register's own CSV: the first load is a migration, a later file is a wanted state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions import codes
from institutions.importing import first, rows, wanted
from institutions.models import Institution, Level
from registry import periods

if TYPE_CHECKING:
    from datetime import date

    from registry.ledger import Actor
    from registry.verdicts import Report

# Two deliveries at once would each plan on what the other is changing.
LOCK = 5_217_350_147


@transaction.atomic
def take_in(
    content: bytes,
    *,
    actor: Actor,
    on: date | None = None,
    trial: bool = False,
    close_missing: bool = False,
    despite: str = "",
    reason: str = "",
) -> Report:
    """Decide every row of a file and, unless it is a trial, apply what was decided.

    Into an empty register the file's numbers are kept, and unlawful or incomplete old rows too, with
    remarks. Later the file says what is wanted from the day `on` (today); `close_missing` closes what it
    does not name. A new row that seems to be there already is refused, unless `despite` says why it is opened
    all the same; a first load looks nothing up. Raises Refused where the file is refused whole; then nothing is saved.
    """
    on = on or periods.today()
    hold()
    empty = not Institution.objects.exclude(level=Level.UDENFOR).exists()
    sheet, lines = rows.read(content, tables=codes.ever() if empty else codes.as_of(on))
    load = (
        first.Load(sheet, lines, on=on)
        if empty
        else wanted.Load(lines, on=on, close_missing=close_missing, despite=despite)
    )
    report = load.decide()
    if not trial:
        load.apply(actor=actor, reason=reason)
        report.applied = True
    return report


def hold() -> None:
    """Wait until no other delivery is being taken in, and keep others waiting until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
