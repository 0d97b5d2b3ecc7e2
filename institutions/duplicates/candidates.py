"""Which pairs to compare, and the queue of proposals: blocking by stored keys in SQL, scores by `scoring`."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions.duplicates import keys, scoring, stored, wording
from institutions.duplicates.keys import Key
from institutions.duplicates.sides import COUNTED, Frequencies, Side, weigh
from institutions.models import Candidate, Institution, Level
from registry import copying

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from institutions.duplicates.records import Record
    from institutions.duplicates.scoring import Scored

# Proposals kept of each A-number, and the least probability of one.
PER_LEGACY, LEAST = 5, 0.005
# A-numbers compared at a time, and sides of the register kept in memory from one time to the next.
BATCH, KEPT_SIDES = 1000, 100_000

# What each key is worth: by its kind and by how many of the register share it; too common ones are left out.
_WORTH = """
SELECT value, kind, round(1000 * worth * ln({size}::float8 / count(*))) AS points
FROM institutions_matchkey JOIN (VALUES {kinds}) AS said (kind, worth, most) USING (kind)
WHERE NOT legacy AND {which} GROUP BY value, kind, worth, most HAVING count(*) <= most
"""
_RANKED = """
SELECT a, array_agg(g ORDER BY place) FROM (
    SELECT a, g, points, max(points) OVER (PARTITION BY a) AS most,
           row_number() OVER (PARTITION BY a ORDER BY points DESC, number) AS place
    FROM (SELECT asked.institution_id AS a, found.institution_id AS g, sum(worth.points) AS points
          FROM institutions_matchkey asked JOIN {worth} AS worth USING (value)
          JOIN institutions_matchkey found ON found.value = worth.value AND NOT found.legacy
          WHERE asked.institution_id = ANY(%(asked)s) GROUP BY 1, 2) AS summed
    JOIN institutions_institution i ON i.id = g
) AS ranked WHERE place <= {kept} AND {share} * points >= most GROUP BY a
"""
_SHARED = "SELECT value, count(*) FROM institutions_matchkey WHERE NOT legacy AND {which} GROUP BY value"
_SWITCHBOARDS = "SELECT value, count(*) FROM institutions_matchkey WHERE legacy AND kind = %s {which} GROUP BY value"


def _worth(which: str) -> str:
    kinds = ", ".join(
        f"({kind:d}, {keys.WORTH.get(kind, 1.0)}::float8, {keys.cap(kind)})"
        for kind in Key
        if kind not in keys.COUNTED_ONLY
    )
    return _WORTH.format(size=keys.SIZE, kinds=kinds, which=which)


def _ranked(worth: str) -> str:
    return _RANKED.format(worth=worth, kept=keys.KEPT, share=keys.LEAST_SHARE)


@transaction.atomic
def refresh() -> int:
    """Write the keys and the queue of proposals anew; gives how many there are. The same data give the same queue."""
    with connection.cursor() as cursor:
        # Two refreshes at once would propose a pair twice.
        cursor.execute("LOCK TABLE institutions_candidate IN SHARE ROW EXCLUSIVE MODE")
    stored.rekey_all()
    Candidate.objects.all().delete()
    return sum(_keep(scored) for scored in everything())


@transaction.atomic
def refresh_one(legacy: Institution) -> int:
    """Write the proposals of one A-number anew, from the keys as they stand; gives how many there are."""
    Candidate.objects.filter(legacy=legacy).delete()
    scored = propose(legacy)
    return _keep({legacy.pk: scored})


def everything() -> Iterator[dict[int, list[tuple[int, Scored]]]]:
    """The scored candidates of every A-number, best first, batch by batch; from stored keys."""
    frequencies = _all_frequencies()
    known: dict[int, Side] = {}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS _worth")
        cursor.execute("CREATE TEMPORARY TABLE _worth ON COMMIT DROP AS " + _worth("TRUE"))
        cursor.execute("CREATE INDEX ON _worth (value) INCLUDE (points)")
        cursor.execute("ANALYZE _worth")
        cursor.execute("SELECT DISTINCT institution_id FROM institutions_matchkey WHERE legacy ORDER BY 1")
        asked = [key for (key,) in cursor.fetchall()]
    for batch in batched(asked, BATCH, strict=False):
        yield _scored(batch, _ranked("_worth"), frequencies, known)
        if len(known) > KEPT_SIDES:
            known.clear()


def propose(legacy: Institution) -> list[tuple[int, Scored]]:
    """The scored candidates of one A-number, best first, from stored keys: a few milliseconds."""
    own = f"value IN (SELECT value FROM institutions_matchkey WHERE institution_id = {legacy.pk:d})"
    return _scored([legacy.pk], _ranked(f"({_worth(own)})"), None, {}).get(legacy.pk, [])


def _scored(
    asked: Sequence[int], ranked: str, frequencies: Frequencies | None, known: dict[int, Side]
) -> dict[int, list[tuple[int, Scored]]]:
    with connection.cursor() as cursor:
        cursor.execute(ranked, {"asked": list(asked)})
        found: Mapping[int, list[int]] = dict(cursor.fetchall())
    wanted = {key for row in found.values() for key in row} - known.keys()
    read = dict(stored.read(sorted(wanted | found.keys())))
    counts = frequencies or _frequencies(read.values())
    _add_taken(counts, [read[key] for key in found])
    known |= {key: weigh(read[key], counts) for key in wanted}
    told = {}
    for key, candidates in found.items():
        primary = {id(known[one]): one for one in candidates}
        ranking = scoring.rank(weigh(read[key], counts), [known[one] for one in candidates], scoring.weights())
        told[key] = [(primary[id(scored.side)], scored) for scored in ranking]
    return told


def _all_frequencies() -> Frequencies:
    """How many share each value that more than one of the register has."""
    kinds = ", ".join(str(int(kind)) for kind in sorted(COUNTED))
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(which=f"kind IN ({kinds})") + " HAVING count(*) > 1")
        register = dict(cursor.fetchall())
        cursor.execute(_SWITCHBOARDS.format(which=""), [int(Key.PHONE)])
        return Frequencies(register, dict(cursor.fetchall()))


def _frequencies(records: Iterable[Record]) -> Frequencies:
    values = sorted({value for record in records for kind, value in keys.of(record) if kind in COUNTED})
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(which="value = ANY(%s)"), [values])
        register = dict(cursor.fetchall())
        cursor.execute(_SWITCHBOARDS.format(which="AND value = ANY(%s)"), [int(Key.PHONE), values])
        return Frequencies(register, dict(cursor.fetchall()))


def _add_taken(counts: Frequencies, legacy: Sequence[Record]) -> None:
    """Add the values of A-numbers that one record of the register has: they are taken."""
    taken = (Key.PHONE, Key.P_NUMBER, Key.CVR)
    values = {value for record in legacy for kind, value in keys.of(record) if kind in taken}
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(which="value = ANY(%s)"), [sorted(values)])
        counts.register.update(cursor.fetchall())


def _keep(told: Mapping[int, Sequence[tuple[int, Scored]]]) -> int:
    by = scoring.weights()
    rows = [
        Candidate(
            legacy_id=legacy,
            proposed_id=proposed,
            score=round(scored.probability, 6),
            reasons=wording.told(scoring.explain(scored, by)),
        )
        for legacy, candidates in told.items()
        for proposed, scored in candidates[:PER_LEGACY]
        if scored.probability >= LEAST
    ]
    for key, row in zip(copying.take_keys(Candidate, len(rows)) if rows else [], rows, strict=True):
        row.pk = key
    copying.insert(Candidate, rows)
    return len(rows)
