"""Reading through `/api/v1/`, served by gunicorn with one worker, against what does the same without an interface.

One institution, four calls at a time, against a view that does nothing under the same server; the feed from its
beginning against a bare SELECT of the same events written as JSON; the whole register as CSV and NDJSON against COPY of
the same columns from the same tables, and against a plain ModelSerializer of Django REST framework and a plain schema
of django-ninja under the same server.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPConnection
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connection

from bench.material import population, register_file
from bench.material.server import DAY, EMPTY, PLAIN, ask, call, served
from bench.runner import Case, seconds
from institutions import asof
from institutions.exporting import comma
from institutions.exporting.cells import FIELDS
from institutions.models import Institution

SMALL, LARGE = 5_000, 500_000
CALLS = 500
# Requests a second of ours to the empty view's: at least 0.3, and where nothing has changed 0.5.
DETAIL, UNCHANGED = 1 / 0.3, 1 / 0.5
PLACES = "/api/v1/institutioner/"
WHOLE = f"{PLACES}?gaeldende={DAY}&format="


def cases() -> Iterator[Case]:
    """Single calls, the feed, and the whole register at both sizes."""
    with TemporaryDirectory() as scratch, served(str(connection.settings_dict["NAME"])) as caller:
        try:
            _import(Path(scratch))
            yield from _single(caller)
            yield Case("feed from the beginning", _feed(caller), _events, 3.0)
            for count in (SMALL, LARGE):
                population.fill(count)
                _analyze()
                yield from _whole(caller, count)
        finally:
            population.restore()


def _import(folder: Path) -> None:
    path = folder / "register.csv"
    path.write_bytes(register_file.content()[1])
    population.empty()
    call_command("import_register", str(path), stdout=StringIO())
    _analyze()


def _analyze() -> None:
    """As the server does by itself within a minute or two."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _single(caller: HTTPConnection) -> Iterator[Case]:
    chance = random.Random(5)  # noqa: S311 - the same every time, no secret
    every = list(Institution.objects.order_by("pk").values_list("number", flat=True))
    chance.shuffle(every)
    some, others = every[:CALLS], iter(every[CALLS:])
    empty = _calls([(EMPTY, {})] * CALLS, 200)
    # Each round others, of which nothing has been kept. Told and not judged: a reader asks for what others ask for too.
    first = _calls(((f"{PLACES}{one}/", {}) for one in others), 200)
    yield Case("one institution, for the first time", first, empty, None, "ms")
    yield Case("one institution", _calls([(f"{PLACES}{one}/", {}) for one in some], 200), empty, DETAIL, "ms")
    known = [(f"{PLACES}{one}/", {"If_None_Match": ask(caller, f"{PLACES}{one}/")[2]}) for one in some]
    yield Case("one institution, unchanged", _calls(known, 304), empty, UNCHANGED, "ms")


def _calls(asked: Iterable[tuple[str, Mapping[str, str]]], status: int) -> Callable[[], float]:
    def work() -> None:
        if set(got := call(islice(asked, CALLS))) != {status}:
            raise RuntimeError(got)

    return lambda: 1000 * seconds(work) / CALLS


def _feed(caller: HTTPConnection) -> Callable[[], float]:
    def read() -> None:
        page = {"til": 0, "ajour": False}
        while not page["ajour"]:
            page = json.loads(ask(caller, f"/api/v1/haendelser/?efter={page['til']}&antal=1000")[1])

    return lambda: seconds(read)


def _events() -> float:
    def read() -> None:
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT seq, at, action, subject, data, correlation FROM registry_event ORDER BY seq")
            names = ("seq", "at", "action", "subject", "data", "correlation")
            told = [json.dumps(dict(zip(names, row, strict=True)), default=str) for row in cursor]
        json.loads(f"[{','.join(told)}]")

    return seconds(read)


def _whole(caller: HTTPConnection, count: int) -> Iterator[Case]:
    for kind in ("csv", "ndjson"):
        yield Case(f"{count:,} as {kind}, to COPY", _get(caller, WHOLE + kind), _copy, 3.0)
    few = min(count, SMALL)
    ours = _row(caller, f"{WHOLE}ndjson", count)
    yield Case(f"{count:,} as ndjson, a row, to DRF", ours, _row(caller, f"{PLAIN}drf/{few}/", few), 0.2, "ms")
    yield Case(f"{count:,} as ndjson, a row, to ninja", ours, _row(caller, f"{PLAIN}ninja/{few}/", few), None, "ms")


def _get(caller: HTTPConnection, place: str) -> Callable[[], float]:
    def get() -> None:
        if (got := ask(caller, place)[0]) != 200:  # noqa: PLR2004 - HTTP's own
            raise RuntimeError(place, got)

    return lambda: seconds(get)


def _row(caller: HTTPConnection, place: str, count: int) -> Callable[[], float]:
    return lambda: 1000 * _get(caller, place)() / count


def _copy() -> float:
    columns = asof.select(DAY, columns={column: comma.cell(column) for column in FIELDS}, whole=True)

    def read() -> None:
        with connection.cursor() as cursor:
            told = cursor.mogrify(f"{columns.sql} ORDER BY {asof.PARENTS_FIRST}", columns.parameters)
            with cursor.copy(f"COPY ({told}) TO STDOUT (FORMAT csv, DELIMITER ';', HEADER)") as rows:
                b"".join(rows)

    return seconds(read)
