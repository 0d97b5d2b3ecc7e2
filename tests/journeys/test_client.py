"""The reference client before a real server: killed at any line, again and again, its copy ends as the register."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import global_settings, settings
from django.test import override_settings

from institutions import asof, lifecycle, snapshots, timelines
from institutions.exporting import states
from institutions.models import Institution
from registry import ledger, periods
from registry.models import Reader, Snapshot
from tests import builders, calling, serving
from tests.working import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT = settings.BASE_DIR / "docs" / "klient" / "sync.py"
# Ends the process by SIGKILL before the line of the client that is the nth to be run.
KILLED = """
import os, runpy, signal, sys
left, script = int(sys.argv[1]), sys.argv[2]
def step(frame, event, _argument):
    global left
    if frame.f_code.co_filename != script:
        return None
    left -= event == "line"
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return step
sys.argv = sys.argv[2:]
sys.settrace(step)
runpy.run_path(script, run_name="__main__")
"""
LINES = 260  # about as many as one run has


@pytest.fixture
def address(own_database: str) -> Iterator[str]:
    with serving.served(own_database) as found:
        yield found


def run(address: str, copy: Path, *, lines: int | None = None) -> int:
    """Run the client until it is up to date, or so many lines. Gives how it ended."""
    begin = [str(CLIENT)] if lines is None else ["-c", KILLED, str(lines), str(CLIENT)]
    done = subprocess.run(
        [sys.executable, *begin, address, str(copy), "--en-gang"], check=False, timeout=60, capture_output=True
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode


def held(copy: Path) -> tuple[int, dict[str, Any]]:
    """The position and the states of a copy."""
    with closing(sqlite3.connect(copy)) as base:
        (position,) = base.execute("SELECT position FROM position").fetchone()
        return position, {number: json.loads(state) for number, state in base.execute("SELECT * FROM institution")}


def register() -> tuple[int, dict[str, Any]]:
    lines = timelines.load(Institution.objects.all())
    told = timelines.states(lines.values())
    return ledger.head(), {line.institution.number: states.state(told[key]) for key, line in lines.items()}


def something_happens(chance: random.Random, units: list[Institution]) -> None:
    unit = chance.choice(units)
    name, day = f"Navn {chance.randrange(10**6)}", date(2026, 2, 1) + timedelta(days=chance.randrange(300))
    lifecycle.correct(unit, on=day, actor=builders.ACTOR, name=name)
    if chance.random() < 0.3:
        units.append(builders.unit(units[0], on=day) if units[0].level == "daginstitution" else builders.unit())
    if chance.random() < 0.2:
        snapshots.make()


@pytest.mark.slow
def test_killed_at_any_line_it_ends_as_the_register(address: str, tmp_path: Path) -> None:
    chance = random.Random(20260327)  # noqa: S311 - the same points each time
    units = [builders.unit() for _each in range(3)]
    builders.legacy("A10001", email="mor@example.dk")
    ends = []
    for turn in range(3):
        copy = tmp_path / f"{turn}.sqlite"
        for lines in [*chance.sample(range(LINES), 7), *chance.sample(range(40), 2)]:
            something_happens(chance, units)
            ends.append(run(address, copy, lines=lines))
        something_happens(chance, units)
        assert run(address, copy) == 0
        assert held(copy) == register()
    assert ends.count(-signal.SIGKILL) > 15


@pytest.mark.slow
def test_it_follows_and_what_holds_today_is_the_list(address: str, tmp_path: Path) -> None:
    copy = tmp_path / "kopi.sqlite"
    top, unit, other = builders.tree()
    process = subprocess.Popen([sys.executable, str(CLIENT), address, str(copy)], stderr=subprocess.PIPE)
    try:
        until(lambda: copy.exists() and copy_position(copy) == ledger.head())
        builders.daginstitution(on=date(2099, 1, 1))
        lifecycle.close(other, on=date(2026, 3, 1), actor=builders.ACTOR, reason="Lukket")
        lifecycle.correct(unit, on=date(2026, 2, 1), actor=builders.ACTOR, name="Mågereden")
        until(lambda: copy_position(copy) == ledger.head())
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    with closing(sqlite3.connect(copy)) as base:
        today = base.execute("SELECT nummer, niveau, status, navn, overordnetNummer FROM i_dag ORDER BY nummer")
        rows = asof.rows(periods.today(), limit=9)
        assert today.fetchall() == [(one.number, one.level, one.status, one.name, one.parent) for one in rows]
    assert [one.number for one in rows] == sorted([top.number, unit.number, other.number])


@pytest.mark.slow
def test_with_a_key_it_tells_how_far_it_has_come(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):  # the server's own
        issued = calling.key("laes", system="AB123456")
    monkeypatch.setenv("REGISTER_NOEGLE", issued.credential.client_id)
    monkeypatch.setenv("REGISTER_HEMMELIGHED", issued.secret)
    builders.tree()
    assert run(address, tmp_path / "kopi.sqlite") == 0
    reader = Reader.objects.get(pk="AB123456")
    assert reader.position == ledger.head()
    assert (reader.second_schema_at is not None, reader.unsaid_schema_at) == (True, None)


@pytest.mark.slow
def test_a_register_that_was_set_back_is_begun_anew(address: str, tmp_path: Path) -> None:
    copy = tmp_path / "kopi.sqlite"
    builders.tree()
    assert run(address, copy) == 0
    with closing(sqlite3.connect(copy)) as base, base:
        base.execute("UPDATE position SET position = 999")
        base.execute("INSERT INTO institution VALUES ('G99999', '{}')")
    assert run(address, copy) == 0
    assert held(copy) == register()
    assert Snapshot.objects.count() == 1


def copy_position(copy: Path) -> int:
    with closing(sqlite3.connect(copy)) as base:
        try:
            row = base.execute("SELECT position FROM position").fetchone()
        except sqlite3.OperationalError:
            return -1
    return int(row[0]) if row else -1
