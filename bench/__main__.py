"""`make bench [ONLY=name]`: print a table of ratios, write bench/results.json; ends 1 where a bound is broken.

Runs in a database of its own, made and dropped like that of the tests.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

from bench.runner import Case, Result, measure

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
OURS = {"__init__", "__main__", "runner"}


def names() -> list[str]:
    """Every benchmark, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in OURS)


def cases(name: str) -> Iterator[Case]:
    """The cases of one benchmark."""
    yield from importlib.import_module(f"bench.{name}").cases()


def show(result: Result) -> None:
    """One line of the table, as soon as it is known."""
    judged = f"{'–':>7}" if result.bound is None else f"{result.bound:>7.2f}  {'holds' if result.holds else 'BROKEN'}"
    print(
        f"{result.name:<20} {result.case:<36} {result.ours:>10.3f} {result.baseline:>10.3f} {result.unit:<4}"
        f" {result.ratio:>7.2f} {judged}",
        flush=True,
    )


def keep(results: list[Result]) -> None:
    """Write the new results over those of the same benchmarks, and leave the others as they were."""
    measured = {result.name for result in results}
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    kept = [entry for entry in before if entry["name"] in names() and entry["name"] not in measured]
    entries = sorted(
        [*kept, *(result.as_json() for result in results)], key=lambda entry: (entry["name"], entry["case"])
    )
    RESULTS.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")


def main(wanted: list[str]) -> int:
    """Measure what is wanted, or everything."""
    if unknown := set(wanted) - set(names()):
        print(f"No benchmark is called {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415  (needs Django set up)

    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    print(f"{'name':<20} {'case':<36} {'ours':>10} {'baseline':>10} unit {'ratio':>7} {'bound':>7}")
    results = []
    try:
        for name in wanted or names():
            for case in cases(name):
                results.append(measure(name, case))
                show(results[-1])
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)
    keep(results)
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
