"""`export_register --format csv` against PostgreSQL's own COPY of the same columns, in two readings.

From the same tables, so that COPY must find and sort the columns as we must; and, harder, from a table that
has them ready and in order. Most of the second ratio is the server's joins and sort, not ours.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench.material import population
from bench.runner import Case, seconds
from institutions import asof
from institutions.exporting import comma
from institutions.exporting.cells import FIELDS

SMALL, LARGE = 5_000, 500_000  # versions
DAY = date(2026, 1, 1)
READY = "bench_ready"
# Growth between the two: the buffers of one file and one row, whatever the number of rows.
MEMORY = 1.1
CHILD = """
import io
import sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
call_command("export_register", sys.argv[2], "--on", sys.argv[3], stdout=io.StringIO())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def cases() -> Iterator[Case]:
    """Time at both sizes, and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        try:
            _lay_out(SMALL)
            yield Case(f"{SMALL:,} versions", _ours(path), _theirs(path, _selected()), 3.0, rounds=31)
            yield Case(f"{SMALL:,} versions, ready table", _ours(path), _theirs(path, READY), 3.0, rounds=31)
            little = _peak(path)
            _lay_out(LARGE)
            yield Case(f"{LARGE:,} versions", _ours(path), _theirs(path, _selected()), 3.0)
            yield Case(f"{LARGE:,} versions, ready table", _ours(path), _theirs(path, READY), 3.0)
            yield Case(f"peak memory, {LARGE:,} to {SMALL:,}", lambda: _peak(path), lambda: little, MEMORY, "MB", 1)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS bench_ready")
            population.restore()


def _lay_out(count: int) -> None:
    population.fill(count)
    ready = asof.select(DAY, columns={column: comma.cell(column) for column in FIELDS}, whole=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_ready")
        cursor.execute(f"CREATE TABLE bench_ready AS {ready.sql} ORDER BY {asof.PARENTS_FIRST}", ready.parameters)
        cursor.execute("VACUUM ANALYZE bench_ready")


def _ours(path: Path) -> Callable[[], float]:
    def work() -> float:
        # To put a file in the place of another waits for the disk, which is not what is measured.
        path.unlink(missing_ok=True)
        return seconds(lambda: call_command("export_register", str(path), "--on", DAY.isoformat(), stdout=StringIO()))

    return work


def _selected() -> str:
    """The same columns from the same tables, as one statement."""
    columns = asof.select(DAY, columns={column: comma.cell(column) for column in FIELDS}, whole=True)
    with connection.cursor() as cursor:
        told: str = cursor.mogrify(f"{columns.sql} ORDER BY {asof.PARENTS_FIRST}", columns.parameters)
    return f"({told})"


def _theirs(path: Path, source: str) -> Callable[[], float]:
    def copy() -> None:
        statement = f"COPY {source} TO STDOUT (FORMAT csv, DELIMITER ';', HEADER)"
        with connection.cursor() as cursor, path.open("wb") as out, cursor.copy(statement) as rows:
            for row in rows:
                out.write(row)

    def work() -> float:
        path.unlink(missing_ok=True)
        return seconds(copy)

    return work


def _peak(path: Path) -> float:
    """The most memory that a process of its own held while it exported, in megabytes."""
    name = str(connection.settings_dict["NAME"])
    child = [sys.executable, "-c", CHILD, name, str(path), DAY.isoformat()]
    return int(subprocess.run(child, check=True, capture_output=True, text=True).stdout) / 1024
