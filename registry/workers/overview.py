"""How the background work stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from registry.models import Worker

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

type Call = DBTaskResult[..., Any]  # a task of the queue

LEASE = timedelta(seconds=30)  # without a word for so long a process counts as dead


@dataclass(frozen=True, slots=True)
class Overview:
    """Processes that live; tasks due, later, under way and failed; when a process last spoke, if ever."""

    alive: int
    due: int
    later: int
    running: int
    failed: int
    seen_at: datetime | None

    @property
    def stands_still(self) -> bool:
        """Whether work waits that nobody does."""
        return not self.alive and bool(self.due or self.running)


def alive() -> QuerySet[Worker]:
    """The processes that have spoken lately."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - LEASE)


def overview() -> Overview:
    """Count what there is."""
    status = TaskResultStatus
    counts = dict(DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk")))
    due = DBTaskResult.objects.ready().count()
    last = Worker.objects.order_by("-seen_at").first()
    return Overview(
        alive=alive().count(), due=due, later=counts.get(status.READY, 0) - due, running=counts.get(status.RUNNING, 0),
        failed=counts.get(status.FAILED, 0), seen_at=last.seen_at if last else None,
    )  # fmt: skip
