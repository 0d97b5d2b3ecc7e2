"""The register as files: as valid on a day, as known at a moment, a level of it or all three, parents first."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from institutions.asof import Filters
from institutions.exporting import comma, lines, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from institutions.asof.shape import Known

    type Writer = Callable[[IO[bytes], date, Known, Filters], Iterator[int]]

FORMATS: Mapping[str, Writer] = {"csv": comma.write, "ndjson": lines.write, "xlsx": workbook.write}


def write(
    out: IO[bytes], form: str, *, on: date, known_at: Known = None, filters: Filters | None = None
) -> Iterator[int]:
    """Write the register in a form of `FORMATS`; yields the number of rows so far, and at last the whole number."""
    return FORMATS[form](out, on, known_at, filters or Filters())


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there under its name when all of it is: what fails leaves the old one, or none."""
    if path.exists() and not path.is_file():  # a pipe or a device: nothing to put in its place
        with path.open("wb") as out:
            yield out
        return
    half = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with half.open("xb") as out:
            yield out
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
