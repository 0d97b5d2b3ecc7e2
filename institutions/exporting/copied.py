"""Rows straight from PostgreSQL's COPY, without the texts of their codes: these are put in here.

The server is spared ten columns and the tables that they come from, a quarter of its work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from institutions import asof
from institutions.columns import FACTS, TEXTS
from institutions.models import Municipality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from psycopg import Copy

    type Pairs = list[tuple[str, str]]

# The codes, each with its text after it: ten columns side by side.
CODED = ("instType3", "ejerformKode", "lovgrundlagKode", "admKommuneKode", "kommuneKode")
# The most that the server may sort in. A register of today's size takes 8 MB; one of 500,000 rows took 150 MB, and half
# as long again where it had to sort on the disk.
ROOM = "256MB"


class Texts(dict[bytes, bytes]):
    """The ten coded columns, as `told` writes the five pairs of code and text, by their five codes, as `read`."""

    def __init__(self, on: date, told: Callable[[Pairs], str], read: Callable[[bytes], str] = bytes.decode) -> None:
        places = dict(Municipality.objects.values_list("code", "name"))
        self.tables: Sequence[Mapping[str, str]] = [
            *(asof.texts(TEXTS[f"{column}_Tekst"], on) for column in CODED[:3]), places, places
        ]  # fmt: skip
        self.told, self.read = told, read

    def __missing__(self, codes: bytes) -> bytes:
        given = zip(self.read(codes).split(","), self.tables, strict=True)
        self[codes] = self.told([(code, table.get(code, "")) for code, table in given]).encode()
        return self[codes]


def codes() -> str:
    """The five codes of a row in SQL."""
    return " || ',' || ".join(f"coalesce({asof.expression(FACTS[column])}, '')" for column in CODED)


def rows(sql: str, parameters: Mapping[str, Any], form: str) -> Iterator[bytes]:
    """The rows of a SELECT as COPY writes them in a form, of one moment, with flat memory."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{ROOM}'")
        wanted = cursor.mogrify(sql, parameters)
        with cursor.copy(f"COPY ({wanted}) TO STDOUT ({form}, ENCODING 'UTF8')") as copy:
            yield from map(bytes, _rows(copy))


def _rows(copy: Copy) -> Iterator[bytes | bytearray | memoryview]:
    """Each row as the server sends it. The driver's own loop waits anew for each, which took longer."""
    first = copy.read()  # waits as the driver does, so that an interruption is heard while the server sorts
    if not first:
        return
    yield first
    server = copy.connection.pgconn
    while (message := server.get_copy_data(0))[0] > 0:
        yield message[1]
    while result := server.get_result():
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)
