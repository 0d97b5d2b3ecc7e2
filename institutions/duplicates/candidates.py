"""The queue of proposals: every A-number's candidates and the doubles inside the register, scored and explained.

Keys and proposals are read from the ledger's changes: `catch_up` brings them to its end, and every reader of the
queue calls it first. When one record changes, its own candidates alone are computed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q

from institutions.duplicates import blocking, doubles, inside, keys, scoring, standing, stored, wording
from institutions.duplicates.sides import COUNTED, Frequencies, Side, weigh
from institutions.models import Candidate, Institution, Level, Position, Proposal
from registry import copying, ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from institutions.duplicates.doubles import Double
    from institutions.duplicates.records import Record
    from institutions.duplicates.scoring import Scored

# Proposals kept of each A-number, and the least probability of one.
PER_LEGACY, LEAST = 5, 0.001
# Sides of the register kept in memory from one lot of A-numbers to the next.
KEPT_SIDES = 20_000
# More changed institutions than this, or more A-numbers that they touch, are cheaper to compute all at once.
MANY, MANY_TOUCHED = 200, 4000
POSITION = "dubletter"
_ANALYZE = "ANALYZE institutions_institution, institutions_version, institutions_candidate, institutions_verdict"
_CHANGED = (
    r"SELECT DISTINCT subject FROM registry_event WHERE seq > %s AND seq <= %s AND subject ~ '^[ADG][0-9A-Z]{5}$'"
)


@transaction.atomic
def refresh() -> int:
    """Write the keys and the queue of proposals anew; gives how many there are. The same data give the same queue."""
    # The position first, as `catch_up` takes it: the other way round the two could wait for each other.
    position = _hold()
    head = ledger.head()
    with connection.cursor() as cursor:
        # Who gives a verdict writes proposals without the position.
        cursor.execute("LOCK TABLE institutions_candidate IN SHARE ROW EXCLUSIVE MODE")
    stored.rekey_all()
    standing.review()
    Candidate.objects.all().delete()
    count = sum(_keep(scored) for scored in everything(apart=standing.apart()))
    count += _keep_doubles(doubles.find(apart=standing.apart()))
    with connection.cursor() as cursor:
        # A queue that was just filled is asked for at once: without statistics the planner joins all with all.
        cursor.execute(_ANALYZE)
    _bring(position, head)
    return count


def catch_up(*, hold: bool = False) -> None:
    """Bring keys and proposals to the ledger's end. Two queries where they are there already.

    `hold`: and let nobody else do so before the transaction ends. Who opens what is not there yet looks and writes
    so, one after another; the position is taken before any institution is locked, here as everywhere.
    """
    head = ledger.head()
    if not hold and (not head or Position.objects.filter(what=POSITION, seq__gte=head).exists()):
        return
    with transaction.atomic():
        # Who comes second waits, and finds it done.
        position = _hold()
        head = ledger.head()
        if position.seq >= head:
            return
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED, [position.seq, head])
            numbers = [number for (number,) in cursor.fetchall()]
        if len(numbers) > MANY:
            refresh()
            return
        _renew(set(Institution.objects.filter(number__in=numbers).values_list("pk", flat=True)))
        _bring(position, head)


def _hold() -> Position:
    Position.objects.get_or_create(what=POSITION, defaults={"seq": 0})
    return Position.objects.select_for_update().get(what=POSITION)


def _bring(position: Position, head: int) -> None:
    position.seq = head
    position.save(update_fields=["seq"])


def _renew(changed: set[int]) -> None:
    """Compute again what hangs on changed institutions: their own candidates, and those that have them for one."""
    if not changed:
        return
    before = _proposed_with(changed)
    changed |= stored.rekey(changed)
    standing.review(changed)
    touched = changed | before | blocking.legacy_near(changed)
    if len(touched) > MANY_TOUCHED:
        refresh()
        return
    refresh_some(touched)


def _proposed_with(ids: Collection[int]) -> set[int]:
    return set(Candidate.objects.filter(Q(leaving__in=ids) | Q(staying__in=ids)).values_list("leaving", flat=True))


@transaction.atomic
def refresh_some(ids: Collection[int]) -> None:
    """Write the proposals of some A-numbers and of some of the register's own anew, from the keys as they stand."""
    apart = standing.apart(ids)
    outside = Institution.objects.filter(pk__in=ids, level=Level.UDENFOR).values_list("pk", flat=True)
    of_legacy = set(outside)
    inside_ids = set(ids) - of_legacy
    Candidate.objects.filter(leaving__in=of_legacy).delete()
    own = Q(leaving__in=inside_ids) | Q(staying__in=inside_ids)
    Candidate.objects.filter(own).exclude(kind=Proposal.CONSOLIDATION).delete()
    for lot in everything(of_legacy, apart=apart):
        _keep(lot)
    if inside_ids:
        _keep_doubles(doubles.find(inside_ids, apart=apart))


