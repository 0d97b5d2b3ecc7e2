"""The programs run and watched: what they say, and the most memory that they held."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools" / "bench" / "bin" / "python"
# Seconds between two looks at the memory.
OFTEN = 0.1

type Said = dict[str, float]


def baseline(module: str, what: str, model: Path, folders: Sequence[Path]) -> Said:
    """Run a baseline in the environment of its own; its peak memory is its own figure."""
    words = [str(TOOLS), "-m", f"bench.matchers.{module}", what, str(model), *map(str, folders)]
    done = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    said: Said = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    return said


def ours(folder: Path) -> Said:
    """Run the product's matching; its peak memory is Python's and that of every process of PostgreSQL's."""
    words = [sys.executable, "-m", "bench.matchers.ours", str(connection.settings_dict["NAME"]), str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        watch = _Watch(child.pid, _postmaster())
        out, _none = child.communicate()
        watch.done.set()
        watch.join()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, words)
    said: Said = json.loads(out)
    return {**said, "megabytes": watch.peak}


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


class _Watch(threading.Thread):
    """Keeps the greatest sum of proportional set sizes: pages that processes share count once."""

    def __init__(self, child: int, postmaster: int) -> None:
        super().__init__(daemon=True)
        self.peak, self.done = 0.0, threading.Event()
        self._child, self._postmaster = child, postmaster
        self.start()

    def run(self) -> None:
        while not self.done.wait(OFTEN):
            self.peak = max(self.peak, sum(map(_held, [self._child, self._postmaster, *self._servers()])))

    def _servers(self) -> list[int]:
        said = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text()
        return [int(one) for one in said.split() if int(one) != os.getpid()]


def _held(process: int) -> float:
    """Megabytes; none of a process that has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0)
