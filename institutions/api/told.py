"""Institutions and events as outsiders are told of them: the register's own names, empty values as null.

E-mail and telephone of an institution outside the register are never told: those free-typed records may
hold private people's. Nor are an event's actor and reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from institutions.columns import EVENT_NAMES, NAMES
from institutions.exporting.cells import as_json
from institutions.models import Level
from institutions.wording import CONTACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.asof import Row
    from registry.models import Event

# What an event's state says beside the facts.
MORE_NAMES: Mapping[str, str] = {
    "parent": "overordnetNummer",
    "legal_ground_derived": "lovgrundlagUdledt",
    "municipality_text": "kommuneTekst",
    "from": "gyldigFra",
    "to": "gyldigTil",
    "closing_cause": "aarsag",
}
OUTSIDE: Mapping[str, str] = {**NAMES, **MORE_NAMES}


def row(one: Row) -> dict[str, Any]:
    """An institution as it was on a day, flat."""
    told = as_json(one)
    if one.level == Level.UDENFOR:
        for name in CONTACT:
            del told[OUTSIDE[name]]
    told["kommuneTekst"] = one.municipality_text or None
    told["konsolideretTil"] = one.absorbed_into
    told["url"] = address(one.number)
    return told


def event(one: Event) -> dict[str, Any]:
    """A line of the feed."""
    data, before, after = one.data, one.data.get("before"), one.data.get("after")
    survivor, absorbed = data.get("survivor"), data.get("absorbed")
    return {
        "nummer": one.seq,
        "tidspunkt": timezone.localtime(one.at).isoformat(),
        "haendelse": EVENT_NAMES.get(one.action, one.action),
        "institutionsNummer": one.subject,
        "gaelderFra": data.get("on"),
        "nytNummer": survivor if one.action == "consolidation.execute" else None,
        "andetNummer": (absorbed if one.subject == survivor else survivor) if survivor else None,
        "fortryder": data.get("undoes"),
        "sammenhaeng": str(one.correlation),
        "foer": state(before),
        "efter": state(after),
    }


def state(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An institution's whole state, as the ledger holds it, in outside names."""
    if not given:
        return None
    level = given.get("level", "")
    return {
        "institutionsNummer": given.get("number"),
        "niveau": level,
        "konsolideretTil": given.get("absorbed_into"),
        "efterfoelgere": given.get("successors", []),
        "versioner": [version(one, level) for one in given.get("versions", ())],
    }


def version(given: Mapping[str, Any], level: str) -> dict[str, Any]:
    """What held in a period; what is empty is left out, but for the period's ends."""
    told: dict[str, Any] = {"gyldigFra": given.get("from"), "gyldigTil": given.get("to")}
    return told | {
        outside: given[name]
        for name, outside in OUTSIDE.items()
        if name in given and name not in {"from", "to"} and not _hidden(name, level)
    }


def address(number: str) -> str:
    """The institution's own address in the API."""
    return reverse("api:institution", args=[number])


def _hidden(name: str, level: str) -> bool:
    return name in CONTACT and level == Level.UDENFOR
