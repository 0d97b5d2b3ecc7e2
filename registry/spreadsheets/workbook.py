"""Workbooks (XLSX) in and out: the first sheet as the CSV that it would be saved as; every text a text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from xlsxwriter import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whoever opens the file runs nothing that somebody has written into a name.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def as_csv(content: bytes) -> bytes:
    """The first sheet of a workbook as CSV; any other file as it came, for the reader of CSV to take or refuse."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError):
        return content
    rows = [[plain(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    # A column without a name is left out, wherever it stands: its neighbours keep their own cells.
    places = [place for place, name in enumerate(rows[0]) if name] if rows else []
    header, *lines = [[row[place] for place in places if place < len(row)] for row in rows or [[]]]
    return comma_separated(header, lines).encode()


def write(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    with Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [plain(cell) for cell in row])
    return out.getvalue()


def comma_separated(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The register's CSV as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def plain(cell: Any) -> str:  # noqa: ANN401
    """A cell as text: days as ISO, whole numbers without a point, which Excel gives numbers of digits."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell)
