"""What a version says, in Danish words: codes as texts, municipalities and parents by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.models import Cause, CodeValue, Municipality, Table, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.utils.functional import Promise

    from registry.periods import Period

# Every fact in the order in which a reader is told it. An address and a place are one fact each.
LABELS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Navn"),
    "parent": gettext_lazy("Hører under"),
    "institution_type": gettext_lazy("Institutionstype"),
    "ownership": gettext_lazy("Ejerform"),
    "legal_ground": gettext_lazy("Lovgrundlag"),
    "administrative_municipality": gettext_lazy("Administrativ kommune"),
    "municipality": gettext_lazy("Beliggende i"),
    "municipality_text": gettext_lazy("Kommune (fritekst)"),
    "address": gettext_lazy("Adresse"),
    "place": gettext_lazy("Koordinater"),
    "dar_id": gettext_lazy("DAR-id"),
    "cvr_number": gettext_lazy("CVR-nummer"),
    "p_number": gettext_lazy("P-nummer"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telefon"),
    "closing_cause": gettext_lazy("Årsag til lukning"),
}
CONTACT = frozenset({"email", "phone"})
_TABLES: Mapping[str, Table] = {
    "institution_type": Table.INSTITUTION_TYPE,
    "ownership": Table.OWNERSHIP,
    "legal_ground": Table.LEGAL_GROUND,
}
_PLAIN = ("name", "municipality_text", "dar_id", "cvr_number", "p_number", "email", "phone")


@dataclass(frozen=True, slots=True)
class Words:
    """Codes and numbers with their texts and names, dated."""

    codes: Mapping[tuple[str, str], list[tuple[Period, str]]]
    municipalities: Mapping[str, str]
    names: Mapping[str, list[tuple[Period, str]]]

    def code(self, table: Table, code: str, *, on: date | None) -> str:
        """A code's text on a day, or the one it had last; the code itself where no table has it."""
        return _dated(self.codes.get((table, code), ()), on) or code

    def numbered(self, number: str, *, on: date | None) -> str:
        """A number and the name that it had on the day."""
        return f"{number} {_dated(self.names.get(number, ()), on)}".strip()

    def texts(self, told: Mapping[str, Any], *, on: date | None) -> dict[str, str]:
        """The facts of a version as the ledger holds it, in words on a day; the empty ones left out."""
        said = {name: str(told.get(name, "")) for name in _PLAIN}
        said |= {name: self.code(table, told[name], on=on) for name, table in _TABLES.items() if name in told}
        if told.get("legal_ground_derived"):
            said["legal_ground"] = _("%(text)s (udledt)") % {"text": said.get("legal_ground", "")}
        for name in ("administrative_municipality", "municipality"):
            said[name] = self.municipalities.get(told.get(name, ""), told.get(name, ""))
        said["parent"] = self.numbered(told["parent"], on=on) if "parent" in told else ""
        said["address"], said["place"] = address(told), place(told)
        said["closing_cause"] = str(dict(Cause.choices).get(told.get("closing_cause", ""), ""))
        return {name: said[name] for name in LABELS if said.get(name)}


def load(numbers: Iterable[str] = ()) -> Words:
    """The words of today's and former codes, and the names of numbers. Three queries."""
    codes: dict[tuple[str, str], list[tuple[Period, str]]] = defaultdict(list)
    for value in CodeValue.objects.order_by("period"):
        codes[value.table, value.code].append((value.period, value.text))
    names: dict[str, list[tuple[Period, str]]] = defaultdict(list)
    versions = Version.objects.filter(institution__number__in=set(numbers)).order_by("period")
    for number, period, name in versions.values_list("institution__number", "period", "name"):
        names[number].append((period, name))
    return Words(codes, dict(Municipality.objects.values_list("code", "name")), names)


def address(told: Mapping[str, Any]) -> str:
    """An address on one line: Nørregade 4, 2. th., Lilleby, 8000 Aarhus C."""
    door = " ".join(filter(None, (_dotted(told.get("floor", "")), told.get("door", ""))))
    street = " ".join(filter(None, (told.get("street", ""), told.get("house_number", ""))))
    town = " ".join(filter(None, (told.get("postcode", ""), told.get("town", ""))))
    return ", ".join(filter(None, (street, door, told.get("supplementary_town", ""), town)))


def place(told: Mapping[str, Any]) -> str:
    """Coordinates as a Dane writes them; empty where one is missing."""
    if "latitude" not in told or "longitude" not in told:
        return ""
    north, east = (f"{told[name]:.5f}".replace(".", ",") for name in ("latitude", "longitude"))
    return _("%(north)s° N, %(east)s° Ø") % {"north": north, "east": east}


def _dotted(floor: str) -> str:
    return f"{floor}." if floor.isdigit() else floor


def _dated(values: Iterable[tuple[Period, str]], on: date | None) -> str:
    values = list(values)
    held = [text for period, text in values if on and periods.contains(period, on)]
    return (held or [text for _period, text in values] or [""])[-1]
