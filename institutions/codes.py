"""The official code tables, dated: what is valid is asked for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from institutions.models import CodeValue, Municipality, Table
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DIGITS_IN_REGISTER = 3


@dataclass(frozen=True, slots=True)
class Codes:
    """The code tables and the municipalities as they were on a day, in memory."""

    on: date
    texts: Mapping[str, Mapping[str, str]]
    municipalities: Mapping[str, Municipality]

    def check(self, table: Table, code: str, *, field: str) -> None:
        """Raise Refused `ukendt_kode` where the code is not in the table on the day."""
        values = self.texts[table]
        if code not in values:
            raise Refused(
                "ukendt_kode",
                _("»%(code)s« findes ikke i kodetabellen %(table)s den %(on)s. Gyldige: %(valid)s.")
                % {"code": code, "table": table.value, "on": f"{self.on:%d.%m.%Y}", "valid": ", ".join(values)},
                field=field,
                value=code,
                suggestions=[f"{one} {text}" for one, text in values.items()],
            )

    def text(self, table: Table, code: str) -> str:
        """The text of a code; empty where the code is empty or unknown on the day."""
        return self.texts[table].get(code, "")

    def municipality(self, code: str, *, field: str) -> Municipality:
        """The municipality of a code of three digits, or of four with a leading 0.

        Raises Refused `ukendt_kommune`.
        """
        found = self.municipalities.get(short(code))
        if found is None:
            raise Refused(
                "ukendt_kommune",
                _("»%(code)s« er ikke en af de 98 kommunekoder.") % {"code": code},
                field=field,
                value=code,
            )
        return found


def short(code: str) -> str:
    """A municipality code with three digits (101), also where it is given with four (0101)."""
    code = code.strip()
    return code[1:] if len(code) == DIGITS_IN_REGISTER + 1 and code.startswith("0") else code


def as_of(on: date | None = None) -> Codes:
    """The code tables as they are on a day; today where none is given. Two queries."""
    on = on or periods.today()
    texts: dict[str, dict[str, str]] = {table: {} for table in Table}
    for value in CodeValue.objects.filter(period__contains=on).order_by("table", "code"):
        texts[value.table][value.code] = value.text
    return Codes(on, texts, {one.code: one for one in Municipality.objects.all()})


def ever() -> Codes:
    """The code tables with every value that they have had or will have."""
    texts: dict[str, dict[str, str]] = {table: {} for table in Table}
    for value in CodeValue.objects.order_by("table", "code", "period"):
        texts[value.table][value.code] = value.text
    return Codes(periods.today(), texts, {one.code: one for one in Municipality.objects.all()})
