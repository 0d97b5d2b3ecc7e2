"""What a delivery's rows may say, in the names of the API's answers or of the register's files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions.columns import COLUMNS, MORE_FACTS, NUMBERS
from institutions.importing.rows import PARENTS, TYPES
from institutions.numbers import SHAPE
from registry import spreadsheets
from registry.problems import Refused
from registry.spreadsheets import workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 5_000
MOST_BYTES = 20_000_000
# As the API's answers have them.
ALIASES: Mapping[str, str] = {"navn": "dagtilbudsNavn", "niveau": "dagtilbudsType", "status": "aktivitetsstatus"}
OWN, ABOVE, EXTERNAL = "institutionsNummer", "overordnetNummer", "eksternId"
KNOWN = (*COLUMNS, *MORE_FACTS, *ALIASES, OWN, ABOVE, EXTERNAL)

type Fields = dict[str, str]


def of_json(rows: Sequence[Any]) -> list[tuple[int, Fields]]:
    """Rows of a JSON list, numbered from 1. Raises Refused where they cannot be read."""
    return counted([(place, _object(place, row)) for place, row in enumerate(rows, start=1)])


def of_file(content: bytes) -> list[tuple[int, Fields]]:
    """Rows of a CSV or a workbook, by the line that each ends on. Raises Refused where it is refused whole."""
    sheet = spreadsheets.read(workbook.as_csv(content), known=KNOWN, required=[[*NUMBERS.values(), OWN, EXTERNAL]])
    if sheet.unknown:
        raise Refused("forkerte_kolonner", _("Kolonnen »%(name)s« findes ikke.") % {"name": sheet.unknown[0][:40]},
                      value=sheet.unknown[0], suggestions=KNOWN)  # fmt: skip
    for row in sheet.rows:
        row.check()
    return counted([(row.line, dict(row.fields)) for row in sheet.rows])


def counted(rows: list[tuple[int, Fields]]) -> list[tuple[int, Fields]]:
    """The rows. Raises Refused `ingen_raekker`, `for_mange_raekker`."""
    if not rows:
        raise Refused("ingen_raekker", _("Indberetningen har ingen rækker."), field="raekker")
    if len(rows) > MOST:
        raise Refused("for_mange_raekker", _("Der er %(count)s rækker; der er plads til %(most)s.")
                      % {"count": len(rows), "most": MOST}, field="raekker")  # fmt: skip
    return rows


def _object(place: int, row: Any) -> Fields:  # noqa: ANN401
    if not isinstance(row, dict):
        raise Refused("ugyldig_forespoergsel", _("Række %(place)s er ikke et objekt.") % {"place": place},
                      field=f"raekker/{place - 1}")  # fmt: skip
    return {name: _text(place, name, value) for name, value in row.items()}


def _text(place: int, name: str, value: Any) -> str:  # noqa: ANN401
    where = f"raekker/{place - 1}/{name}"
    if name not in KNOWN:
        raise Refused("ukendt_parameter", _("Feltet »%(name)s« findes ikke.") % {"name": name[:40]}, field=where,
                      suggestions=KNOWN)  # fmt: skip
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | list() | dict():
            raise Refused("ugyldig_vaerdi", _("»%(name)s« skal være en tekst eller et tal.") % {"name": name},
                          field=where, value=json.dumps(value)[:40])  # fmt: skip
    return str(value)


def plain(fields: Fields) -> tuple[Fields, str, str]:
    """A row in the names of the files; what the vendor calls it; and by what name its parent is called, if by one.

    An id of the vendor's may stand wherever a number does.
    """
    told = {ALIASES.get(name, name): value for name, value in fields.items()}
    external = told.pop(EXTERNAL, "").strip()
    own, above = told.pop(OWN, ""), told.pop(ABOVE, "")
    level = TYPES.get(told.get("dagtilbudsType", "").strip().lower(), "") or _level_of(told)
    if own:
        told[NUMBERS.get(level) or _column_of(own)] = own
    if above and level in PARENTS:
        told[PARENTS[level]] = above
    return told, external, PARENTS.get(level, "")


def is_number(text: str) -> bool:
    """Whether it has the shape of an institution number."""
    return bool(SHAPE.fullmatch(text.replace(" ", "").replace("-", "").replace(".", "").upper()))


def _level_of(told: Fields) -> str:
    """The level that a row's numbers say: the lowest that is filled."""
    filled = [level for level, column in NUMBERS.items() if told.get(column, "").strip()]
    return filled[-1] if filled else ""


def _column_of(number: str) -> str:
    """The column of a number that stands without its level: a G-number is read as a unit's."""
    levels = list(NUMBERS)
    return NUMBERS[levels[0] if number.strip().upper().startswith("D") else levels[1]]
