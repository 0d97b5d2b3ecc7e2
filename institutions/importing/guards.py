"""Who may do what to which rows of a file: whoever takes it in says so, by where an institution stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from institutions.mandates import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.desk import Desk
    from institutions.models import Verb
    from institutions.timeline import Timeline


class Guard(Protocol):
    """Lets an act on a place through."""

    def require(self, verb: Verb, place: Place) -> None:
        """Raises Refused where it is not allowed."""


class Open:
    """Lets everything through: STIL's own people."""

    def require(self, verb: Verb, place: Place) -> None:
        """Nothing is refused."""


class Standing:
    """Where the institutions on a desk stand, from the day on which it edits."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, line: Timeline) -> Place:
        """An institution that is there, or that the file is to open."""
        version = line.at(self.desk.on) or line.last()
        if version is None:
            return Place(None, "", _keys(line.institution.pk))
        above = self.desk.lines.get(version.parent_id) if version.parent_id else None
        given = {name: getattr(version, name) for name in ("ownership", "administrative_municipality")}
        return self._place(given, above, _keys(line.institution.pk, version.parent_id))

    def of_new(self, given: Mapping[str, Any], above: Timeline | None) -> Place:
        """One that is to be opened with these facts."""
        return self._place(given, above, _keys(above.institution.pk if above else None))

    def _place(self, given: Mapping[str, Any], above: Timeline | None, line: frozenset[int]) -> Place:
        over = self.of(above) if above else None
        municipality = given["administrative_municipality"]
        return Place(
            municipality.pk if municipality else None,
            # What stands under another has its owner where it says nothing itself.
            given["ownership"] or (over.ownership if over else ""),
            line | (over.line if over else frozenset()),
        )


def _keys(*keys: int | None) -> frozenset[int]:
    return frozenset(one for one in keys if one)
