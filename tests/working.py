"""Background work done for real: by the queue's own worker in this process, or by a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from registry.jobs import work, work_in_lots
from registry.ledger import Entry, record
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry.ledger import Actor


def work_off(worker_id: str = "test") -> None:
    """Do all that is due with the queue's own worker, but for its loop, which closes the test's connection."""
    worker = Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=worker_id, excluded_queue_names=[],
    )  # fmt: skip
    while task := _claim(worker_id):
        worker.run_task(task)


@transaction.atomic
def _claim(worker_id: str) -> DBTaskResult[..., object] | None:
    task: DBTaskResult[..., object] | None = DBTaskResult.objects.ready().get_locked()
    if task:
        task.claim(worker_id)
    return task


def begin_process(*options: str, database: str, **environment: str) -> subprocess.Popen[bytes]:
    """A worker of its own on a database, as `make demo` and a deployment run it."""
    code = (
        "import sys; from django.conf import settings; from django.core.management import execute_from_command_line;"
        "settings.DATABASES['default']['NAME'] = sys.argv.pop(1); execute_from_command_line(sys.argv)"
    )
    command = [sys.executable, "-c", code, database, "worker", "--interval", "0.1", "--no-startup-delay", *options]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | environment)


def until(true: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait for another process."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.05)


@work
def note(given: dict[str, Any], *, actor: Actor) -> str:
    """Write a line in the ledger; be refused or break down where the row says so."""
    time.sleep(given.get("seconds", 0))
    record([Entry("test.note", given["subject"])], actor=actor)
    match given.get("end"):
        case "refuse":
            raise Refused("ikke_fundet", "Findes ikke.")
        case "break":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        case "lose":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return f"{given['subject']} er noteret."


@work_in_lots(3)
def note_together(given: Sequence[dict[str, Any]], *, actor: Actor) -> list[str | Refused]:
    """Write a line for each; refuse one that says so, and break all where one says so."""
    if any(one.get("end") == "break" for one in given):
        raise RuntimeError(given)
    told: list[str | Refused] = []
    for one in given:
        if one.get("end") == "refuse":
            told.append(Refused("ikke_fundet", "Findes ikke."))
        else:
            record([Entry("test.note", one["subject"])], actor=actor)
            told.append(f"{len(given)} sammen")
    return told
