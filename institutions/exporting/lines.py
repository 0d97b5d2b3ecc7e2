"""One JSON object a line, UTF-8, in the names of the API; straight from PostgreSQL's COPY."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

from institutions import asof
from institutions.exporting import cells, copied
from institutions.exporting.cells import BARE
from institutions.exporting.copied import CODED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known
    from institutions.exporting.copied import Pairs

STEP = 2_000  # rows between two signs of life
# What COPY quotes so is a text in JSON, but for control characters; what is NULL is null. Values are parted by one that
# is none of theirs.
BETWEEN = b"\x02"
FORM = "FORMAT csv, DELIMITER E'\\x02', QUOTE '\"', ESCAPE E'\\\\', NULL 'null'"
TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
CONTROL = re.compile(rb"[\x00-\x1f]")
CONTROLS = bytes(range(32))


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
) -> Iterator[bytes]:
    """The lines of the register, parents before children, of one moment, with flat memory. `columns` are in SQL."""
    names = list(columns)
    first, after = names.index(CODED[0]), names.index(CODED[-1]) + 2
    asked = {**columns, "coded": copied.codes()}
    asked = {name: asked[name] for name in (*names[:first], "coded", *names[after:])}
    query = asof.select(on, known_at, filters=filters, columns=asked, whole=True)
    quoted = ", ".join(f'"{name}"' for name in asked if name not in BARE)
    rows = copied.rows(
        f"{query.sql} ORDER BY {asof.PARENTS_FIRST}",
        {**query.parameters, **parameters},
        f"{FORM}, FORCE_QUOTE ({quoted})",
    )
    pieces = [f'"{name}":%b' if name != "coded" else "%b" for name in asked]
    line, texts = f"{{{','.join(pieces)}}}\n".encode(), copied.Texts(on, _told, json.loads)
    for row in rows:
        values = _values(row, len(asked))
        values[first] = texts[values[first]]
        yield line % tuple(values)


def _values(row: bytes, count: int) -> list[bytes]:
    """The values of a row, each as it stands in JSON."""
    # Between them, and at the end; any other is in a text.
    if len(row) - len(row.translate(None, CONTROLS)) != count:
        row = TEXT.sub(lambda text: CONTROL.sub(lambda one: b"\\u%04x" % one[0][0], text[0]), row)
    return row[:-1].split(BETWEEN)


def _told(pairs: Pairs) -> str:
    """The coded names and values, without the braces of their object."""
    told: dict[str, str | None] = {}
    for name, (code, text) in zip(CODED, pairs, strict=True):
        told |= {name: code or None, f"{name}_Tekst": text or None}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))[1:-1]
