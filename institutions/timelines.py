"""Timelines to and from the database, many at a time: the one path of every change of state."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from institutions import timeline
from institutions.models import Institution, Succession, Version
from institutions.timeline import STORED, Timeline
from registry import copying

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet


def load(institutions: Iterable[Institution], *, lock: bool = False) -> dict[int, Timeline]:
    """The timelines of institutions, by primary key. `lock` holds them, in number order, until commit."""
    keys = {one.pk for one in institutions}
    found = Institution.objects.filter(pk__in=keys).order_by("number")
    if lock:
        # A statement of its own: a row that waited for its lock is read anew, but not what is joined to it.
        _hold(found)
    lines = {one.pk: Timeline(one) for one in found.select_related("absorbed_into")}
    versions = Version.objects.filter(institution__in=keys).order_by("institution", "period")
    for version in versions.select_related("parent", "administrative_municipality", "municipality"):
        line = lines[version.institution_id]
        version.institution = line.institution
        line.versions.append(version)
    return lines


def hold(institutions: Iterable[Institution]) -> None:
    """Hold institutions, in number order, until commit."""
    _hold(Institution.objects.filter(pk__in={one.pk for one in institutions}).order_by("number"))


def _hold(found: QuerySet[Institution]) -> None:
    list(found.select_for_update(no_key=True).values_list("pk"))


def load_one(institution: Institution, *, lock: bool = False) -> Timeline:
    """The timeline of one institution."""
    return load([institution], lock=lock)[institution.pk]


def successors(institutions: Iterable[Institution]) -> dict[int, list[str]]:
    """The numbers of each institution's successors, by primary key."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Succession.objects.filter(institution__in={one.pk for one in institutions})
    for key, number in rows.values_list("institution", "successor__number"):
        found[key].append(number)
    return found


def states(lines: Iterable[Timeline]) -> dict[int, dict[str, Any]]:
    """The whole state of each timeline's institution, for the ledger."""
    lines = list(lines)
    following = successors(line.institution for line in lines)
    return {
        line.institution.pk: timeline.state(line.institution, line.versions, following.get(line.institution.pk, ()))
        for line in lines
    }


def create(rows: Sequence[tuple[str, str]]) -> list[Timeline]:
    """Write new institutions, (number, level) each, with empty timelines."""
    keys = copying.take_keys(Institution, len(rows)) if rows else []
    made = [Institution(pk=key, number=number, level=level) for key, (number, level) in zip(keys, rows, strict=True)]
    copying.insert(Institution, made)
    return [Timeline(one) for one in made]


def save(lines: Iterable[Timeline]) -> None:
    """Write what an edit touched. What was taken back goes first, what was added comes last: they never overlap."""
    lines = list(lines)
    if removed := [version.pk for line in lines for version in line.removed]:
        Version.objects.filter(pk__in=removed).delete()
    changed = [version for line in lines for version in line.changed]
    added = [version for line in lines for version in line.added]
    copying.update(Version, changed, STORED)
    for key, version in zip(copying.take_keys(Version, len(added)) if added else [], added, strict=True):
        version.pk = key
    copying.insert(Version, added)
    for line in lines:
        line.added, line.changed, line.removed = [], [], []
