"""The register's own CSV: UTF-8 with BOM, `;`, CRLF, quoted where it must be; straight from PostgreSQL's COPY."""

from __future__ import annotations

import codecs
import csv
import io
import secrets
from itertools import chain
from typing import IO, TYPE_CHECKING

from institutions import asof
from institutions.columns import FACTS
from institutions.exporting import copied
from institutions.exporting.cells import FIELDS
from institutions.exporting.copied import CODED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known
    from institutions.exporting.copied import Pairs

FORM = "FORMAT csv, DELIMITER ';'"
STEP = 10_000  # rows between two signs of life
NEVER_EMPTY = frozenset({"dagtilbudsNavn", "geoBredde", "geoLaengde"})
FIRST, AFTER = list(FIELDS).index(CODED[0]), list(FIELDS).index(CODED[-1]) + 2


def write(out: IO[bytes], on: date, known_at: Known, filters: Filters) -> Iterator[int]:
    """Write the register as CSV; yields the number of rows so far. One statement, so of one moment; memory is flat."""
    # Nobody can have put it into a name: it is drawn for this file.
    mark = f"\x1f{secrets.token_hex(4)}"
    query = asof.select(on, known_at, filters=filters, columns=_columns(mark), whole=True)
    out.write(codecs.BOM_UTF8 + ";".join(FIELDS).encode() + b"\r\n")
    count, texts, between = 0, copied.Texts(on, _told), mark.encode()
    rows = copied.rows(f"{query.sql} ORDER BY {asof.PARENTS_FIRST}", query.parameters, FORM)
    # A row is a message of its own and ends with LF: any other LF is inside quotes and stays.
    for count, row in enumerate(rows, start=1):
        before, coded, after = row.split(between)
        out.write(before + texts[coded] + after[:-1] + b"\r\n")
        if count % STEP == 0:
            yield count
    yield count


def _told(pairs: Pairs) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(chain.from_iterable(pairs))
    return line.getvalue()


def _columns(mark: str) -> dict[str, str]:
    cells = {column: cell(column) for column in FIELDS}
    return {
        **dict(list(cells.items())[:FIRST]),
        "coded": f"'{mark}' || {copied.codes()} || '{mark}'",
        **dict(list(cells.items())[AFTER:]),
    }


def cell(column: str) -> str:
    """A column in SQL. COPY writes NULL as nothing and an empty text as quotes, so there must be no empty text."""
    expression = asof.expression(FIELDS[column])
    return f"nullif({expression}, '')" if column in FACTS and column not in NEVER_EMPTY else expression
