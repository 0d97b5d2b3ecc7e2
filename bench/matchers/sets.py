"""A set laid out for all the programs, what they say of it, and the cases that come of that."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.matchers import running
from bench.material import invented, labelled
from bench.runner import Case, seconds
from institutions.duplicates import stored

SETS = Path(__file__).resolve().parents[3] / "shared" / "matching"


class Set:
    """A set laid out with its keys, and what each program said of it."""

    def __init__(self, name: str, folder: Path, models: Path) -> None:
        self.name, self.folder, self._models = name, folder, models
        self.said: dict[str, list[running.Said]] = {}
        labelled.lay_out(folder)
        self.keys = seconds(stored.rekey_all)

    def run(self, who: str) -> running.Said:
        """Run once, and keep what it says."""
        said = running.ours(self.folder) if who == "ours" else self._baseline(who)
        self.said.setdefault(who, []).append(said)
        return said

    def _baseline(self, who: str) -> running.Said:
        return running.baseline(who, "link", self._models / who, [self.folder])

    def time(self, who: str) -> Callable[[], float]:
        """Run, and give the seconds."""
        return lambda: self.run(who)["seconds"]

    def figure(self, who: str, what: str) -> Callable[[], float]:
        """The median of what it said; runs where it has not run."""
        return lambda: median(said[what] for said in self.said.get(who) or [self.run(who)])

    def known(self, what: str) -> tuple[Callable[[], float], Callable[[], float]]:
        """The seconds of ours, and another figure of splink's."""
        return self.figure("ours", "seconds"), self.figure("splinks", what)

    def missed(self, who: str, what: str = "best") -> Callable[[], float]:
        """What is missing to an F1 of 1."""
        return lambda: 1 - self.figure(who, what)()


def both(one: Set, what: str) -> tuple[Callable[[], float], Callable[[], float]]:
    """The figure of ours and of splink's."""
    return one.figure("ours", what), one.figure("splinks", what)


def quality(one: Set) -> Iterator[Case]:
    """How much is missing to an F1 of 1, to both baselines."""
    for who, called in (("splinks", "splink"), ("features", "rapidfuzz")):
        yield Case(f"{one.name}, 1-F1 to {called}", one.missed("ours", "f1"), one.missed(who), 1.0, "", 1)


def train(folder: Path, sets: list[Path]) -> None:
    """Let the baselines learn, and keep their models in the folder."""
    for who in ("splinks", "features"):
        running.baseline(who, "train", folder / who, sets)


def named(name: str) -> str:
    """What to call a set: an invented one says so."""
    return name if SETS.exists() else f"invented as {name}"


def found(name: str, size: tuple[int, int], seed: int, folder: Path) -> Path:
    """The set beside the project, or an invented one of the same size."""
    return SETS / name if SETS.exists() else invented.write(folder / name, *size, seed)
