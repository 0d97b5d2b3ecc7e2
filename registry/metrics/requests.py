"""The requests that have been answered: how many and how fast, by view.

Each process counts its own. Where there are several, PROMETHEUS_MULTIPROC_DIR names the folder in which they add up.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram, disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from prometheus_client import CollectorRegistry

NOWHERE = "ingen"  # the view of an address that there is not: whoever tries addresses makes no new series
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

disable_created_metrics()  # type: ignore[no-untyped-call]
ANSWERED = Counter(
    "register_requests",
    "Requests answered, by view, method and HTTP status.",
    ["view", "method", "status"],
    registry=None,
)
# The longest are whole registers, and readers of the feed who wait for news.
SECONDS = Histogram(
    "register_request_seconds", "Seconds until an answer began, by view and method.", ["view", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30), registry=None,
)  # fmt: skip


class Measured:
    """Outermost: counts every answer, those of other middleware too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and count."""
        began = time.perf_counter()
        response = self.answer(request)
        took = time.perf_counter() - began
        view = request.resolver_match.view_name if request.resolver_match else NOWHERE
        method = request.method if request.method in METHODS else NOWHERE
        ANSWERED.labels(view, method, response.status_code).inc()
        SECONDS.labels(view, method).observe(took)
        return response


def join(told: CollectorRegistry) -> None:
    """Let what is told hold the requests of every process."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(ANSWERED)
        told.register(SECONDS)
