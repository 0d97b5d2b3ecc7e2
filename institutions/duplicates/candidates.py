"""The queue of proposals: every A-number's candidates, scored, explained and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions import access
from institutions.duplicates import blocking, keys, scoring, stored, wording
from institutions.duplicates.sides import COUNTED, Frequencies, Side, weigh
from institutions.models import Candidate
from registry import copying

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from institutions.access import Person
    from institutions.duplicates.records import Record
    from institutions.duplicates.scoring import Scored
    from institutions.models import Institution

# Proposals kept of each A-number, and the least probability of one.
PER_LEGACY, LEAST = 5, 0.001
# Sides of the register kept in memory from one lot of A-numbers to the next.
KEPT_SIDES = 100_000


def waiting(person: Person) -> QuerySet[Candidate]:
    """The proposed pairs that nobody has consolidated since, best first, for STIL's staff. Raises Refused."""
    return access.candidates(person).filter(legacy__absorbed_into__isnull=True)


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
    return _keep({legacy.pk: propose(legacy)})


def everything() -> Iterator[dict[int, list[tuple[int, Scored]]]]:
    """The scored candidates of every A-number, best first, a lot at a time; from stored keys, in a transaction."""
    counts = blocking.frequencies()
    known: dict[int, Side] = {}
    for found in blocking.everything():
        new = {key for _legacy, candidates in found for key in candidates} - known.keys()
        read = dict(stored.read([*new, *(legacy for legacy, _candidates in found)]))
        legacy = {key: read[key] for key, _candidates in found}
        taken = {value for record in legacy.values() for value in keys.of_contacts(record)}
        counts.register.update(blocking.shared(taken))
        known |= {key: weigh(read[key], counts) for key in new}
        yield {key: _scored(legacy[key], candidates, counts, known) for key, candidates in found}
        if len(known) > KEPT_SIDES:
            known.clear()


def propose(legacy: Institution) -> list[tuple[int, Scored]]:
    """The scored candidates of one A-number, best first."""
    return next((look_up(record) for _key, record in stored.read([legacy.pk])), [])


def look_up(record: Record) -> list[tuple[int, Scored]]:
    """The scored candidates of any record, as it is stored or was just typed, best first: a few milliseconds."""
    candidates = blocking.of_one({value for _kind, value in keys.of(record)})
    if not candidates:
        return []
    read = dict(stored.read(candidates))
    counts = blocking.frequencies_of(_values([record, *read.values()]))
    known = {key: weigh(read[key], counts) for key in candidates}
    return _scored(record, candidates, counts, known)


def _values(records: Iterable[Record]) -> set[int]:
    return {value for record in records for kind, value in keys.of(record) if kind in COUNTED}


def _scored(
    legacy: Record, candidates: Sequence[int], counts: Frequencies, known: Mapping[int, Side]
) -> list[tuple[int, Scored]]:
    primary = {known[key].record.number: key for key in candidates}
    ranking = scoring.rank(weigh(legacy, counts), [known[key] for key in candidates], scoring.weights())
    return [(primary[scored.side.record.number], scored) for scored in ranking]


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
