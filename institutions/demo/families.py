"""The units that the register opened with, each with its daginstitution, its siblings and its alternative addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from institutions.models import Institution, Level, Version

if TYPE_CHECKING:
    from datetime import date

DAYCARE = frozenset({"6010", "6011", "6012", "6014"})
MUNICIPAL, MUNICIPAL_GROUND = "1", "10"


@dataclass(eq=False)
class Unit:
    """A unit as the register opened with it, and its family."""

    institution: Institution
    version: Version
    parent: Institution
    siblings: list[Unit]
    children: list[Institution]

    @property
    def code(self) -> str:
        """The code of its administrative municipality."""
        return self.version.administrative_municipality.code if self.version.administrative_municipality else ""

    @property
    def kind(self) -> str:
        """Its type."""
        return self.version.institution_type

    @property
    def is_daycare(self) -> bool:
        """Whether it is a vuggestue, a børnehave or both."""
        return self.kind in DAYCARE

    @property
    def is_municipal(self) -> bool:
        """Whether it is the municipality's own day care, lawfully so."""
        return (self.version.ownership, self.version.legal_ground) == (MUNICIPAL, MUNICIPAL_GROUND)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is missing or wrong, so that it could be registered anew."""
        at = self.version
        lawful = at.legal_ground == {"1": "10", "2": "11", "3": "13", "4": "12"}[at.ownership]
        written = all((at.p_number, at.house_number, at.town)) and (not at.email or "@" in at.email)
        return self.is_daycare and lawful and written


def on(day: date) -> list[Unit]:
    """The units that are open on a day, in number order."""
    versions = Version.objects.filter(period__contains=day).exclude(institution__level=Level.UDENFOR)
    related = versions.select_related("institution", "parent", "administrative_municipality")
    every = list(related.order_by("institution__number"))
    children: dict[int | None, list[Institution]] = {}
    for version in every:
        children.setdefault(version.parent_id, []).append(version.institution)
    units = {
        one.institution: Unit(one.institution, one, one.parent, [], children.get(one.institution_id, []))
        for one in every
        if one.parent and one.institution.level == Level.ANVISNINGSENHED
    }
    for unit in units.values():
        unit.siblings = [units[one] for one in children[unit.parent.pk] if one != unit.institution]
    return list(units.values())
