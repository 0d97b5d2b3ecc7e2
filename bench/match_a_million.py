"""The matching of 100,000 A-numbers in an invented register of 1,000,000, as `match_duplicates` measures it.

The baselines learn from the same invented world; the product's weights have never seen it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.matchers import sets
from bench.material import invented, population
from bench.runner import Case

MILLION = (1_000_000, 100_000)
# 1 - F1, so that smaller is better.
MISSED = 0.06


def cases() -> Iterator[Case]:
    """Time and memory, then how well."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            yield from _cases(Path(scratch))
        finally:
            population.restore()


def _cases(folder: Path) -> Iterator[Case]:
    """Invented, and so are the sets that the baselines learn from: they know this world, ours does not."""
    sets.train(folder, [invented.write(folder / f"world-{nth}", 5_000, 1_500, nth) for nth in range(200, 204)])
    size = f"{MILLION[0]:,}"
    million = sets.Set(size, invented.write(folder / "million", *MILLION, 7), folder)
    yield Case(f"{size}, time to splink", million.time("ours"), million.time("splinks"), 4.0, rounds=1)
    yield Case(f"{size}, time to splink, prepared", *million.known("ready"), None, rounds=1)
    yield Case(f"{size}, memory to splink", *sets.both(million, "megabytes"), 4.0, "MB", 1)
    yield Case(f"{size}, writing the keys", lambda: million.keys, million.figure("splinks", "seconds"), 20.0, rounds=1)
    yield Case(f"{size}, 1-F1 to .06", million.missed("ours", "f1"), lambda: MISSED, 1.0, "", 1)
    yield from sets.quality(million)
