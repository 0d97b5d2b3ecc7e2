"""The register's own CSV: UTF-8 with BOM, `;`, CRLF, quoted where it must be; straight from PostgreSQL's COPY."""

from __future__ import annotations

import codecs
import csv
import io
import secrets
from typing import IO, TYPE_CHECKING

from django.db import connection, transaction

from institutions import asof
from institutions.columns import FACTS, TEXTS
from institutions.exporting import copied
from institutions.exporting.cells import FIELDS
from institutions.models import Municipality

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known

STEP = 10_000  # rows between two signs of life
NEVER_EMPTY = frozenset({"dagtilbudsNavn", "geoBredde", "geoLaengde"})
# The codes, each with its text after it: ten columns side by side.
CODED = ("instType3", "ejerformKode", "lovgrundlagKode", "admKommuneKode", "kommuneKode")
FIRST, AFTER = list(FIELDS).index(CODED[0]), list(FIELDS).index(CODED[-1]) + 2


class Texts(dict[bytes, bytes]):
    """The ten coded columns by their five codes. The server sends the codes alone: a quarter less work for it."""

    def __init__(self, on: date) -> None:
        places = dict(Municipality.objects.values_list("code", "name"))
        self.tables: Sequence[Mapping[str, str]] = [
            *(asof.texts(TEXTS[f"{column}_Tekst"], on) for column in CODED[:3]), places, places
        ]  # fmt: skip

    def __missing__(self, codes: bytes) -> bytes:
        line = io.StringIO()
        pairs = zip(codes.decode().split(","), self.tables, strict=True)
        csv.writer(line, delimiter=";", lineterminator="").writerow(
            [cell for code, table in pairs for cell in (code, table.get(code, ""))]
        )
        self[codes] = line.getvalue().encode()
        return self[codes]


def write(out: IO[bytes], on: date, known_at: Known, filters: Filters) -> Iterator[int]:
    """Write the register as CSV; yields the number of rows so far. One statement, so of one moment; memory is flat."""
    # Nobody can have put it into a name: it is drawn for this file.
    mark = f"\x1f{secrets.token_hex(4)}"
    query = asof.select(on, known_at, filters=filters, columns=_columns(mark), whole=True)
    out.write(codecs.BOM_UTF8 + ";".join(FIELDS).encode() + b"\r\n")
    count, texts, between = 0, Texts(on), mark.encode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{copied.ROOM}'")
        wanted = cursor.mogrify(f"{query.sql} ORDER BY {asof.PARENTS_FIRST}", query.parameters)
        with cursor.copy(f"COPY ({wanted}) TO STDOUT (FORMAT csv, DELIMITER ';', ENCODING 'UTF8')") as copy:
            # A row is a message of its own and ends with LF: any other LF is inside quotes and stays.
            for count, row in enumerate(copied.rows(copy), start=1):
                before, coded, rest = bytes(row).split(between)
                out.write(before + texts[coded] + rest[:-1] + b"\r\n")
                if count % STEP == 0:
                    yield count
    yield count


def _columns(mark: str) -> dict[str, str]:
    cells = {column: cell(column) for column in FIELDS}
    joined = " || ',' || ".join(f"coalesce({asof.expression(FIELDS[column])}, '')" for column in CODED)
    return {
        **dict(list(cells.items())[:FIRST]),
        "coded": f"'{mark}' || {joined} || '{mark}'",
        **dict(list(cells.items())[AFTER:]),
    }


def cell(column: str) -> str:
    """A column in SQL. COPY writes NULL as nothing and an empty text as quotes, so there must be no empty text."""
    expression = asof.expression(FIELDS[column])
    return f"nullif({expression}, '')" if column in FACTS and column not in NEVER_EMPTY else expression
