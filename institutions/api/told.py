"""Institutions and events as outsiders are told of them: the register's own names, empty values as null.

E-mail and telephone of an institution outside the register are never told, nor an event's actor and reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from institutions import asof
from institutions.columns import EVENT_NAMES
from institutions.exporting.cells import as_json, objects
from institutions.exporting.states import OUTSIDE, state
from institutions.models import Level
from institutions.wording import CONTACT

if TYPE_CHECKING:
    from institutions.asof import Row
    from registry.models import Event


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


def columns(level: str | None) -> dict[str, str]:
    """`row` in SQL, by name; %(root)s is the address of the list."""
    hidden = {OUTSIDE[name] for name in CONTACT} if level == Level.UDENFOR else set()
    return {name: told for name, told in objects().items() if name not in hidden} | {
        "kommuneTekst": f"nullif({asof.expression('municipality_text')}, '')",
        "konsolideretTil": asof.expression("absorbed_into"),
        "url": f"%(root)s || {asof.expression('number')} || '/'",
    }


def event(one: Event) -> dict[str, Any]:
    """A line of the feed."""
    data, before, after = one.data, one.data.get("before"), one.data.get("after")
    survivor, absorbed = data.get("survivor"), data.get("absorbed")
    return {
        "nummer": one.seq,
        "tidspunkt": one.at.astimezone(timezone.get_default_timezone()).isoformat(),
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


def address(number: str) -> str:
    """The institution's own address in the API."""
    return reverse("api:institution", args=[number])
