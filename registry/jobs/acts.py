"""A person's acts on a job: start it, stop it, resume it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import ledger
from registry.jobs.running import run_job
from registry.ledger import Entry
from registry.models import Job, JobRow
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.jobs.works import Work
    from registry.ledger import Actor

State = Job.State


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be done: what it is about, as people call it, and what the work is given (JSON)."""

    subject: str
    data: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def start(work: Work, *, what: str, rows: Iterable[Row], actor: Actor) -> Job:
    """A job with its rows, done from when the transaction commits.

    Raises Refused `ingen_raekker`.
    """
    listed = list(rows)
    if not listed:
        raise Refused("ingen_raekker", _("Der er ingen rækker at udføre."))
    job = Job.objects.create(
        what=what, work=work.path, actor=actor.name, on_behalf_of=actor.on_behalf_of, total=len(listed)
    )
    JobRow.objects.bulk_create(
        (
            JobRow(job=job, position=place, subject=row.subject, data=row.data)
            for place, row in enumerate(listed, start=1)
        ),
        batch_size=1000,
    )
    run_job.enqueue(job.pk)
    ledger.record([Entry("job.start", subject(job), {"what": what, "rows": len(listed)})], actor=actor)
    return job


@transaction.atomic
def stop(job: Job, *, actor: Actor) -> Job:
    """No further row is begun; the one under way is done to its end. Raises Refused `opgave_ikke_i_gang`."""
    held = _hold(job)
    if held.state not in {State.WAITING, State.RUNNING}:
        raise Refused("opgave_ikke_i_gang", _("Opgaven er %s og kan ikke stoppes.") % held.get_state_display())
    if held.state == State.WAITING:
        held.state, held.ended_at = State.STOPPED, timezone.now()
    else:
        held.state = State.STOPPING
    held.save(update_fields=["state", "ended_at"])
    ledger.record([Entry("job.stop", subject(held))], actor=actor)
    return held


@transaction.atomic
def resume(job: Job, *, actor: Actor) -> Job:
    """The rows that wait are done. Raises Refused `opgave_ikke_stoppet`."""
    held = _hold(job)
    if held.state != State.STOPPED:
        raise Refused("opgave_ikke_stoppet", _("Opgaven er %s og kan ikke genoptages.") % held.get_state_display())
    held.state, held.ended_at, held.error = State.WAITING, None, ""
    held.save(update_fields=["state", "ended_at", "error"])
    run_job.enqueue(held.pk)
    ledger.record([Entry("job.resume", subject(held))], actor=actor)
    return held


def subject(job: Job) -> str:
    """The job's name in the ledger."""
    return f"opgave:{job.pk}"


def _hold(job: Job) -> Job:
    return Job.objects.select_for_update().get(pk=job.pk)
