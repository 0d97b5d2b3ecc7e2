"""The register's own CSV: UTF-8 with BOM, `;`, CRLF, quoted where it must be; straight from PostgreSQL's COPY."""

from __future__ import annotations

import codecs
from typing import IO, TYPE_CHECKING

from django.db import connection, transaction

from institutions import asof
from institutions.columns import FACTS
from institutions.exporting.cells import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from institutions.asof import Filters

# What the server may sort and hash in; a register of today's size needs a fifth of it.
ROOM = "64MB"
STEP = 10_000  # rows between two signs of life
NEVER_EMPTY = frozenset({"dagtilbudsNavn", "admKommuneKode", "kommuneKode", "geoBredde", "geoLaengde"})


def write(out: IO[bytes], on: date, known_at: datetime | None, filters: Filters) -> Iterator[int]:
    """Write the register as CSV; yields the number of rows so far. One statement, so of one moment; memory is flat."""
    query = asof.select(on, known_at, filters=filters, columns={column: cell(column) for column in FIELDS}, whole=True)
    out.write(codecs.BOM_UTF8 + ";".join(FIELDS).encode() + b"\r\n")
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{ROOM}'")
        wanted = cursor.mogrify(f"{query.sql} ORDER BY {asof.PARENTS_FIRST}", query.parameters)
        with cursor.copy(f"COPY ({wanted}) TO STDOUT (FORMAT csv, DELIMITER ';', ENCODING 'UTF8')") as rows:
            # A row is a message of its own and ends with LF: any other LF is inside quotes and stays.
            for count, row in enumerate(rows, start=1):
                out.write(row[:-1])
                out.write(b"\r\n")
                if count % STEP == 0:
                    yield count
    yield count


def cell(column: str) -> str:
    """A column in SQL. COPY writes NULL as nothing and an empty text as quotes, so there must be no empty text."""
    expression = asof.expression(FIELDS[column])
    return f"nullif({expression}, '')" if column in FACTS and column not in NEVER_EMPTY else expression
