"""The matching of A-numbers against splink on DuckDB, and against rapidfuzz features with a logistic regression.

Side by side on the same set, each in a process of its own. Timed is ours from stored keys to ranked candidates, the
texts of all that is compared taken apart again; and splink from the set to ranked candidates: it cleans, and learns
from the set how often values agree by chance. A line without a bound says what it takes where both were done before,
as rapidfuzz's cleaning was. A line with the writing of the keys says what those cost us. The sets are those beside the
project, else invented ones of the same size. F1 is ours at the product's threshold, and theirs where it is best.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from django.db import connection

from bench.matchers import sets
from bench.material import population
from bench.runner import Case, seconds
from institutions.duplicates import candidates, stored
from institutions.models import Institution, Level

TRAINING = ("train-1", "train-2", "train-3", "train-4")
SMALL, NATIONAL = (6_291, 1_500), (50_000, 20_000)
CHANGED = 50
ONE_RECORD = 20  # ms
_PROBE = (
    "SELECT v.institution_id, similarity(v.name, %s) AS alike FROM institutions_version v WHERE v.name %% %s"
    " ORDER BY alike DESC LIMIT 12"
)


def cases() -> Iterator[Case]:
    """The real and the national set, and one record."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            yield from _known(folder)
        finally:
            population.restore()


def _known(folder: Path) -> Iterator[Case]:
    sets.train(folder, [sets.found(name, (5_000, 1_500), nth, folder) for nth, name in enumerate(TRAINING, 100)])
    real = sets.Set(sets.named("real"), sets.found("real", SMALL, 1, folder), folder)
    yield Case(f"{real.name}, time to splink", real.time("ours"), real.time("splinks"), 0.6)
    yield Case(f"{real.name}, time to splink, prepared", *real.known("ready"), None, rounds=1)
    yield Case(f"{real.name}, time to rapidfuzz", real.figure("ours", "seconds"), real.time("features"), None)
    yield from sets.quality(real)
    national = sets.Set(sets.named("national"), sets.found("national", NATIONAL, 2, folder), folder)
    yield Case(f"{national.name}, time to splink", national.time("ours"), national.time("splinks"), 1.0)
    yield Case(f"{national.name}, time to splink, prepared", *national.known("ready"), None, rounds=1)
    yield Case(f"{national.name}, memory to splink", *sets.both(national, "megabytes"), 0.7, "MB", 1)
    yield Case(f"{national.name}, time to rapidfuzz", national.figure("ours", "seconds"), national.time("features"),
               None, rounds=1)  # fmt: skip
    yield from sets.quality(national)
    yield Case(f"{national.name}, writing the keys", lambda: national.keys, national.figure("splinks", "seconds"),
               4.0, rounds=1)  # fmt: skip
    yield from _one()


def _one() -> Iterator[Case]:
    """Changed records, one after another, among those of the national set; the probe is over the same names."""
    chance = random.Random(3)  # noqa: S311 - the same every time, no secret
    known = Institution.objects.filter(level=Level.UDENFOR).order_by("pk")
    some = chance.sample(list(known), CHANGED)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX bench_names ON institutions_version USING gin (name gin_trgm_ops)")
        cursor.execute("ANALYZE institutions_version")
    yield Case("one record, to a trigram probe", lambda: _each(some, _again), lambda: _each(some, _probe), 1.0, "ms")
    yield Case("one record, to 20 ms", lambda: _each(some, _again), lambda: ONE_RECORD, 1.0, "ms")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bench_names")


def _each(some: list[Institution], work: Callable[[Institution], object]) -> float:
    return median(1000 * seconds(lambda one=one: work(one)) for one in some)  # type: ignore[misc]  # bound now


def _again(one: Institution) -> None:
    stored.rekey([one.pk])
    candidates.refresh_one(one)


def _probe(one: Institution) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM institutions_version WHERE institution_id = %s", [one.pk])
        (name,) = cursor.fetchone()
        cursor.execute(_PROBE, [name, name])
        cursor.fetchall()
