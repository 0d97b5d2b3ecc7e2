"""Doing a job's rows, each in a transaction of its own, in turns that leave room for other work."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection, transaction
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import copying, ledger
from registry.jobs import works
from registry.ledger import Actor, Entry
from registry.models import Job, JobRow
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.jobs.works import Work

logger = logging.getLogger(__name__)

TURN = 10  # seconds; then whatever else waits has its turn
DOOR = "baggrund"
State = Job.State
# A row's state, a problem's code, and a sentence.
type Outcome = tuple[str, str, str]


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
    """Do the next row that waits, or the next lot of them. False where none does, or where the job is not to go on.

    A row that another process holds is passed over: two that run one job never do one row twice.
    """
    if not Job.objects.filter(pk=job.pk, state=State.RUNNING).exists():
        return False
    waiting = JobRow.objects.select_for_update(skip_locked=True).filter(job=job, state=JobRow.State.WAITING)
    rows = list(waiting.order_by("position")[: work.size])
    if not rows:
        return False
    outcomes = _outcomes(work, rows, Actor(job.actor, DOOR, job.on_behalf_of))
    for row, (state, code, told) in zip(rows, outcomes, strict=True):
        row.state, row.code, row.told, row.at = state, code, told, timezone.now()
    copying.update(JobRow, rows, ["state", "code", "told", "at"])
    return True


def _outcomes(work: Work, rows: Sequence[JobRow], actor: Actor) -> list[Outcome]:
    """What came of the rows. A lost database is the job's trouble, not a row's.

    A lot that broke is done row by row: what broke it is one of them.
    """
    try:
        with transaction.atomic():
            return [_of(told) for told in work.do([row.data for row in rows], actor=actor)]
    except Refused as refused:
        outcome = _of(refused)
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            raise
        logger.exception("Job %s, row %s and %s more", rows[0].job_id, rows[0].position, len(rows) - 1)
        outcome = (JobRow.State.FAILED, "intern_fejl", _("Der skete en fejl hos os. Den er skrevet ned."))
    if len(rows) == 1:
        return [outcome]
    return [one for row in rows for one in _outcomes(work, [row], actor)]


def _of(told: str | Refused) -> Outcome:
    if isinstance(told, Refused):
        return JobRow.State.FAILED, told.code, str(told.detail)
    return JobRow.State.DONE, "", told


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