def refresh_one(institution: Institution) -> None:
    """Write the proposals of one institution anew, from the keys as they stand."""
    refresh_some({institution.pk})


def everything(
    ids: Collection[int] | None = None, *, apart: Collection[tuple[int, int]] = ()
) -> Iterator[dict[int, list[tuple[int, Scored]]]]:
    """The scored candidates of every A-number, or of some, best first, a lot at a time; from stored keys.

    `apart`: pairs that people have said are different; they compete no more. Wants a transaction.
    """
    if ids is not None and not ids:
        return
    counts = blocking.frequencies() if ids is None else Frequencies()
    known: dict[int, Side] = {}
    for near in blocking.everything() if ids is None else [blocking.of_some(ids)]:
        new = {key for _legacy, candidates in near for key in candidates} - known.keys()
        read = dict(stored.read([*new, *(legacy for legacy, _candidates in near)]))
        # Who says nothing today has the keys of yesterday until the day has been turned.
        found = [(key, [one for one in of if one in known or one in read]) for key, of in near if key in read]
        legacy = {key: read[key] for key, _candidates in found}
        if ids is not None:
            counts = blocking.frequencies_of(_values(read.values()))
        else:
            taken = {value for record in legacy.values() for value in keys.of_contacts(record)}
            counts.register.update(blocking.shared(taken))
        known |= {key: weigh(read[key], counts) for key in new & read.keys()}
        yield {
            key: _scored(legacy[key], [one for one in candidates if (key, one) not in apart], counts, known)
            for key, candidates in found
        }
        if len(known) > KEPT_SIDES:
            known = {key: known[key] for _legacy, candidates in found for key in candidates}


def propose(legacy: Institution) -> list[tuple[int, Scored]]:
    """The scored candidates of one A-number, best first."""
    return next((look_up(record) for _key, record in stored.read([legacy.pk])), [])


def look_up(record: Record, *, also: Sequence[int] = ()) -> list[tuple[int, Scored]]:
    """The scored candidates of any record, as it is stored or was just typed, best first: a few milliseconds.

    `also` are compared with it whether its keys find them or not.
    """
    candidates = blocking.of_one({value for _kind, value in keys.of(record)})
    candidates += [key for key in also if key not in candidates]
    if not candidates:
        return []
    read = dict(stored.read(candidates))
    candidates = [key for key in candidates if key in read]
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
            leaving_id=legacy,
            staying_id=proposed,
            score=round(scored.probability, 6),
            reasons=wording.told(scoring.explain(scored, by)),
        )
        for legacy, candidates in told.items()
        for proposed, scored in candidates[:PER_LEGACY]
        if scored.probability >= LEAST
    ]
    return _insert(rows)


def _keep_doubles(found: Sequence[Double]) -> int:
    by = inside.weights()
    rows = [
        Candidate(
            kind=double.kind, leaving_id=double.leaving, staying_id=double.staying,
            score=round(double.scored.probability, 6), reasons=wording.told(scoring.explain(double.scored, by)),
        )
        for double in found
    ]  # fmt: skip
    return _insert(rows)


def _insert(rows: Sequence[Candidate]) -> int:
    for key, row in zip(copying.take_keys(Candidate, len(rows)) if rows else [], rows, strict=True):
        row.pk = key
    copying.insert(Candidate, rows)
    return len(rows)
