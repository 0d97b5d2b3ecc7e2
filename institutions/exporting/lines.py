"""One JSON object a line, UTF-8, in the names of the API."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from institutions import asof
from institutions.exporting.cells import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from institutions.asof import Filters
    from institutions.asof.shape import Known

STEP = 2_000  # rows between two signs of life


def write(out: IO[bytes], on: date, known_at: Known, filters: Filters) -> Iterator[int]:
    """Write the register as JSON lines; yields the number of rows so far."""
    count = 0
    for count, row in enumerate(asof.stream(on, known_at, filters=filters), start=1):
        out.write(json.dumps(as_json(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        if count % STEP == 0:
            yield count
    yield count
