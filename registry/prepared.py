"""Questions that are asked again and again, planned by the server once for each connection.

Planning the SELECT of one institution takes it thirty times as long as reading it. Django's own cursors put the values
into the text, so that each question is a new one to the server; here they are sent beside it.
Source: https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import InterfaceError, OperationalError, connection
from psycopg import Cursor

if TYPE_CHECKING:
    from collections.abc import Mapping

# The driver prepares nothing by itself: only what it is told to.
NEVER = 2**31


class Kept(Cursor[tuple[Any, ...]]):
    """A cursor whose statements the server plans once."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:  # noqa: ANN401 - the driver's own
        """Send a statement and its values apart."""
        return super().execute(query, params, **{**options, "prepare": True})


def rows(sql: str, parameters: Mapping[str, Any], *, keep: bool = True) -> list[tuple[Any, ...]]:
    """The rows of a SELECT. `keep` the plan, but for one whose values decide how it is best read."""
    if connection.connection is None or connection.in_atomic_block or connection.health_check_done:  # type: ignore[attr-defined]
        return _ask(sql, parameters, keep=keep)
    # The first question of a request: its answer says that the connection is alive, which need not be asked before.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _ask(sql, parameters, keep=keep)
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        connection.close()
        return _ask(sql, parameters, keep=keep)


def _ask(sql: str, parameters: Mapping[str, Any], *, keep: bool) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    driver = connection.connection
    driver.prepare_threshold = NEVER
    plain = (Kept if keep else Cursor)(driver)
    # As Django makes its own: what is logged and counted there is here.
    with (connection.make_debug_cursor if connection.queries_logged else connection.make_cursor)(plain) as cursor:  # type: ignore[arg-type]
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
