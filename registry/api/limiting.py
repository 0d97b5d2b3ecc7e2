"""Who calls, for the count of calls; and what every answer says of it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from rest_framework.throttling import BaseThrottle

from registry import limits
from registry.api.authentication import known

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

NET = 64  # bits of an IPv6 address: who has one has all that begin so


class Throttle(BaseThrottle):
    """Counts a call once, whoever asks and whatever comes of it: a system by its key, anyone else by address."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ANN401
        """Whether it may go on. What was decided stays with the request, for its answer."""
        del view
        beneath: Any = request._request  # noqa: SLF001
        if not hasattr(beneath, "decided"):
            beneath.decided = self._spend(request)
        decided: limits.Decision = beneath.decided
        self._seconds = decided.seconds
        return decided.allowed

    def wait(self) -> float:
        """The seconds until there are calls again."""
        return self._seconds

    def _spend(self, request: Request) -> limits.Decision:
        if caller := known(request):
            return limits.spend(caller.key, limits.SYSTEM)
        return anyone(request)


def anyone(request: HttpRequest | Request) -> limits.Decision:
    """A call that nobody has said to be his."""
    asked: Any = request
    return limits.spend(network(BaseThrottle().get_ident(asked)), limits.ANYONE)


def network(address: str | None) -> str:
    """The address, or of IPv6 the net that it is in."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, NET), strict=False))
    return str(found)


def tell(request: Request, answer: HttpResponseBase) -> None:
    """Say in an answer how many calls are left."""
    if decided := getattr(request._request, "decided", None):  # noqa: SLF001
        for name, value in decided.headers.items():
            answer.headers[name] = value
