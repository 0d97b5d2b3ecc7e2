"""One JSON object a line, UTF-8, in the names of the API; straight from PostgreSQL's COPY."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from institutions import asof
from institutions.exporting import cells, copied
from institutions.exporting.copied import CODED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known
    from institutions.exporting.copied import Pairs

STEP = 2_000  # rows between two signs of life
# With marks that JSON never holds as they are: COPY writes it as it stands.
FORM = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"


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
    mark = copied.mark()
    query = asof.select(on, known_at, filters=filters, columns={"line": _line(columns, mark)}, whole=True)
    sql = f"{query.sql} ORDER BY {asof.PARENTS_FIRST}"
    return copied.lines(sql, {**query.parameters, **parameters}, FORM, mark, copied.Texts(on, _told))


def _line(columns: Mapping[str, str], mark: str) -> str:
    """An object in SQL, piece by piece: what PostgreSQL has for whole rows took half as long again."""
    names = list(columns)
    first, after = names.index(CODED[0]), names.index(CODED[-1]) + 2
    pieces = [f"""'"{name}":' || coalesce(to_json({told})::text, 'null')""" for name, told in columns.items()]
    joined = " || ',' || ".join([*pieces[:first], copied.codes(mark), *pieces[after:]])
    return f"'{{' || {joined} || '}}'"


def _told(pairs: Pairs) -> str:
    """The coded names and values, without the braces of their object."""
    told: dict[str, str | None] = {}
    for name, (code, text) in zip(CODED, pairs, strict=True):
        told |= {name: code or None, f"{name}_Tekst": text or None}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))[1:-1]
