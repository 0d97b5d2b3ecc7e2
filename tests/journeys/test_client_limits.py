"""The reference client from nothing, within what anyone may call; where that is too little, it waits as it is told."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from registry import ledger, limits
from registry.api.pages import MOST
from registry.models import Allowance
from tests import builders, serving
from tests.journeys.test_client import CLIENT, copy_position

if TYPE_CHECKING:
    from pathlib import Path

# Two processes, in which anyone has two calls in two seconds.
LIMITED = serving.THREADED.replace(
    "from gunicorn", "from registry import limits; limits.ANYONE = limits.Policy('enhver', 2, 2); from gunicorn"
).replace("'--threads'", "'--workers', '2', '--threads'")
NATION = 500_000


def run(address: str, copy: Path) -> str:
    """Run the client until it is up to date. Gives what it said."""
    sent = [sys.executable, str(CLIENT), address, str(copy), "--en-gang"]
    return subprocess.run(sent, check=True, timeout=60, capture_output=True, text=True).stderr


@pytest.mark.slow
def test_a_copy_from_nothing_takes_a_few_calls(own_database: str, tmp_path: Path) -> None:
    builders.tree()
    with serving.served(own_database) as address:
        assert run(address, tmp_path / "kopi.sqlite") == ""
    assert copy_position(tmp_path / "kopi.sqlite") == ledger.head()
    # Manifest, file and a page of events; a process takes one call first, then two at once.
    assert Allowance.objects.get().spent == 3


def test_the_whole_list_is_within_what_anyone_may_call_in_a_minute() -> None:
    lost = 6 * (limits.BLOCK - 1)  # by six processes
    assert limits.ANYONE.calls - lost >= NATION / MOST
    assert limits.SYSTEM.calls - lost >= 3 * NATION / MOST


@pytest.mark.slow
def test_where_there_are_too_few_it_waits_as_it_is_told(own_database: str, tmp_path: Path) -> None:
    builders.tree()
    with serving.served(own_database, LIMITED) as address:
        said = run(address, tmp_path / "kopi.sqlite")
    assert "429" in said
    assert copy_position(tmp_path / "kopi.sqlite") == ledger.head()
