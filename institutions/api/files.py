"""A list as a file: the register's own CSV, one JSON object a line, or a spreadsheet; row by row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse

from institutions.api import told
from registry.api.negotiation import Csv, Ndjson, Xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from institutions.asof import Row

TYPES = {
    one.format: f"{one.media_type}; charset=utf-8" if one is Csv else one.media_type for one in (Csv, Ndjson, Xlsx)
}


def answer(form: str, rows: Iterable[Row], headers: Mapping[str, str]) -> StreamingHttpResponse:
    """The rows as a file, sent while they are read."""
    named = {"Content-Disposition": f'attachment; filename="institutioner.{form}"'}
    return StreamingHttpResponse(_lines(rows), content_type=TYPES[form], headers={**headers, **named})


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(told.row(row), ensure_ascii=False) + "\n"
