"""New institutions held up against the register and against each other, all at once.

Thousands that are alike are not compared each with each: only those that share a key, and of them only those that may
be likely at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from institutions.duplicates import blocking, inside, keys, records, stored
from institutions.duplicates.bound import marks, may_be_likely
from institutions.duplicates.doubles import CONTACTS, PLACE
from institutions.duplicates.inside import Entry
from institutions.duplicates.sides import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from institutions.duplicates.keys import Key
    from institutions.duplicates.scoring import Scored

# The keys of which two doubles share one at least: a contact, or a part of the name at the place.
_FOUND_BY = frozenset({*CONTACTS, PLACE})


class Found(NamedTuple):
    """What a new one seems to be. `earlier` is its place among the new ones that were let through, where it is one."""

    entry: Entry
    scored: Scored
    earlier: int | None


class Arrivals:
    """Those that were let through so far. Nothing of the register may change in the meantime."""

    def __init__(self) -> None:
        # With the keys that each is found by.
        self._passed: list[tuple[Entry, frozenset[int]]] = []
        self._by_mark: defaultdict[Hashable, list[int]] = defaultdict(list)
        # How many of the register share each value that was met.
        self._counts: dict[int, int] = {}

    def look(self, new: Sequence[Entry], *, insisted: bool = False) -> list[list[Found]]:
        """What each new one seems to be, likeliest first: in the register, or among those before it.

        One that seems to be something is let through only where that is insisted on. Three queries, however many.
        """
        said = [keys.of(entry.record) for entry in new]
        known = _in_register(new, said)
        self._count({key for one in said for key in one}.union(
            *(keys.of(entry.record) for near in known for entry in near)
        ))  # fmt: skip
        found = []
        for entry, own, near in zip(new, said, known, strict=True):
            likely = self._likely(entry, own, near)
            if not likely or insisted:
                self._let_through(entry, own)
            found.append(likely)
        return found

    def _likely(self, entry: Entry, own: Collection[tuple[Key, int]], near: Sequence[Entry]) -> list[Found]:
        compared: list[tuple[Entry, int | None]] = [(other, None) for other in near]
        met, found_by = {place for mark in marks(entry) for place in self._by_mark.get(mark, ())}, _found_by(own)
        for place in sorted(met):
            other, other_by = self._passed[place]
            if other.record.level == entry.record.level and may_be_likely(other, entry) and found_by & other_by:
                compared.append((other, place))
        # As if the new one stood there already: `inside` takes it away again.
        for value in _counted(own):
            self._counts[value] += 1
        scored = [Found(other, inside.compare(entry, other, self._counts), place) for other, place in compared]
        for value in _counted(own):
            self._counts[value] -= 1
        likely = [one for one in scored if one.scored.probability >= inside.LIKELY]
        return sorted(likely, key=lambda one: (-one.scored.total, one.entry.record.number))

    def _let_through(self, entry: Entry, own: Collection[tuple[Key, int]]) -> None:
        for mark in marks(entry):
            self._by_mark[mark].append(len(self._passed))
        self._passed.append((entry, _found_by(own)))

    def _count(self, said: Collection[tuple[Key, int]]) -> None:
        asked = _counted(said) - self._counts.keys()
        self._counts |= dict.fromkeys(asked, 0) | blocking.shared(asked)


def _in_register(new: Sequence[Entry], said: Sequence[Collection[tuple[Key, int]]]) -> list[list[Entry]]:
    """For each new one those of its level in the register that it may be."""
    found = blocking.of_many([{value for _kind, value in own} for own in said])
    wanted = sorted({key for near in found for key in near})
    told = {key: Entry(records.build(**texts), texts["name"]) for key, texts in stored.texts(wanted)}
    return [
        [
            told[key]
            for key in near
            if key in told and told[key].record.level == entry.record.level and may_be_likely(told[key], entry)
        ]
        for entry, near in zip(new, found, strict=True)
    ]


def _found_by(said: Collection[tuple[Key, int]]) -> frozenset[int]:
    return frozenset(value for kind, value in said if kind in _FOUND_BY)


def _counted(said: Collection[tuple[Key, int]]) -> set[int]:
    return {value for kind, value in said if kind in COUNTED}
