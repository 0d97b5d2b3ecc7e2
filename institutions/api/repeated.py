"""A call under an Idempotency-Key, done once and answered alike each time."""

from __future__ import annotations

import hashlib
import json
from functools import wraps
from typing import TYPE_CHECKING, Any

from rest_framework.response import Response

from institutions import repeating
from institutions.api import sent
from institutions.models import Answered
from registry.api.authentication import caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

KEPT = ("Location", "ETag", "Cache-Control")
REFUSED = 400  # the first status of an answer that is not kept


def once(handle: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view's method be asked again under the same key. Raises Refused `noegle_genbrugt`."""

    @wraps(handle)
    def handled(self: Any, request: Request, **place: str) -> HttpResponseBase:  # noqa: ANN401
        key = sent.key(request)
        if not key:
            return handle(self, request, **place)
        asked = [request.method, request.get_full_path(), request.headers.get("If-Match"), _content(request).hex()]
        refused: list[HttpResponseBase] = []

        def act() -> Answered | None:
            answer = handle(self, request, **place)
            if answer.status_code >= REFUSED:
                refused.append(answer)
                return None
            return _kept(answer)

        told = repeating.once(
            key, system=caller(request).code, asked=hashlib.sha256(json.dumps(asked).encode()).hexdigest(), act=act
        )
        return Response(told.content, told.status, headers=told.headers) if told else refused[0]

    return handled


def _content(request: Request) -> bytes:
    """What was sent, which can still be read afterwards."""
    return request._request.body  # noqa: SLF001


def _kept(answer: Any) -> Answered:  # noqa: ANN401
    content = answer.data if isinstance(answer, Response) else json.loads(answer.content)
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    return Answered(status=answer.status_code, headers=headers, content=content)
