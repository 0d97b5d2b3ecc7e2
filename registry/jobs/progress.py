"""How far jobs are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from registry.models import Job, JobRow

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows done, refused and waiting."""

    done: int
    failed: int
    waiting: int

    @property
    def decided(self) -> int:
        """Rows that need nothing more."""
        return self.done + self.failed


def progress(jobs: Sequence[Job]) -> dict[int, Progress]:
    """The progress of each job, by its key, in one query."""
    states = JobRow.State
    found = {
        (job, state): count
        for job, state, count in JobRow.objects.filter(job__in=jobs)
        .order_by().values_list("job", "state").annotate(Count("pk"))
    }  # fmt: skip
    return {
        one.pk: Progress(*(found.get((one.pk, state), 0) for state in (states.DONE, states.FAILED, states.WAITING)))
        for one in jobs
    }


def unfinished() -> list[Job]:
    """Jobs that wait, run or stand still, newest first."""
    return list(Job.objects.exclude(state=Job.State.DONE))
