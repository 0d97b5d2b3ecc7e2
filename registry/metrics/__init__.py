"""`/metrics`: what Prometheus is told, of this server's requests and of how the register stands.

Not for the public: with METRICS_TOKEN set it is for whoever has it; without, for this machine alone, as long as the
register answers to no other name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from registry.metrics import requests, standing

if TYPE_CHECKING:
    from django.http import HttpRequest

BEARER = "Bearer "


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What there is to measure, in Prometheus' text format or as OpenMetrics. 401 with a wrong token, 404 from afar."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        if not given.startswith(BEARER) or not constant_time_compare(given[len(BEARER) :], settings.METRICS_TOKEN):
            return HttpResponse(
                "token\n", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"}
            )
    elif not _is_here(request):
        return HttpResponseNotFound("\n", content_type="text/plain")
    told = CollectorRegistry()
    requests.join(told)
    told.register(standing.Standing())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(told), content_type=content_type)


def _is_here(request: HttpRequest) -> bool:
    """Whether this machine asks, and no proxy on it asks for the world."""
    alone = set(settings.ALLOWED_HOSTS) <= set(settings.LOOPBACK.split(",")) and not settings.SECURE_PROXY_SSL_HEADER
    return alone and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
