# ruff: noqa: S608 - put together from constants; every value is a parameter
"""Whose decision an agreement is: the data owner of each institution, as the register has it today.

A municipality decides for its municipal and outsourced units, a selvejende or private unit for itself; an
alternative address goes with its unit. An A-number that is consolidated goes with the institution that it is today;
another one belongs to the municipality that its free text names, and to people who are tied to the number itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from registry import periods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Ownership codes of units that decide for themselves: selvejende, privat (ejerformKode).
OWN = ("2", "3")

BEGUN_LAST = """
coalesce(lower({0}.period) <= %(on)s, true) AND NOT EXISTS (
    SELECT FROM institutions_version later WHERE later.institution_id = {0}.institution_id
    AND later.period >> {0}.period AND lower(later.period) <= %(on)s)
"""
# Every institution that agreements may rest on, with what decides whose it is. `line` is itself, what it is today and
# those above that. An institution that has closed is judged by its last version.
PLACES = f"""
SELECT i.id, i.number, today.number AS today, today.level, v.name,
    coalesce(v.administrative_municipality_id, v.municipality_id) AS municipality,
    coalesce(CASE WHEN today.level = 'alternativ adresse' THEN unit.ownership ELSE v.ownership END, '') AS ownership,
    ARRAY[i.id, today.id, v.parent_id, unit.parent_id] AS line
FROM institutions_institution i
JOIN institutions_institution today ON today.id = coalesce(i.absorbed_into_id, i.id)
JOIN institutions_version v ON v.institution_id = today.id AND {BEGUN_LAST.format("v")}
LEFT JOIN institutions_version unit ON today.level = 'alternativ adresse'
    AND unit.institution_id = v.parent_id AND {BEGUN_LAST.format("unit")}
WHERE i.level <> 'daginstitution'
"""
OWNED = f"""
SELECT p.id FROM ({PLACES}) p
WHERE (p.municipality = ANY(%(municipalities)s) AND p.ownership <> ALL(%(own)s))
OR (p.line && %(institutions)s::bigint[] AND (p.ownership = ANY(%(own)s) OR p.level = 'uden for registeret'))
"""
NAMES = f"""
SELECT p.id, CASE WHEN m.id IS NULL OR p.ownership = ANY(%(own)s) THEN p.today || ' ' || p.name ELSE m.long_name END
FROM ({PLACES} AND i.id = ANY(%(keys)s)) p LEFT JOIN institutions_municipality m ON m.id = p.municipality
"""
DECIDERS = f"""
SELECT p.id, CASE WHEN p.ownership <> ALL(%(own)s) THEN p.municipality END,
    CASE WHEN p.ownership = ANY(%(own)s) OR p.level = 'uden for registeret' THEN p.line ELSE '{{}}' END
FROM ({PLACES} AND i.id = ANY(%(keys)s)) p
"""


class Decider(NamedTuple):
    """Whose decision something is, by primary key: a municipality's, and the own of any of these institutions."""

    municipality: int | None
    institutions: frozenset[int]


def owned(*, municipalities: Collection[int], institutions: Collection[int]) -> list[int]:
    """The keys of the institutions that people of these municipalities and institutions decide for. One query."""
    if not municipalities and not institutions:
        return []
    given = {"municipalities": list(municipalities), "institutions": list(institutions)}
    with connection.cursor() as cursor:
        cursor.execute(OWNED, {**given, "own": list(OWN), "on": periods.today()})
        return [row[0] for row in cursor.fetchall()]


def names(keys: Iterable[int]) -> dict[int, str]:
    """The name of each institution's data owner, by the institution's key: Københavns Kommune, G10432 Lærkereden."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"keys": list(set(keys)), "own": list(OWN), "on": periods.today()})
        return {key: name[:150] for key, name in cursor.fetchall()}


def deciders(keys: Iterable[int]) -> dict[int, Decider]:
    """Who decides for each institution, by the institution's key. One query."""
    with connection.cursor() as cursor:
        cursor.execute(DECIDERS, {"keys": list(set(keys)), "own": list(OWN), "on": periods.today()})
        return {key: Decider(place, frozenset(line) - {None}) for key, place, line in cursor.fetchall()}
