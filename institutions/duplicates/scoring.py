"""From levels of evidence to a score that is a sum, and from rival candidates to a probability. Pure.

A candidate's own points are the sum of its levels' weights and a start. Against its rivals it competes as in a
conditional logit with the alternative »none of them« (McFadden 1974): for own points s the probability is
exp(s) / (1 + Σ exp(s of all candidates)), and its log-odds are s less ln(1 + Σ exp(s of the rivals)). So the rivals
are one more term of the sum, never above 0, and the probabilities of one record's candidates never exceed 1 together.

Points are whole hundredths: what is shown with two decimals adds up to the last digit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import exp, fsum, log1p
from pathlib import Path
from typing import TYPE_CHECKING

from institutions.duplicates import evidence
from institutions.duplicates.levels import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from institutions.duplicates.sides import Side

WEIGHTS = Path(__file__).with_name("weights.json")
HUNDREDTHS = 100
# A record's order among candidates of equal points: a unit before what stands over or under it (the label rule).
_ORDER = {"anvisningsenhed": 0, "alternativ adresse": 1, "daginstitution": 2}


@dataclass(frozen=True, slots=True)
class Weights:
    """The reviewed weights: hundredths of log-odds by level, the start, and the product's threshold."""

    points: Mapping[str, int]
    start: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Reason:
    """A term of the sum. `count` is how many in the register share the value, where that counts."""

    code: str
    weight: Decimal
    count: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its levels, its own points and those that its rivals take."""

    side: Side
    levels: tuple[str, ...]
    own: int
    rivals: int

    @property
    def total(self) -> int:
        """Hundredths of log-odds."""
        return self.own + self.rivals

    @property
    def probability(self) -> float:
        """How likely it is the right one."""
        return 1 / (1 + exp(-self.total / HUNDREDTHS))


@dataclass(frozen=True, slots=True)
class Score:
    """A score that can be shown as a sum: the weights of the reasons and the start add up to the total exactly."""

    total: Decimal
    probability: float
    start: Decimal
    reasons: tuple[Reason, ...]


@lru_cache(1)
def weights() -> Weights:
    """The weights in force."""
    said = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Weights(said["weights"], said["start"], said["threshold"])


def own_points(levels: Iterable[str], by: Weights) -> int:
    """The sum of the levels' weights and the start."""
    return by.start + sum(map(by.points.__getitem__, levels))


def rivals(own: Sequence[int]) -> list[int]:
    """What each of the candidates with these points loses to the others; the order of the rows does not matter."""
    odds = [exp(points / HUNDREDTHS) for points in own]
    everything = fsum(odds)
    return [-round(HUNDREDTHS * log1p(max(0.0, everything - one))) for one in odds]


def rank(record: Side, candidates: Iterable[Side], by: Weights) -> list[Scored]:
    """The candidates of one record, most likely first."""
    told = [(side, tuple(evidence.compare(record, side))) for side in candidates]
    own = [own_points(levels, by) for _side, levels in told]
    scored = [
        Scored(side, levels, points, lost) for (side, levels), points, lost in zip(told, own, rivals(own), strict=True)
    ]
    return sorted(scored, key=_place)


def _place(scored: Scored) -> tuple[int, int, str]:
    record = scored.side.record
    return -scored.total, _ORDER.get(record.level, 0), record.number


def explain(scored: Scored, by: Weights) -> Score:
    """The score with its reasons, heaviest first; those that weigh nothing are left out."""
    terms = [(level, by.points[level]) for level in scored.levels] + [(RIVALS, scored.rivals)]
    reasons = [Reason(code, _decimal(points), _count(code, scored.side)) for code, points in terms if points]
    reasons.sort(key=lambda reason: (-abs(reason.weight), reason.code))
    return Score(_decimal(scored.total), scored.probability, _decimal(by.start), tuple(reasons))


def _decimal(points: int) -> Decimal:
    return Decimal(points).scaleb(-2)


_COUNTS = {"name": "names", "phone": "phones", "mail": "mails", "p_number": "p_numbers", "cvr": "cvrs"}


def _count(code: str, side: Side) -> int:
    field = _COUNTS.get(code.partition(".")[0])
    return getattr(side, field) if field else 0
