"""A spreadsheet: one sheet, the columns of the CSV, every text a text and never a formula."""

from __future__ import annotations

from datetime import date
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from institutions import asof
from institutions.exporting.cells import FIELDS, cells
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from institutions.asof import Filters
    from institutions.asof.shape import Known

STEP = 2_000  # rows between two signs of life
MOST = 1_048_575  # rows under the header that a sheet has room for (Excel's own limit)
WIDTHS = {"dagtilbudsNavn": 40, "vejNavn": 26, "email": 30, "dawaId": 38}  # characters; the others by their heading
OPTIONS = {
    # Row by row to the disk; whoever opens the file runs nothing that somebody has named an institution.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}


def write(out: IO[bytes], on: date, known_at: Known, filters: Filters) -> Iterator[int]:
    """Write the register as a spreadsheet; yields the number of rows so far. Raises Refused `for_mange_raekker`."""
    count = 0
    with Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet(_("Dagtilbudsregisteret"))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(FIELDS):
            sheet.set_column(place, place, WIDTHS.get(column, len(column) + 3))
        sheet.write_row(0, 0, FIELDS, book.add_format({"bold": True}))
        for count, row in enumerate(asof.stream(on, known_at, filters=filters), start=1):
            if count > MOST:
                raise Refused("for_mange_raekker", _("Et regneark har kun plads til %(most)s rækker; hent CSV.")
                              % {"most": MOST})  # fmt: skip
            for place, value in enumerate(cells(row)):
                _write(sheet, count, place, value)
            if count % STEP == 0:
                yield count
        sheet.autofilter(0, 0, max(count, 1), len(FIELDS) - 1)
    yield count


def _write(sheet: Any, line: int, place: int, value: Any) -> None:  # noqa: ANN401
    match value:
        case None | "":
            return
        case str():
            sheet.write_string(line, place, value)
        case date():
            sheet.write_datetime(line, place, value)
        case _:
            sheet.write_number(line, place, value)
