# ruff: noqa: S311 - a seed that repeats is the point
"""A week of random changes by eight who write at once; three copies, killed at random, are at last the register.

REGISTRY_TEST_WEEK=20 lets each act so often a day instead of twice; REGISTRY_TEST_SEED=n gives another week.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from institutions import asof, calendar, snapshots
from institutions.api import told
from institutions.models import Level
from registry import ledger, periods
from registry.models import Event
from tests import at_once, builders, reporting, serving, walking, writing
from tests.builders import ACTOR
from tests.journeys.test_client import CLIENT, held, register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SEED, ACTS = int(os.environ.get("REGISTRY_TEST_SEED", "7")), int(os.environ.get("REGISTRY_TEST_WEEK", "2"))
KOMMUNER = ("101", "147")
MOST = 10_000  # rows: more than there will be
SECONDS = 0.4, 1.6
EVERY_KIND = {
    "lifecycle.open", "lifecycle.correct", "lifecycle.move", "lifecycle.close", "lifecycle.take_effect",
    "consolidation.execute", "consolidation.undo",
}  # fmt: skip


class Reader:
    """A program that keeps a copy, killed after a while and begun again until it may stop."""

    def __init__(self, *command: str, file: Path, chance: random.Random, forgets: bool = False) -> None:
        self.command, self.file, self.chance, self.forgets = [sys.executable, *command], file, chance, forgets
        self.kills, self.stop = 0, threading.Event()
        self.thread = threading.Thread(target=self._keep)
        self.thread.start()

    def _keep(self) -> None:
        while not self.stop.is_set():
            with subprocess.Popen(self.command, stderr=subprocess.DEVNULL) as program:
                self.stop.wait(self.chance.uniform(*SECONDS))
                program.kill()
                self.kills += program.wait() == -signal.SIGKILL
            if self.forgets and self.chance.random() < 0.3:
                self.file.unlink(missing_ok=True)

    def end(self, *last: str) -> None:
        """Stop, and let it come to the end undisturbed."""
        self.stop.set()
        self.thread.join()
        assert self.kills > 2
        subprocess.run([*self.command, *last], check=True, timeout=120)


def grow() -> None:
    """Some of every kind in two municipalities."""
    for code in KOMMUNER:
        for _top in range(3):
            top = builders.daginstitution(kommune=code)
            for place in range(2):
                builders.alternative(builders.unit(top, name=f"Hus {code} {place}"))
    for place in range(8):
        builders.agreement(builders.legacy(f"A1000{place}", email="mor@example.dk"))


def copied(file: Path) -> dict[str, dict[str, Any]]:
    """The copy of the one who reads page by page."""
    with closing(sqlite3.connect(file)) as copy:
        return {number: json.loads(row) for number, row in copy.execute("SELECT number, row FROM copy")}


def listed(day: date) -> dict[str, dict[str, Any]]:
    """What the register itself says of a day."""
    every = [*asof.rows(day, limit=MOST), *asof.rows(day, filters=asof.Filters(levels=(Level.UDENFOR,)), limit=MOST)]
    return {one.number: json.loads(json.dumps(told.row(one), default=str)) for one in every}


def differs(row: dict[str, Any], state: dict[str, Any], day: date) -> list[str]:
    """The fields in which a row of the list is not what the state says of the day."""
    begun = [one for one in state["versioner"] if not one["gyldigFra"] or one["gyldigFra"] <= day.isoformat()]
    return [name for name, value in begun[-1].items() if name != "aarsag" and row[name] != value]


def the_week(writers: Sequence[writing.Writer], clock: Path) -> None:
    """Seven days, each turned while all write; the last one alone."""
    first = periods.today()
    for days in range(8):
        today = first + timedelta(days=days)
        set_clock(clock, today)
        works = [partial(one.work, today, acts=ACTS) for one in writers] if days < 7 else []
        outcomes = at_once.run(partial(calendar.turn, actor=ACTOR), *works)
        assert outcomes[1:] == [None] * len(works)
        assert isinstance(outcomes[0], int), outcomes[0]
        snapshots.make()


def set_clock(clock: Path, day: date) -> None:
    """What day it is for the server and here; nobody reads half of it."""
    (clock.parent / "next").write_text(day.isoformat(), encoding="utf-8")
    (clock.parent / "next").replace(clock)


@pytest.mark.slow
def test_three_copies_are_at_last_the_register(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"REGISTRY_TEST_SEED={SEED}")  # noqa: T201 - shown with a failure
    chance, clock, last = random.Random(SEED), tmp_path / "today", periods.today() + timedelta(days=7)
    set_clock(clock, periods.today())
    monkeypatch.setattr(periods, "today", lambda: date.fromisoformat(clock.read_text(encoding="utf-8")))
    grow()
    headers = reporting.Reporter(kommune="101").headers
    reporting.mandate(kommune="147")
    server = serving.Server(own_database, serving.ON_A_DAY, TEST_DAY=str(clock))
    pages, feed, both = (tmp_path / f"{name}.sqlite" for name in ("pages", "feed", "both"))
    readers = [
        Reader(walking.__file__, server.address, str(pages), str(last), file=pages, chance=random.Random(SEED)),
        Reader(str(CLIENT), server.address, str(from_nothing(feed)), file=feed, chance=random.Random(SEED + 1)),
        Reader(str(CLIENT), server.address, str(both), file=both, chance=random.Random(SEED + 2), forgets=True),
    ]
    kinds = [writing.ByRules, writing.Consolidating, writing.ByVerbs, writing.Delivering] * 2
    try:
        writers = [kind(random.Random(chance.random()), address=server.address, headers=headers) for kind in kinds]
        the_week(writers, clock)
        for reader, option in zip(readers, ("--once", "--en-gang", "--en-gang"), strict=True):
            reader.end(option)
    finally:
        for reader in readers:
            reader.stop.set()
            reader.thread.join()
        # At once: it would wait for those who wait for news.
        server.kill()
    assert set(Event.objects.values_list("action", flat=True)) >= EVERY_KIND
    assert all(one.done for one in writers)
    assert held(feed) == register()
    assert held(both) == register()
    assert copied(pages) == listed(last)
    states = held(feed)[1]
    assert [number for number, row in copied(pages).items() if differs(row, states[number], last)] == []
    assert [one for one in ledger.verify() if isinstance(one, ledger.Break)] == []


def from_nothing(file: Path) -> Path:
    """A copy that begins at the feed's beginning, not with a snapshot."""
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.executescript(
            "CREATE TABLE institution (nummer TEXT PRIMARY KEY, tilstand TEXT NOT NULL);"
            "CREATE TABLE position (en INTEGER PRIMARY KEY CHECK (en = 1), position INTEGER NOT NULL);"
            "INSERT INTO position VALUES (1, 0);"
        )
    return file
