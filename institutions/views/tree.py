"""The three levels as a tree, made of versions that are in memory already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from institutions import access
from institutions.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from institutions.models import Institution, Version


@dataclass
class Node:
    """An institution on a day, and what stands under it, in Danish order."""

    version: Version
    children: list[Node] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The institution's number."""
        return self.version.institution.number


def grow(versions: Iterable[Version]) -> list[Node]:
    """The trees that versions form: those whose parent is not among them are roots."""
    nodes = {one.institution_id: Node(one) for one in versions}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.version.parent_id) if node.version.parent_id else None
        (above.children if above else roots).append(node)
    return roots


def around(institution: Institution, version: Version | None, *, on: date) -> Node | None:
    """The whole daginstitution in which an institution stands on a day; None where it stands alone.

    Three queries at most.
    """
    if version is None or institution.level == Level.UDENFOR:
        return None
    top = _top(institution, version, on=on)
    if top is None:
        return None
    units = Q(parent=top) | Q(institution=top)
    below = Q(parent__in=access.versions(on).filter(parent=top).values("institution"))
    roots = grow(access.versions(on).filter(units | below).order_by("sort_key", "institution__number"))
    return next((root for root in roots if root.version.institution_id == top), None)


def path_to(root: Node, number: str) -> list[Node]:
    """The nodes from the root down to a number."""
    if root.number == number:
        return [root]
    for child in root.children:
        if found := path_to(child, number):
            return [root, *found]
    return []


def _top(institution: Institution, version: Version, *, on: date) -> int | None:
    """The primary key of the daginstitution above, or of the institution itself."""
    if institution.level == Level.DAGINSTITUTION:
        return institution.pk
    if institution.level == Level.ANVISNINGSENHED or version.parent_id is None:
        return version.parent_id
    above = access.versions(on).filter(institution=version.parent_id).values_list("parent", flat=True)
    return above.first()
