"""How the register stands, read from the database when it is asked for: every process tells the same.

Each app adds its own figures, so that none must know of the others.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from django.db.models import Count, OuterRef, Q, Subquery
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from registry import ledger, snapshots, workers
from registry.models import Hook, HookCall, Job, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that goes up and down: one, or one for each state. None where there is nothing to tell."""

    name: str
    about: str
    value: float | None = None
    states: Mapping[str, int] = field(default_factory=dict)


type Tell = Callable[[], Iterable[Figure]]
_tellers: dict[str, Tell] = {}


def add(tell: Tell) -> Tell:
    """Let figures be told."""
    _tellers[f"{tell.__module__}.{tell.__qualname__}"] = tell
    return tell


class Standing(Collector):
    """Every figure; where the database does not answer, that alone."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as Prometheus takes them."""
        try:
            figures = [figure for _name, tell in sorted(_tellers.items()) for figure in tell()]
        except (DatabaseError, InterfaceError):
            logger.exception("The figures cannot be read")
            figures = []
        up = Figure("register_database_up", "1 where the database answered.", float(bool(figures)))
        for one in (up, *figures):
            yield _family(one)


def _family(one: Figure) -> GaugeMetricFamily:
    family = GaugeMetricFamily(one.name, one.about, labels=["state"] if one.states else [])
    for state, count in one.states.items():
        family.add_metric([state], count)
    if one.value is not None:
        family.add_metric([], one.value)
    return family


@add
def feed() -> Iterator[Figure]:
    """The head of the feed, and the newest snapshot. Two queries."""
    tip, made = ledger.tip(), snapshots.newest()
    yield Figure("register_feed_head", "Position of the last event.", tip.seq if tip else 0)
    yield Figure(
        "register_feed_head_timestamp_seconds", "When the last event was written.", tip.at.timestamp() if tip else None
    )
    yield Figure(
        "register_snapshot_timestamp_seconds", "When the newest snapshot was made.",
        made.made_at.timestamp() if made else None,
    )  # fmt: skip
    yield Figure("register_snapshot_position", "Position of the newest snapshot.", made.position if made else None)


@add
def work() -> Iterator[Figure]:
    """Background work. Five queries."""
    now = workers.overview()
    yield Figure("register_workers", "Processes that do background work and live.", now.alive)
    yield Figure(
        "register_tasks", "Tasks of the queue that are not done.",
        states={"due": now.due, "later": now.later, "running": now.running, "failed": now.failed},
    )  # fmt: skip
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    states = [one for one in Job.State if one != Job.State.DONE]
    yield Figure(
        "register_jobs", "Jobs that are not done.", states={one.name.lower(): counts.get(one, 0) for one in states}
    )


@add
def mail() -> Iterator[Figure]:
    """Mail that has not arrived. One query."""
    states = [one for one in Message.State if one != Message.State.SENT]
    counts = dict(
        Message.objects.filter(state__in=states, settled="").order_by().values_list("state").annotate(Count("pk"))
    )
    yield Figure(
        "register_mail", "Mail that waits, and what failed or came back and nobody has settled.",
        states={one.name.lower(): counts.get(one, 0) for one in states},
    )  # fmt: skip


@add
def hooks() -> Iterator[Figure]:
    """Webhooks. One query."""
    newest = HookCall.objects.filter(hook=OuterRef("pk")).order_by("-pk")
    alive = Hook.objects.filter(ended_at=None).annotate(
        state=Subquery(newest.values("state")[:1]), attempts=Subquery(newest.values("attempts")[:1])
    )
    again = Q(state=HookCall.State.WAITING, attempts__gt=0)
    told = alive.aggregate(
        all=Count("pk"), retried=Count("pk", filter=again), failed=Count("pk", filter=Q(state=HookCall.State.FAILED))
    )
    yield Figure("register_webhooks", "Webhooks in use.", told["all"])
    yield Figure(
        "register_webhooks_failing", "Webhooks whose last call was not taken: tried again, or given up.",
        states={"retried": told["retried"], "failed": told["failed"]},
    )  # fmt: skip
