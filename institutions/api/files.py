"""A list as a file: JSON lines in the order of the list, or the register's own CSV and spreadsheet, parents first."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import batched, chain
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from institutions import exporting
from institutions.api import found, told
from institutions.api.parameters import LEVEL
from institutions.asof import Filters
from institutions.exporting import lines
from institutions.models import Level
from registry.api.negotiation import Csv, Ndjson, Xlsx
from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from institutions.api.found import Page
    from institutions.asof import Row

BATCH = 500  # lines to a piece
NONE = ("",)  # no institution has this number; no numbers at all would ask nothing


def answer(
    form: str, asked: Mapping[str, Any], page: Page | None, headers: Mapping[str, str]
) -> StreamingHttpResponse | FileResponse:
    """The list as a file, or a page of it. Raises Invalid for A-numbers in the register's own columns."""
    if form == Ndjson.format:
        chosen = page.rows if page else _ranked(asked) if "q" in asked else None
        pieces = _whole(asked) if chosen is None else _lines(chosen)
        return _streamed(pieces, Ndjson.media_type, form, headers)
    if asked.get(LEVEL.name) == Level.UDENFOR:
        raise _not_in_columns(form)
    filters = found.filters_of(asked)
    if page or "q" in asked:
        rows = page.rows if page else _ranked(asked)
        filters = Filters(levels=(), numbers=tuple(one.number for one in rows) or NONE)
    moment = found.moment_of(asked)
    if form == Csv.format:
        buffer = BytesIO()
        written = exporting.write(buffer, form, filters=filters, **moment)
        return _streamed(_pieces(buffer, written), f"{Csv.media_type}; charset=utf-8", form, headers)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    for _count in exporting.write(file, form, filters=filters, **moment):
        pass
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=_name(form), content_type=Xlsx.media_type, headers=dict(headers)
    )


def _ranked(asked: Mapping[str, Any]) -> list[Row]:
    return [row for _place, row in found.ranked(asked)]


def _whole(asked: Mapping[str, Any]) -> Iterator[bytes]:
    rows = lines.stream(
        filters=found.filters_of(asked), columns=told.columns(asked.get(LEVEL.name)),
        root=reverse("api:institutions"), **found.moment_of(asked),
    )  # fmt: skip
    return map(b"".join, batched(rows, BATCH))


def _streamed(
    pieces: Iterator[bytes], content_type: str, form: str, headers: Mapping[str, str]
) -> StreamingHttpResponse:
    """The pieces as they are made. The first is made before anything is sent, so that an error is still told."""
    first = next(pieces, b"")
    named = {"Content-Disposition": f'attachment; filename="{_name(form)}"'}
    return StreamingHttpResponse(chain([first], pieces), content_type=content_type, headers={**headers, **named})


def _lines(rows: Iterable[Row]) -> Iterator[bytes]:
    piece: list[str] = []
    for row in rows:
        piece.append(json.dumps(told.row(row), ensure_ascii=False, separators=(",", ":")) + "\n")
        if len(piece) == BATCH:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


def _pieces(buffer: BytesIO, written: Iterator[int]) -> Iterator[bytes]:
    """What has been written to the buffer since the last piece."""
    for _count in written:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _name(form: str) -> str:
    return f"institutioner.{form}"


def _not_in_columns(form: str) -> Invalid:
    detail = _("A-numre har ikke registerets kolonner; hent dem som JSON eller NDJSON.")
    return Invalid([Refused("ugyldig_parameter", detail, field="format", value=form, suggestions=["json", "ndjson"])])
