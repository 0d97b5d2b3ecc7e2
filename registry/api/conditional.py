"""ETags: what a reader has already is not sent again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.cache import get_conditional_response
from rest_framework.response import Response

from registry import ledger, periods

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

# Kept by whoever likes, but asked for again each time.
HEADERS = {"Cache-Control": "no-cache"}


def of_register(request: Request) -> str:
    """The ETag of anything that is read from the register: its last event, the day, and what was asked."""
    form = request.accepted_renderer.format
    return _tag([ledger.head(), periods.today().isoformat(), form, request.build_absolute_uri()])


def unchanged(request: Request, etag: str) -> HttpResponseBase | None:
    """304 where the reader has it already; None where it must be sent."""
    response = Response(headers={**HEADERS, "ETag": etag})
    answer = get_conditional_response(request._request, etag=etag, response=response)  # noqa: SLF001
    return None if answer is response else answer


def answer(request: Request, data: Any) -> HttpResponseBase:  # noqa: ANN401
    """The data with an ETag of their own content, or 304."""
    etag = _tag(data)
    return unchanged(request, etag) or Response(data, headers={**HEADERS, "ETag": etag})


def _tag(told: Any) -> str:  # noqa: ANN401
    content = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder).encode()
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
