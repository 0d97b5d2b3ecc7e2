"""The official code tables, dated: what is valid is asked for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from institutions.models import CodeValue, Municipality, Table
from registry import ledger, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.ledger import Actor

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


@transaction.atomic
def add(
    table: Table, code: str, text: str, *, on: date, schema: int, actor: Actor, description: str = "", reason: str = ""
) -> CodeValue:
    """Let a code be used from a day on. Raises Refused `ugyldig_vaerdi`."""
    made = CodeValue(table=table, code=code, text=text, period=DateRange(on), schema=schema, description=description)
    try:
        made.full_clean()
    except ValidationError as error:
        field = next((name for name in error.message_dict if name != NON_FIELD_ERRORS), "code")
        raise Refused("ugyldig_vaerdi", " ".join(error.messages), field=field, value=code) from error
    made.save()
    told = {"text": text, "on": on.isoformat(), "schema": schema}
    ledger.record([Entry("code.add", f"kode:{table}:{code}", told, reason)], actor=actor)
    return made


def newer(schema: int) -> dict[str, frozenset[str]]:
    """The codes that a reader of a schema does not know, by the table's name. One query."""
    found: dict[str, set[str]] = {}
    for table, code in CodeValue.objects.filter(schema__gt=schema).values_list("table", "code"):
        found.setdefault(table, set()).add(code)
    return {table: frozenset(codes) for table, codes in found.items()}


def ever() -> Codes:
    """The code tables with every value that they have had or will have."""
    texts: dict[str, dict[str, str]] = {table: {} for table in Table}
    for value in CodeValue.objects.order_by("table", "code", "period"):
        texts[value.table][value.code] = value.text
    return Codes(periods.today(), texts, {one.code: one for one in Municipality.objects.all()})
