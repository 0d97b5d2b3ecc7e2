"""How good the matching is, band by band, on labelled sets: measured offline, kept as data, shown on a page.

    python -m institutions.duplicates.measured SET... [--out figures.json]

A SET is a folder with register.csv, a-numre.csv and truth.csv, as for `fit`. Only sets that were never fitted on say
anything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from institutions.duplicates import lessons, scoring
from institutions.duplicates.memory import Register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIGURES = Path(__file__).with_name("figures.json")
# The lower ends of the bands, highest first; the product's threshold is one more.
BANDS = (0.99, 0.9, 0.7, 0.2, 0.05)


@dataclass(frozen=True, slots=True)
class Band:
    """The best proposals of A-numbers with a score from `least` up to the next band.

    `found` is the share of all that have a counterpart whose right one is proposed with `least` or more.
    """

    least: float
    proposed: int
    right: int
    found: float

    @property
    def precision(self) -> float:
        """The share of the band's proposals that is right; 0 where there is none."""
        return self.right / self.proposed if self.proposed else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A set's figures. `precision` and `recall` are those at the product's threshold."""

    name: str
    register: int
    legacy: int
    precision: float
    recall: float
    bands: tuple[Band, ...]

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@lru_cache(1)
def figures() -> tuple[Mapping[str, Any], tuple[Measured, ...]]:
    """Where the figures come from, and those of each set."""
    said = json.loads(FIGURES.read_text(encoding="utf-8"))
    sets = [Measured(**{**one, "bands": tuple(Band(**band) for band in one["bands"])}) for one in said["sets"]]
    return said["provenance"], tuple(sets)


def fingerprint() -> str:
    """Names the weights in force: figures with another one are of other weights."""
    by = scoring.weights()
    told = json.dumps([dict(sorted(by.points.items())), by.start, by.threshold])
    return hashlib.sha256(told.encode()).hexdigest()


def measure(folder: Path) -> Measured:
    """A labelled set's figures."""
    labelled = lessons.read(folder)
    by = scoring.weights()
    register = Register(labelled.register, labelled.legacy)
    best = []
    for record in labelled.legacy:
        ranking = register.rank(record, by)
        if ranking:
            right = labelled.truth.get(record.number, "") == ranking[0].side.record.number
            best.append((ranking[0].probability, right))
    known = sum(1 for answer in labelled.truth.values() if answer)
    proposed = [right for score, right in best if score >= by.threshold]
    return Measured(folder.name, len(labelled.register), len(labelled.legacy), sum(proposed) / len(proposed),
                    sum(proposed) / known, _bands(best, known, by.threshold))  # fmt: skip


def _bands(best: Sequence[tuple[float, bool]], known: int, threshold: float) -> tuple[Band, ...]:
    found, above = [], 1.1
    for least in sorted({*BANDS, threshold}, reverse=True):
        inside = [right for score, right in best if least <= score < above]
        upward = sum(right for score, right in best if score >= least)
        found.append(Band(least, len(inside), sum(inside), upward / known))
        above = least
    return tuple(found)


def main() -> None:
    """Measure the sets and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=FIGURES)
    given = parser.parse_args()
    told = {
        "provenance": {
            "script": "python -m institutions.duplicates.measured", "date": date.today().isoformat(),  # noqa: DTZ011
            "weights": fingerprint(), "threshold": scoring.weights().threshold,
        },
        "sets": [asdict(measure(folder)) for folder in given.sets],
    }  # fmt: skip
    given.out.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
