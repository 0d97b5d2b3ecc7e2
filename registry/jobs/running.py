"""Doing a job's rows, each in a transaction of its own, in turns that leave room for other work."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection, transaction
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import ledger
from registry.jobs import works
from registry.ledger import Actor, Entry
from registry.models import Job, JobRow
from registry.problems import Refused

if TYPE_CHECKING:
    from registry.jobs.works import Work

logger = logging.getLogger(__name__)

TURN = 10  # seconds; then whatever else waits has its turn
DOOR = "baggrund"
State = Job.State


@task
def run_job(pk: int) -> None:
    """Do rows for one turn, and queue the next turn while there are more."""
    job = Job.objects.get(pk=pk)
    try:
        work = works.find(job.work)
    except LookupError:
        _give_up(job, _("Arbejdet »%s« findes ikke længere.") % job.work)
        return
    Job.objects.filter(pk=pk, state=State.WAITING).update(state=State.RUNNING)
    Job.objects.filter(pk=pk, started_at=None).update(started_at=timezone.now())
    until = time.monotonic() + TURN
    while do_next(job, work):
        if time.monotonic() > until:
            run_job.enqueue(pk)
            return
    _end(job)


@transaction.atomic
def do_next(job: Job, work: Work) -> bool:
    """Do the next row that waits. False where none does, or where the job is not to go on.

    A row that another process holds is passed over: two that run one job never do one row twice.
    """
    if not Job.objects.filter(pk=job.pk, state=State.RUNNING).exists():
        return False
    row = (
        JobRow.objects.select_for_update(skip_locked=True)
        .filter(job=job, state=JobRow.State.WAITING).order_by("position").first()
    )  # fmt: skip
    if row is None:
        return False
    row.state, row.code, row.told = _outcome(work, row, Actor(job.actor, DOOR, job.on_behalf_of))
    row.at = timezone.now()
    row.save(update_fields=["state", "code", "told", "at"])
    return True


def _outcome(work: Work, row: JobRow, actor: Actor) -> tuple[str, str, str]:
    """What came of the row: its state, a code and a sentence. A lost database is the job's trouble, not the row's."""
    try:
        with transaction.atomic():
            return JobRow.State.DONE, "", work.do(row.data, actor=actor) or ""
    except Refused as refused:
        return JobRow.State.FAILED, refused.code, refused.detail
    except (OperationalError, InterfaceError):
        if not connection.is_usable():
            raise
        logger.exception("Job %s, row %s", row.job_id, row.position)
    except Exception:
        logger.exception("Job %s, row %s", row.job_id, row.position)
    return JobRow.State.FAILED, "intern_fejl", _("Der skete en fejl hos os. Den er skrevet ned.")


@transaction.atomic
def _end(job: Job) -> None:
    """Done where no row waits; stopped where somebody asked for that."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    counts = {state: held.rows.filter(state=state).count() for state in JobRow.State}
    if held.state in {State.RUNNING, State.STOPPING} and not counts[JobRow.State.WAITING]:
        held.state, action = State.DONE, "job.done"
    elif held.state == State.STOPPING:
        held.state, action = State.STOPPED, "job.stopped"
    else:
        return
    held.ended_at = timezone.now()
    held.save(update_fields=["state", "ended_at"])
    told = {"done": counts[JobRow.State.DONE], "failed": counts[JobRow.State.FAILED]}
    ledger.record([Entry(action, f"opgave:{held.pk}", told)], actor=Actor(held.actor, DOOR, held.on_behalf_of))


@transaction.atomic
def _give_up(job: Job, why: str) -> None:
    held = Job.objects.select_for_update().get(pk=job.pk)
    held.state, held.error, held.ended_at = State.STOPPED, why, timezone.now()
    held.save(update_fields=["state", "error", "ended_at"])
    ledger.record(
        [Entry("job.stopped", f"opgave:{held.pk}", {"error": why})],
        actor=Actor(held.actor, DOOR, held.on_behalf_of),
    )
