# ruff: noqa: S608 - put together from constants; every value is a parameter
"""One JSON object a line, UTF-8, in the names of the API; written by PostgreSQL."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.db import connection, transaction

from institutions import asof
from institutions.exporting import cells, copied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known

STEP = 2_000  # rows between two signs of life
# COPY's own marks, which JSON never holds as they are: it is written as it stands.
FORM = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', ENCODING 'UTF8'"


def write(out: IO[bytes], on: date, known_at: Known, filters: Filters) -> Iterator[int]:
    """Write the register as JSON lines; yields the number of rows so far."""
    count = 0
    for count, line in enumerate(stream(on, known_at, filters=filters, columns=cells.objects()), start=1):
        out.write(line)
        if count % STEP == 0:
            yield count
    yield count


def stream(
    on: date,
    known_at: Known,
    *,
    filters: Filters,
    columns: Mapping[str, str],
    **parameters: Any,  # noqa: ANN401
) -> Iterator[bytes | bytearray | memoryview]:
    """The lines of the register, parents before children, of one moment, with flat memory."""
    query = asof.select(on, known_at, filters=filters, columns={**columns, "place": asof.PARENTS_FIRST}, whole=True)
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f"SELECT (SELECT row_to_json(told) FROM (SELECT {names}) told) FROM ({query.sql}) told ORDER BY told.place"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{copied.ROOM}'")
        wanted = cursor.mogrify(sql, {**query.parameters, **parameters})
        with cursor.copy(f"COPY ({wanted}) TO STDOUT ({FORM})") as copy:
            yield from copied.rows(copy)
