"""Which institutions of the register are worth comparing with an A-number: stored keys, joined by the database.

Rare keys weigh more than common ones, too common ones are not followed, and the twelve with the greatest sums are
kept. One A-number is looked up through the index in milliseconds; all of them at once by hash joins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from institutions.duplicates import keys
from institutions.duplicates.keys import Key
from institutions.duplicates.sides import COUNTED, Frequencies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Measured at 50,000 x 20,000: index probes took 0.6 s for 1,000 A-numbers, hash joins 6 s for all of them.
_AT_ONCE = "SET LOCAL work_mem = '256MB'; SET LOCAL enable_nestloop = off"
_AGAIN = "SET LOCAL enable_nestloop = on"
_HITS = """
CREATE TEMPORARY TABLE _hits ON COMMIT DROP AS
SELECT found.institution_id AS g, found.kind, found.value
FROM institutions_matchkey found JOIN (SELECT value FROM institutions_matchkey WHERE legacy GROUP BY value) AS asked
     USING (value)
WHERE NOT found.legacy
"""
_WORTH = """
SELECT value, round(1000 * worth * ln({size}::float8 / count(*)))::int AS points
FROM {hits} AS found JOIN (VALUES {kinds}) AS said (kind, worth, most) USING (kind)
GROUP BY value, worth, most HAVING count(*) <= most
"""
_RANKED = """
SELECT a, array_agg(g ORDER BY place) FROM (
    SELECT a, g, points, first_value(points) OVER best AS most, row_number() OVER best AS place
    FROM (SELECT asked.institution_id AS a, found.g, sum(worth.points) AS points
          FROM {asked} AS asked JOIN {worth} AS worth USING (value) JOIN {hits} AS found USING (value)
          WHERE asked.legacy GROUP BY 1, 2) AS summed
    JOIN institutions_institution i ON i.id = g
    WINDOW best AS (PARTITION BY a ORDER BY points DESC, i.number)
) AS ranked WHERE place <= {kept} AND {share} * points >= most GROUP BY a ORDER BY a
"""
_HITS_OF_ONE = """
(SELECT found.institution_id AS g, found.kind, found.value FROM institutions_matchkey found
 WHERE NOT found.legacy AND found.value = ANY(%(values)s::bigint[]))
"""
_VALUES = "(SELECT 0 AS institution_id, unnest(%(values)s::bigint[]) AS value, TRUE AS legacy)"
# Read once, whatever the planner guesses: statistics that lag behind a change would have it read them for every row.
_OF_SOME = """
WITH _some AS MATERIALIZED (SELECT institution_id, value, legacy FROM institutions_matchkey
                            WHERE institution_id = ANY(%(ids)s)),
     _hits AS MATERIALIZED (SELECT found.institution_id AS g, found.kind, found.value FROM institutions_matchkey found
                            WHERE NOT found.legacy AND found.value IN (SELECT value FROM _some)),
     _worth AS MATERIALIZED ({worth})
"""
_LEGACY_NEAR = """
SELECT DISTINCT a FROM (
    SELECT asked.institution_id AS a, mine.institution_id AS g
    FROM _some AS mine JOIN _worth USING (value) JOIN institutions_matchkey asked USING (value)
    WHERE asked.legacy GROUP BY 1, 2 HAVING sum(_worth.points) >= {least}
) AS near
"""
# Points (thousandths of nats) under which no institution is anybody's candidate. Measured: the poorest pair that was
# proposed, however unlikely, had 1,981 among 6,291 x 1,500 and 1,592 among 50,000 x 20,000.
NEAR = 1500
_SHARED = "SELECT value, count(*) FROM institutions_matchkey WHERE NOT legacy AND {which} GROUP BY value"
_SWITCHBOARDS = "SELECT value, count(*) FROM institutions_matchkey WHERE legacy AND kind = %s {which} GROUP BY value"
_FETCHED = 5000


def everything() -> Iterator[list[tuple[int, list[int]]]]:
    """Every A-number with its candidates, the most promising first, some at a time. Wants a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS _hits, _ranked")
        cursor.execute(_AT_ONCE)
        cursor.execute(_HITS)
        cursor.execute("CREATE TEMPORARY TABLE _ranked ON COMMIT DROP AS " + _ranked("_hits", "institutions_matchkey"))
        cursor.execute(_AGAIN)
        cursor.execute("SELECT * FROM _ranked ORDER BY a")
        while rows := cursor.fetchmany(_FETCHED):
            yield rows


def of_some(ids: Collection[int]) -> list[tuple[int, list[int]]]:
    """Some A-numbers with their candidates, the most promising first."""
    with connection.cursor() as cursor:
        cursor.execute(_of_some() + _ranked("_hits", "_some", "_worth"), {"ids": sorted(ids)})
        return list(cursor.fetchall())


def legacy_near(ids: Collection[int]) -> set[int]:
    """The A-numbers that share a key with one of these institutions: theirs may be found otherwise than before."""
    with connection.cursor() as cursor:
        cursor.execute(_of_some() + _LEGACY_NEAR.format(least=NEAR), {"ids": sorted(ids)})
        return {key for (key,) in cursor.fetchall()}


def of_one(values: Collection[int]) -> list[int]:
    """The candidates of one record, by the values of its keys, the most promising first."""
    with connection.cursor() as cursor:
        cursor.execute(_ranked(_HITS_OF_ONE, _VALUES), {"values": sorted(values)})
        return next((found for _asked, found in cursor.fetchall()), [])


def _of_some() -> str:
    return _OF_SOME.format(worth=_worth("_hits"))


def _ranked(hits: str, asked: str, worth: str = "") -> str:
    worth = worth or f"({_worth(hits)})"
    return _RANKED.format(worth=worth, hits=hits, asked=asked, kept=keys.KEPT, share=keys.LEAST_SHARE)


def _worth(hits: str) -> str:
    kinds = ", ".join(
        f"({kind:d}, {keys.WORTH.get(kind, 1.0)}::float8, {keys.cap(kind)})"
        for kind in Key
        if kind not in keys.COUNTED_ONLY
    )
    return _WORTH.format(size=keys.SIZE, hits=hits, kinds=kinds)


def frequencies() -> Frequencies:
    """How many share each value that more than one of the register has, or more than one A-number."""
    kinds = ", ".join(str(int(kind)) for kind in sorted(COUNTED))
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(which=f"kind IN ({kinds})") + " HAVING count(*) > 1")
        register = dict(cursor.fetchall())
        cursor.execute(_SWITCHBOARDS.format(which="") + " HAVING count(*) > 1", [int(Key.PHONE)])
        return Frequencies(register, dict(cursor.fetchall()))


def frequencies_of(values: Collection[int]) -> Frequencies:
    """How many share each of these values."""
    asked = sorted(values)
    with connection.cursor() as cursor:
        cursor.execute(_SWITCHBOARDS.format(which="AND value = ANY(%s)"), [int(Key.PHONE), asked])
        return Frequencies(shared(asked), dict(cursor.fetchall()))


def shared(values: Collection[int]) -> dict[int, int]:
    """How many of the register share each of these values; those that none has are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(which="value = ANY(%s)"), [sorted(values)])
        return dict(cursor.fetchall())
