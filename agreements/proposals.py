"""Which number of the register an A-number gives way to: what it is consolidated into, else the likely ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from institutions.duplicates import candidates
from institutions.models import Institution, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable

# Proposals told of one A-number, and the least probability of one.
MOST, LEAST = 3, 0.1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A number of the register, what it is called, and how likely it is the same; 1 where it is decided."""

    number: str
    name: str
    score: float

    def __str__(self) -> str:
        if self.score == 1:
            return self.number
        # Never 100 %: nobody has decided it.
        return f"{self.number} {self.name} ({min(99, round(self.score * 100))} %)"


def right_numbers(legacy: Institution) -> list[Proposal]:
    """The numbers that agreements on an A-number should rest on instead, best first; some milliseconds."""
    if legacy.absorbed_into:
        return [Proposal(legacy.absorbed_into.number, "", 1)]
    likely = [(key, one.probability) for key, one in candidates.propose(legacy)[:MOST] if one.probability >= LEAST]
    known = _names(key for key, _score in likely)
    return [Proposal(*known[key], score) for key, score in likely if key in known]


def _names(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    open_now = Version.objects.filter(institution__in=list(keys), period__contains=periods.today())
    return {
        key: (number, name) for key, number, name in open_now.values_list("institution", "institution__number", "name")
    }
