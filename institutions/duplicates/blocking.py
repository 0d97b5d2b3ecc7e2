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
    from collections.abc import Collection, Iterator, Sequence

# Three steps, as tables or as parts of one query: what each followed key of the asked records is worth (in points:
# thousandths of nats), who of the register has it, and the ranked candidates.
_WORTH = """
SELECT value, round(1000 * worth * ln({size}::float8 / sharing))::int AS points
FROM (SELECT value, min(kind) AS kind, count(*) AS sharing FROM institutions_matchkey
      WHERE NOT legacy AND value IN (SELECT value FROM {asked} AS asked) GROUP BY value) AS found
     JOIN (VALUES {kinds}) AS said (kind, worth, most) USING (kind)
WHERE sharing <= most
"""
_HITS = """
SELECT institution_id AS g, value, points FROM institutions_matchkey JOIN _worth USING (value) WHERE NOT legacy
"""
_SUMMED = "SELECT a, g, sum(points) AS points FROM {asked} AS asked JOIN _hits USING (value) GROUP BY a, g"
_RANKED = """
SELECT a, (array_agg(g ORDER BY points DESC, number))[:{kept}]
FROM _summed JOIN (SELECT a, max(points) AS most FROM _summed GROUP BY a) AS best USING (a)
     JOIN institutions_institution i ON i.id = g
WHERE {share} * points >= most GROUP BY a ORDER BY a
"""
_ALL = "(SELECT institution_id AS a, value FROM institutions_matchkey WHERE legacy)"
# Hash joins: measured at 50,000 x 20,000, index probes took 0.6 s for 1,000 A-numbers alone. More memory for them
# made nothing faster.
_AT_ONCE = "DROP TABLE IF EXISTS _worth, _hits, _summed; SET LOCAL work_mem = '16MB'; SET LOCAL enable_nestloop = off"
_AGAIN = "DROP TABLE _worth, _hits, _summed; SET LOCAL enable_nestloop = on"
# Read once, whatever the planner guesses: statistics that lag behind a change would have it read them for every row.
_IN_ONE = """
WITH _asked AS MATERIALIZED ({asked}), _worth AS MATERIALIZED ({worth}), _hits AS MATERIALIZED ({hits}),
     _summed AS MATERIALIZED ({summed})
"""
_GIVEN = "SELECT a, value FROM unnest(%(asked)s::int[], %(values)s::bigint[]) AS given (a, value)"
_SOME = "SELECT institution_id AS a, value FROM institutions_matchkey WHERE institution_id = ANY(%(ids)s) {legacy}"
_LEGACY_NEAR = """
WITH _asked AS MATERIALIZED ({asked}), _worth AS MATERIALIZED ({worth})
SELECT DISTINCT a FROM (
    SELECT near.institution_id AS a, _asked.a AS g
    FROM _asked JOIN _worth USING (value) JOIN institutions_matchkey near USING (value)
    WHERE near.legacy GROUP BY 1, 2 HAVING sum(points) >= {least}
) AS near
"""
# Points (thousandths of nats) under which no institution is anybody's candidate. Measured: the poorest pair that was
# proposed, however unlikely, had 1,981 among 6,291 x 1,500 and 1,592 among 50,000 x 20,000.
NEAR = 1500
_SHARED = "SELECT value, count(*) FROM institutions_matchkey WHERE NOT legacy AND {which} GROUP BY value"
_SWITCHBOARDS = "SELECT value, count(*) FROM institutions_matchkey WHERE legacy AND kind = %s {which} GROUP BY value"
# A-numbers told of at a time.
_LOT = 2000


def everything() -> Iterator[Sequence[tuple[int, list[int]]]]:
    """Every A-number with its candidates, the most promising first, some at a time. Wants a transaction.

    Those with the same candidates come near each other: institutions of one place were mostly issued together.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AT_ONCE)
        for name, rows in (("_worth", _worth(_ALL)), ("_hits", _HITS), ("_summed", _SUMMED.format(asked=_ALL))):
            # The planner knows nothing of a table that was just made.
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {rows}; ANALYZE {name}")
        cursor.execute(_ranked())
        ranked = sorted(cursor.fetchall(), key=lambda row: (row[1][0], row[0]))
        cursor.execute(_AGAIN)
    for start in range(0, len(ranked), _LOT):
        yield ranked[start : start + _LOT]


def of_some(ids: Collection[int]) -> list[tuple[int, list[int]]]:
    """Some A-numbers with their candidates, the most promising first."""
    with connection.cursor() as cursor:
        cursor.execute(_in_one(_SOME.format(legacy="AND legacy")) + _ranked(), {"ids": sorted(ids)})
        return list(cursor.fetchall())


def legacy_near(ids: Collection[int]) -> set[int]:
    """The A-numbers that share keys with one of these institutions: theirs may be found otherwise than before."""
    near = _LEGACY_NEAR.format(asked=_SOME.format(legacy=""), worth=_worth("_asked"), least=NEAR)
    with connection.cursor() as cursor:
        cursor.execute(near, {"ids": sorted(ids)})
        return {key for (key,) in cursor.fetchall()}


def of_one(values: Collection[int]) -> list[int]:
    """The candidates of one record, by the values of its keys, the most promising first."""
    return of_many([values])[0]


def of_many(records: Sequence[Collection[int]]) -> list[list[int]]:
    """The candidates of each of many records, by the values of its keys, the most promising first."""
    asked = [(place, value) for place, values in enumerate(records) for value in sorted(values)]
    with connection.cursor() as cursor:
        cursor.execute(_in_one(_GIVEN) + _ranked(), {
            "asked": [place for place, _value in asked], "values": [value for _place, value in asked],
        })  # fmt: skip
        found = dict(cursor.fetchall())
    return [found.get(place, []) for place in range(len(records))]


def _in_one(asked: str) -> str:
    return _IN_ONE.format(asked=asked, worth=_worth("_asked"), hits=_HITS, summed=_SUMMED.format(asked="_asked"))


def _ranked() -> str:
    return _RANKED.format(kept=keys.KEPT, share=keys.LEAST_SHARE)


def _worth(asked: str) -> str:
    kinds = ", ".join(
        f"({kind:d}, {keys.WORTH.get(kind, 1.0)}::float8, {keys.cap(kind)})"
        for kind in Key
        if kind not in keys.COUNTED_ONLY
    )
    return _WORTH.format(size=keys.SIZE, kinds=kinds, asked=asked)


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
