# ruff: noqa: S608 - put together from constants; every value is a parameter
"""Which institutions a system may read through which service on a day; and what is without cover.

An agreement is in force on a day where its data owner had approved it (StatusPeriod) and it had not ended
(`ended_on`). Its key on the day is the number that it rests on, while that is open; else, where the number has been
consolidated, the institution that it has become, while that is open. Asked for a day in the past it says what is known
now: an undone consolidation never was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

# Every agreement in force on a day, with the number that it rests on and its key on the day (NULL: none).
IN_FORCE = """
SELECT a.number AS agreement, a.institution_id, a.system_id, a.service_id, s.code AS system, t.code AS service,
    i.number AS institution,
    CASE WHEN own.id IS NOT NULL THEN i.number WHEN heir.id IS NOT NULL THEN survivor.number END AS key
FROM agreements_statusperiod p
JOIN agreements_dataagreement a ON a.id = p.agreement_id
JOIN agreements_system s ON s.id = a.system_id
JOIN agreements_service t ON t.id = a.service_id
JOIN institutions_institution i ON i.id = a.institution_id
LEFT JOIN institutions_version own ON own.institution_id = i.id AND own.period @> %(on)s
LEFT JOIN institutions_institution survivor ON survivor.id = i.absorbed_into_id
LEFT JOIN institutions_version heir ON heir.institution_id = survivor.id AND heir.period @> %(on)s
WHERE p.status = 'GODKENDT' AND p.period @> %(on)s AND (a.ended_on IS NULL OR %(on)s < a.ended_on)
"""
# A system may call the service only while it has a connection agreement.
CONNECTED = """
EXISTS (SELECT FROM agreements_connectionagreement c
    WHERE c.system_id = f.system_id AND c.service_id = f.service_id AND c.period @> %(on)s)
"""
MAY_READ = f"""
SELECT DISTINCT f.key FROM ({IN_FORCE}) f
WHERE f.system = %(system)s AND f.service = %(service)s AND f.key IS NOT NULL AND {CONNECTED} ORDER BY f.key
"""
MOVED = f"""
SELECT f.agreement, f.system, f.service, f.institution, coalesce(f.key, '')
FROM ({IN_FORCE}) f
WHERE f.key IS DISTINCT FROM f.institution AND (%(everything)s OR f.institution_id = ANY(%(keys)s))
ORDER BY f.institution, f.agreement
"""
UNCOVERED = f"""
SELECT i.number, v.name, coalesce(m.name, '')
FROM institutions_version v
JOIN institutions_institution i ON i.id = v.institution_id
LEFT JOIN institutions_municipality m ON m.id = v.administrative_municipality_id
WHERE v.period @> %(on)s AND i.level IN ('anvisningsenhed', 'alternativ adresse')
AND (%(everything)s OR i.id = ANY(%(keys)s))
AND i.number NOT IN (SELECT f.key FROM ({IN_FORCE}) f WHERE f.key IS NOT NULL AND {CONNECTED})
ORDER BY v.sort_key, i.number
"""
COUNTED = f"SELECT count(*), count(*) FILTER (WHERE f.key IS NULL) FROM ({IN_FORCE}) f"


class Moved(NamedTuple):
    """An agreement in force whose institution has closed or been absorbed; `key` is empty where it has none."""

    agreement: int
    system: str
    service: str
    institution: str
    key: str


class Uncovered(NamedTuple):
    """A unit or alternative address that no system may read."""

    number: str
    name: str
    municipality: str


def may_read(*, system: str, service: str, on: date) -> list[str]:
    """The numbers that a system, by its code, may read through a service, by its code, on a day; in order."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_READ, {"system": system, "service": service, "on": on})
        return [row[0] for row in cursor.fetchall()]


def moved(on: date, *, institutions: Collection[int] | None = None) -> list[Moved]:
    """The agreements in force on a day whose own number is not open then; of some institutions, or of all."""
    return [Moved._make(row) for row in _asked(MOVED, on, institutions)]


def uncovered(on: date, *, institutions: Collection[int] | None = None) -> list[Uncovered]:
    """The units and alternative addresses, open on a day, that no system may read; of some, or of all."""
    return [Uncovered._make(row) for row in _asked(UNCOVERED, on, institutions)]


def counted(on: date) -> tuple[int, int]:
    """How many agreements are in force on a day, and how many of them are without a key."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"on": on})
        row: tuple[int, int] = cursor.fetchone()
        return row


def _asked(query: str, on: date, institutions: Collection[int] | None) -> Sequence[tuple[Any, ...]]:
    given: dict[str, Any] = {"on": on, "everything": institutions is None, "keys": list(institutions or ())}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
