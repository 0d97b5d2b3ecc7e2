"""How a benchmark is written, measured and judged.

A benchmark is a module `bench/<name>.py` with a function `cases()` that yields `Case`s. Both sides of a case do the
same work on the same data; `bound` is the ratio that we promise to stay under.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

ROUNDS = 3


@dataclass(frozen=True)
class Case:
    """One comparison. `ours` and `baseline` return a figure in `unit`; smaller is better.

    Without a bound it is told and not judged.
    """

    case: str
    ours: Callable[[], float]
    baseline: Callable[[], float]
    bound: float | None
    unit: str = "s"
    rounds: int = ROUNDS


@dataclass(frozen=True)
class Result:
    """A line of the table and of bench/results.json."""

    name: str
    case: str
    ours: float
    baseline: float
    unit: str
    ratio: float
    bound: float | None
    holds: bool

    def as_json(self) -> dict[str, str | float | bool | None]:
        """The fields under their own names."""
        return asdict(self)


def seconds(work: Callable[[], object]) -> float:
    """The time that the work takes, without a garbage collection that it did not cause."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(name: str, case: Case) -> Result:
    """Turn about, so that a slow spell of the machine hits both sides; the median round of each counts."""
    rounds = [(case.ours(), case.baseline()) for _round in range(case.rounds)]
    ours, baseline = (median(side) for side in zip(*rounds, strict=True))
    ratio = ours / baseline
    return Result(
        name=name,
        case=case.case,
        ours=round(ours, 4),
        baseline=round(baseline, 4),
        unit=case.unit,
        ratio=round(ratio, 3),
        bound=case.bound,
        holds=case.bound is None or ratio <= case.bound,
    )
