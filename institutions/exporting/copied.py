"""Rows straight from PostgreSQL's COPY."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Copy

# The most that the server may sort in. A register of today's size takes 8 MB; one of 500,000 rows took 150 MB, and half
# as long again where it had to sort on the disk.
ROOM = "256MB"


def rows(copy: Copy) -> Iterator[bytes | bytearray | memoryview]:
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
