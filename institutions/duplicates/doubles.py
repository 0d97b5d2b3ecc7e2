"""Doubles inside the register: two open numbers of one level that may be one institution.

They are proposed as a merger with a typed successor, never as a consolidation: both numbers are the register's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from institutions.duplicates import blocking, inside, keys, records, stored
from institutions.duplicates.inside import Entry
from institutions.duplicates.keys import Key
from institutions.duplicates.sides import COUNTED
from institutions.models import Level, Proposal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from institutions.duplicates.records import Record
    from institutions.duplicates.scoring import Scored


class Double(NamedTuple):
    """A pair by primary keys: the one that would close, the one that stays, what it is, and how likely."""

    leaving: int
    staying: int
    kind: str
    scored: Scored


# A value that more share is a switchboard's or an office's, not an institution's.
MOST = 30
CONTACTS = (Key.ADDRESS, Key.PHONE, Key.MAIL, Key.P_NUMBER)
PLACE = Key.PLACE_PART
# The same name and one more thing, or three things with any name.
ENOUGH = 3
# Step by step: where the tables have no statistics yet, the planner would join all with all.
_PAIRS = """
WITH shared AS MATERIALIZED (
    SELECT value FROM institutions_matchkey WHERE NOT legacy AND kind = ANY(%(kinds)s) {near}
    GROUP BY value HAVING count(*) BETWEEN 2 AND %(most)s
), held AS MATERIALIZED (
    SELECT value, kind, institution_id FROM institutions_matchkey JOIN shared USING (value) WHERE NOT legacy
), pairs AS MATERIALIZED (
    SELECT one.institution_id AS one, other.institution_id AS other
    FROM held one JOIN held other USING (value) WHERE one.institution_id < other.institution_id {mine}
    GROUP BY 1, 2
    HAVING (bool_or(one.kind = %(name)s) AND count(DISTINCT one.kind) > 1) OR count(DISTINCT one.kind) >= %(enough)s
)
SELECT one, other FROM pairs
JOIN institutions_institution a ON a.id = one JOIN institutions_institution b ON b.id = other
WHERE a.level = b.level AND a.level = ANY(%(levels)s)
"""
_NEAR = "AND value IN (SELECT value FROM institutions_matchkey WHERE institution_id = ANY(%(ids)s))"
_MINE = "AND (one.institution_id = ANY(%(ids)s) OR other.institution_id = ANY(%(ids)s))"
_BEGINNINGS = (
    "SELECT institution_id, min(lower(period)) FROM institutions_version WHERE institution_id = ANY(%s) GROUP BY 1"
)
LEVELS = (Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)
MUNICIPAL = "1"


def find(ids: Collection[int] | None = None, *, apart: Collection[tuple[int, int]] = ()) -> list[Double]:
    """The likely doubles inside the register, of all institutions or of those named, best first."""
    pairs = [pair for pair in _pairs(ids) if pair not in apart]
    if not pairs:
        return []
    entries = _entries({key for pair in pairs for key in pair})
    counts = blocking.shared(_values(entry.record for entry in entries.values()))
    begun = _beginnings(entries)
    found = []
    for one, two in pairs:
        if one not in entries or two not in entries:
            # Its keys are those of yesterday until the day has been turned.
            continue
        scored = inside.compare(entries[one], entries[two], counts)
        if scored.probability >= inside.LIKELY:
            found.append(_placed(one, two, entries, begun, scored))
    return sorted(found, key=lambda double: (-double.scored.total, double.leaving, double.staying))


def compare(one: int, two: int) -> Scored | None:
    """How likely two institutions of the register are one; None where one of them says nothing today."""
    entries = _entries({one, two})
    if len(entries) < len({one, two}):
        return None
    counts = blocking.shared(_values(entry.record for entry in entries.values()))
    return inside.compare(entries[one], entries[two], counts)


def roles(one: int, two: int) -> tuple[int, int, str]:
    """Of two institutions of the register: the one that would close, the one that stays, and what it would be."""
    entries = _entries({one, two})
    return _roles(one, two, entries, _beginnings(entries))


def _pairs(ids: Collection[int] | None) -> list[tuple[int, int]]:
    kinds = [int(kind) for kind in (*CONTACTS, PLACE)]
    near, mine = ("", "") if ids is None else (_NEAR, _MINE)
    levels = [str(level) for level in LEVELS]
    given: dict[str, Any] = {"kinds": kinds, "most": MOST, "levels": levels, "name": int(PLACE), "enough": ENOUGH}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(near=near, mine=mine), {**given, "ids": sorted(ids or ())})
        return sorted(cursor.fetchall())


def _entries(ids: Collection[int]) -> dict[int, Entry]:
    return {key: Entry(records.build(**said), said["name"]) for key, said in stored.texts(sorted(ids))}


def _values(found: Iterable[Record]) -> set[int]:
    return {value for record in found for kind, value in keys.of(record) if kind in COUNTED}


def _beginnings(ids: Collection[int]) -> dict[int, object]:
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNINGS, [sorted(ids)])
        return dict(cursor.fetchall())


def _placed(one: int, two: int, entries: Mapping[int, Entry], begun: Mapping[int, object], scored: Scored) -> Double:
    return Double(*_roles(one, two, entries, begun), scored)


def _roles(one: int, two: int, entries: Mapping[int, Entry], begun: Mapping[int, object]) -> tuple[int, int, str]:
    """Taken over by the municipality, the old number was left open; registered twice, the later one is the mistake."""
    old, new = sorted((one, two), key=lambda key: (str(begun.get(key) or ""), entries[key].record.number))
    owners = {key: entries[key].record.ownership for key in (one, two)}
    if owners[one] == owners[two]:
        return new, old, Proposal.MERGER
    public = [key for key, owner in owners.items() if owner == MUNICIPAL]
    if len(public) == 1 and public[0] == old:
        return new, old, Proposal.TAKEOVER
    return old, new, Proposal.TAKEOVER
