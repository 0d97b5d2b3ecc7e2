"""Putting right what a killed process left: its tasks are queued again, jobs that nobody runs are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from registry import ledger
from registry.jobs.running import run_job
from registry.ledger import Entry
from registry.models import Job
from registry.problems import Refused
from registry.workers.overview import alive

if TYPE_CHECKING:
    from registry.ledger import Actor
    from registry.workers.overview import Call

MOST_TRIES = 5  # a task that has outlived so many processes is taken for what killed them
QUEUED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def tend() -> int:
    """Queue again what belonged to processes that are dead. Gives how many tasks that were."""
    found = _requeue()
    _run_stranded_jobs()
    return found


@transaction.atomic
def _requeue() -> int:
    living = set(alive().values_list("pk", flat=True))
    running = DBTaskResult.objects.select_for_update(skip_locked=True).filter(status=TaskResultStatus.RUNNING)
    lost = [one for one in running.order_by("pk") if not living & set(one.worker_ids[-1:])]
    for one in lost:
        if len(one.worker_ids) < MOST_TRIES:
            one.status, one.started_at = TaskResultStatus.READY, None
        else:
            one.status, one.finished_at = TaskResultStatus.FAILED, timezone.now()
            one.traceback = f"{MOST_TRIES} processes died while doing this."
        one.save(update_fields=["status", "started_at", "finished_at", "traceback"])
    return len(lost)


def _run_stranded_jobs() -> None:
    """A job whose task failed with the database, say, has rows left and nobody to do them."""
    going = (Job.State.WAITING, Job.State.RUNNING, Job.State.STOPPING)
    for pk in Job.objects.filter(state__in=going).values_list("pk", flat=True):
        with transaction.atomic():
            held = Job.objects.select_for_update(skip_locked=True).filter(pk=pk, state__in=going).first()
            tasks = DBTaskResult.objects.filter(task_path=run_job.module_path, args_kwargs__args=[pk])
            if held and not tasks.filter(status__in=QUEUED).exists() and tasks.count() < held.total + MOST_TRIES:
                run_job.enqueue(pk)


@transaction.atomic
def again(task: Call, *, actor: Actor) -> None:
    """Queue a failed task once more. Raises Refused `kald_ikke_fejlet`."""
    held = DBTaskResult.objects.select_for_update().get(pk=task.pk)
    if held.status != TaskResultStatus.FAILED:
        raise Refused("kald_ikke_fejlet", _("Kaldet er ikke fejlet og kan ikke sættes i gang igen."))
    held.status, held.started_at, held.finished_at = TaskResultStatus.READY, None, None
    held.worker_ids = []
    held.save(update_fields=["status", "started_at", "finished_at", "worker_ids"])
    ledger.record([Entry("task.again", subject(held), {"task": held.task_path})], actor=actor)


def subject(task: Call) -> str:
    """The task's name in the ledger."""
    return f"kald:{task.pk.hex}"
