"""ETags: what a reader has already is not sent again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from rest_framework.response import Response

from registry import ledger, periods

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

# Kept by whoever likes, but asked for again each time.
HEADERS = {"Cache-Control": "no-cache"}
MOST = 4000  # answers that a process keeps: of a kilobyte or two each
_shelves: tuple[Any, dict[Any, tuple[str, Any]]] = (None, {})


def of_register(request: Request) -> str:
    """The ETag of anything that is read from the register: its last event, the day, and what was asked."""
    form = request.accepted_renderer.format
    return _tag([ledger.head(), periods.today().isoformat(), form, request.build_absolute_uri()])


def unchanged(request: Request, etag: str) -> HttpResponseBase | None:
    """304 where the reader has it already; None where it must be sent."""
    answer: HttpResponseBase | None = get_conditional_response(request._request, etag=etag)  # noqa: SLF001
    if isinstance(answer, HttpResponseNotModified):
        for name, value in {**HEADERS, "ETag": etag}.items():
            answer.headers[name] = value
    return answer


def answer(request: Request, data: Any) -> HttpResponseBase:  # noqa: ANN401
    """The data with an ETag of their own content, or 304."""
    etag = _tag(data)
    return unchanged(request, etag) or Response(data, headers={**HEADERS, "ETag": etag})


def kept(request: Request, make: Callable[[], Any], *, by: str = "") -> HttpResponseBase:
    """What `make` reads from the register, with an ETag of its content, or 304.

    It is made once until the next event or day: then everything may be another. `by` is who it is told to, where that
    matters. An answer that `make` gives itself, and what it raises, is not kept.
    """
    shelf = _shelf()
    key = (request.get_full_path(), request.accepted_media_type, get_language(), by)
    if key not in shelf:
        data = make()
        if isinstance(data, HttpResponseBase):
            return data
        shelf[key] = _tag(data), request.accepted_renderer.render(data, request.accepted_media_type, {})
    etag, body = shelf[key]
    return unchanged(request, etag) or HttpResponse(
        body, content_type=request.accepted_media_type, headers={**HEADERS, "ETag": etag}
    )


def _shelf() -> dict[Any, tuple[str, Any]]:
    """What has been answered since the ledger's last event, today. Bounded: a full one is emptied."""
    global _shelves  # noqa: PLW0603 - one for each process, replaced whole, so that threads need no lock
    mark = ledger.mark(), periods.today()
    if _shelves[0] != mark or len(_shelves[1]) >= MOST:
        _shelves = mark, {}
    return _shelves[1]


def _tag(told: Any) -> str:  # noqa: ANN401
    content = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder).encode()
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
