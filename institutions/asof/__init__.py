"""The register as valid on a day, and as known at a moment: for one institution and for all of them.

An institution that has closed shows its last version; one that has not begun is left out. Code tables and
the names of municipalities are as known now: they are not in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions.asof.query import BY_NUMBER, PARENTS_FIRST, expression, select, texts
from institutions.asof.shape import EVERYTHING, REGISTER, Filters, Row
from registry import prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from institutions.asof.shape import Known

__all__ = [
    "EVERYTHING",
    "PARENTS_FIRST",
    "REGISTER",
    "Filters",
    "Row",
    "count",
    "expression",
    "one",
    "rows",
    "select",
    "stream",
    "texts",
]

MANY = 10
BATCH = 2000  # rows: of 1 kB each, so that a stream holds a few megabytes


def rows(
    on: date,
    known_at: Known = None,
    *,
    filters: Filters = EVERYTHING,
    after: str = "",
    before: str = "",
    limit: int,
) -> list[Row]:
    """A page of the register as valid on a day, in order of number: `limit` rows after a number, or before one."""
    query = select(on, known_at, filters=filters, after=after, before=before)
    turned: str = " DESC" if before else ""
    # The plan for one number is not one for five thousand.
    kept = len(filters.numbers) < MANY
    told = prepared.rows(
        f"{query.sql} ORDER BY {BY_NUMBER}{turned} LIMIT %(limit)s", {**query.parameters, "limit": limit}, keep=kept
    )
    found = [Row._make(row) for row in told]
    return found[::-1] if before else found


def count(on: date, known_at: Known = None, *, filters: Filters = EVERYTHING) -> int:
    """How many rows the register has on a day."""
    query = select(on, known_at, filters=filters, columns={"count": "count(*)"}, whole=True)
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.parameters)
        return int(cursor.fetchone()[0])


def one(number: str, on: date, known_at: Known = None) -> Row | None:
    """An institution, outside the register too, as valid on a day; None where it had not begun or was not known."""
    found = rows(on, known_at, filters=Filters(levels=(), numbers=(number,)), limit=1)
    return found[0] if found else None


def stream(on: date, known_at: Known = None, *, filters: Filters = EVERYTHING) -> Iterator[Row]:
    """The whole register as valid on a day, parents before children, with flat memory, of one moment."""
    query = select(on, known_at, filters=filters, whole=True)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"{query.sql} ORDER BY {PARENTS_FIRST}", query.parameters)
        while batch := cursor.fetchmany(BATCH):
            yield from map(Row._make, batch)
