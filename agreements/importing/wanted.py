"""The numbers that a request names: as they were pasted, and from a file."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from registry import spreadsheets
from registry.problems import Refused
from registry.spreadsheets import workbook

COLUMN = "institutionsNummer"
# In the sheet of a municipality's mail: the number that takes the other's place, and whose agreement it is.
RIGHT, SYSTEM = "nytInstitutionsNummer", "udbydersystemId"
MOST = 5000  # numbers in a request


def pasted(text: str) -> list[str]:
    """The numbers between spaces, line breaks, commas and semicolons, each once, in their order."""
    return list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []


def in_file(content: bytes, *, system: str) -> list[str]:
    """The numbers of the column, each once; of rows with a new number beside the old, the new.

    Rows of another system than this one, by its code, are passed over. Raises Refused where the file is refused whole
    (`forkerte_kolonner` …).
    """
    sheet = spreadsheets.read(workbook.as_csv(content), known=[COLUMN, RIGHT, SYSTEM], required=[[COLUMN]])
    rows = [row.fields for row in sheet.rows if row.fields.get(SYSTEM, "").strip() in {"", system}]
    found = ((row.get(RIGHT, "").strip() or row.get(COLUMN, "").strip()) for row in rows)
    return list(dict.fromkeys(filter(None, found)))


def check(numbers: list[str]) -> list[str]:
    """The numbers. Raises Refused `mangler` where there is none, `for_mange_numre` where there are too many."""
    if not numbers:
        raise Refused("mangler", _("Skriv mindst ét institutionsnummer, eller vælg en fil."), field="numre")
    if len(numbers) > MOST:
        raise Refused("for_mange_numre", _("Højst %(most)s numre ad gangen; her er %(count)s.")
                      % {"most": MOST, "count": len(numbers)}, field="numre")  # fmt: skip
    return numbers
