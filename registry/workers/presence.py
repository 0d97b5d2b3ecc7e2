"""A process that does background work says that it lives, and looks after what others have left.

In a thread of its own, so that long work is no silence.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from registry import hooks
from registry.models import Worker
from registry.workers.tending import tend

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

BEAT = 5.0  # seconds between two signs of life; six may be missed
WATCH = 0.5  # seconds until the end of the process that we follow is noticed


def name() -> str:
    """A name for this process that no other one has ever had."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"


@contextlib.contextmanager
def shown(worker: str, *, follow: int | None = None) -> Iterator[None]:
    """Be seen to live as `worker`; end with the process `follow`, our parent."""
    _beat(worker)
    tend()
    done = threading.Event()
    thread = threading.Thread(target=_live, args=(worker, done, follow), name="presence", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=BEAT)
        Worker.objects.filter(pk=worker).delete()


def _live(worker: str, done: threading.Event, follow: int | None) -> None:
    since_last = 0.0
    while not done.wait(WATCH):
        if follow is not None and os.getppid() != follow:
            logger.warning("The process that we follow has ended; so do we.")
            os.kill(os.getpid(), signal.SIGTERM)
            follow = None
        since_last += WATCH
        if since_last < BEAT:
            continue
        since_last = 0.0
        try:
            _beat(worker)
            tend()
            hooks.wake()
        except (DatabaseError, InterfaceError):
            logger.exception("No sign of life could be given")
        finally:
            connection.close()


def _beat(worker: str) -> None:
    now = timezone.now()
    Worker.objects.update_or_create(
        pk=worker,
        defaults={"seen_at": now},
        create_defaults={"host": socket.gethostname(), "pid": os.getpid(), "started_at": now, "seen_at": now},
    )
