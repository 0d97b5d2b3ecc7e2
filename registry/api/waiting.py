"""Waiting for news of the ledger: one watcher for all who wait in a process; none of them holds the database.

A reader that waited on a connection of its own would hold one for half a minute; a hundred of them all there are.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection

from registry import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

STEP = 0.2  # seconds between two looks at the ledger's end, a third of a millisecond each
MOST = 8  # who wait in one process: each takes one of its threads


class Watch:
    """Looks at the ledger's end while anybody waits, in a thread of its own, and wakes those it has news for."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._head = 0
        self._waiting = 0
        self._watching = False

    def beyond(self, head: int, *, seconds: float) -> bool:
        """Wait until the ledger has an event after `head`. False where none came in time.

        At once, too, where as many wait already as may: each takes one of the server's threads.
        """
        with self._joined() as may:
            return may and self._news.wait_for(lambda: self._head > head, seconds)

    @contextlib.contextmanager
    def _joined(self) -> Iterator[bool]:
        with self._news:
            if self._waiting >= MOST:
                yield False
                return
            self._waiting += 1
            if not self._watching:
                self._watching, self._head = True, 0
                threading.Thread(target=self._watch, name="feed", daemon=True).start()
            try:
                yield True
            finally:
                self._waiting -= 1

    def _watch(self) -> None:
        try:
            while self._wanted():
                self._look()
                time.sleep(STEP)
        finally:
            connection.close()

    def _wanted(self) -> bool:
        with self._news:
            self._watching = self._waiting > 0
            return self._watching

    def _look(self) -> None:
        try:
            head = ledger.head()
        except (DatabaseError, InterfaceError):
            logger.exception("The ledger's end could not be looked at")
            connection.close()
            return
        with self._news:
            if head != self._head:
                self._head = head
                self._news.notify_all()


watch = Watch()


def for_news(head: int, *, seconds: float) -> bool:
    """Give the database back and wait until the ledger has an event after `head`; False where none came in time."""
    if not connection.in_atomic_block:
        connection.close()
    return watch.beyond(head, seconds=seconds)
