"""A register in memory, searched by keys: for fitting, benchmarks and tests. `candidates` is its twin. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from institutions.duplicates import keys, scoring
from institutions.duplicates.keys import Key
from institutions.duplicates.naming import PARENT
from institutions.duplicates.sides import COUNTED, Frequencies, Side, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from institutions.duplicates.records import Record
    from institutions.duplicates.scoring import Scored, Weights


class Register:
    """The institutions of a register, and the A-numbers that are looked for in it (they count for switchboards)."""

    def __init__(self, records: Iterable[Record], legacy: Sequence[Record] = ()) -> None:
        found: dict[tuple[Key, int], list[Record]] = defaultdict(list)
        records = list(records)
        left_out = repeated(records)
        for record in records:
            if record.number not in left_out:
                for key in keys.of(record):
                    found[key].append(record)
        counts = {value: len(sharing) for (kind, value), sharing in found.items() if kind in COUNTED}
        switchboards = Counter(keys.value(Key.PHONE, phone) for record in legacy for phone in record.phones)
        self.frequencies = Frequencies(counts, switchboards)
        self._found = {
            key: (keys.points(key[0], len(sharing)), sharing)
            for key, sharing in found.items()
            if key[0] not in keys.COUNTED_ONLY and len(sharing) <= keys.cap(key[0])
        }
        self._sides: dict[str, Side] = {}

    def candidates(self, record: Record) -> list[Record]:
        """The records worth comparing with one, the most promising first."""
        points: Counter[str] = Counter()
        named: dict[str, Record] = {}
        for key in keys.of(record):
            worth, sharing = self._found.get(key, (0, ()))
            for one in sharing:
                points[one.number] += worth
                named[one.number] = one
        ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))[: keys.KEPT]
        return [named[number] for number, worth in ranked if keys.LEAST_SHARE * worth >= ranked[0][1]]

    def sides(self, record: Record) -> tuple[Side, list[Side]]:
        """A record and its candidates, with what their values are worth."""
        return weigh(record, self.frequencies), [self._side(one) for one in self.candidates(record)]

    def rank(self, record: Record, by: Weights) -> list[Scored]:
        """The candidates of a record, most likely first."""
        return scoring.rank(*self.sides(record), by)

    def _side(self, record: Record) -> Side:
        if record.number not in self._sides:
            self._sides[record.number] = weigh(record, self.frequencies)
        return self._sides[record.number]


def repeated(records: Iterable[Record]) -> frozenset[str]:
    """The numbers of the daginstitutioner that equal a unit of theirs: such a pair is the unit (the label rule)."""
    records = list(records)
    below = {(one.parent, one.name.whole, one.name.kinds) for one in records if one.parent}
    return frozenset(
        one.number for one in records if one.level == PARENT and (one.number, one.name.whole, one.name.kinds) in below
    )
