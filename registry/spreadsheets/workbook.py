"""Workbooks (XLSX) in and out: the first sheet as the CSV that it would be saved as; every text a text."""

from __future__ import annotations

import csv
import io
import zlib
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from xlsxwriter import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whoever opens the file runs nothing that somebody has written into a name.
# More than any delivery, and less than a memory: what a workbook says it holds costs its sender nothing.
MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED = 50_000, 200, 200_000_000  # the last in bytes
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def as_csv(content: bytes) -> bytes:
    """The first sheet of a workbook as CSV; any other file as it came, for the reader of CSV to take or refuse."""
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                return content
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = _rows(book.worksheets[0])
    except (BadZipFile, LookupError, ValueError, TypeError, SyntaxError, zlib.error):  # a SyntaxError is XML's too
        return content
    # A column without a name is left out, wherever it stands: its neighbours keep their own cells.
    places = [place for place, name in enumerate(rows[0]) if name] if rows else []
    header, *lines = [[row[place] for place in places if place < len(row)] for row in rows or [[]]]
    return comma_separated(header, lines).encode()


def _rows(sheet: Any) -> list[list[str]]:  # noqa: ANN401
    """The rows down to the last with a value. A file of a kilobyte can name a row that no memory has room for.

    Raises ValueError where there are more than there is room for.
    """
    rows: list[list[str]] = []
    empty = 0
    for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True):
        if not any(cell is not None for cell in row):
            empty += 1
            continue
        rows += [[] for _nth in range(empty)]
        rows.append([plain(cell) for cell in row])
        empty = 0
    if len(rows) > MOST_ROWS:
        raise ValueError
    return rows


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
