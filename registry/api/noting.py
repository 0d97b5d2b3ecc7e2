"""Each call of a system is written down, with the code of what was refused."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from registry import calls
from registry.api.problems import CONTENT_TYPE

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from registry.callers import Caller

logger = logging.getLogger(__name__)


def note(caller: Caller, request: Request, response: HttpResponseBase, *, schema: int | None) -> None:
    """Write a call down. Where that cannot be done the answer is given all the same."""
    try:
        calls.note(
            caller.code, method=request.method or "", path=request.get_full_path(), status=response.status_code,
            code=_code(response), schema=schema,
        )  # fmt: skip
    except (DatabaseError, InterfaceError):
        logger.exception("A call of %s could not be written down", caller.code)


def _code(response: HttpResponseBase) -> str:
    """The problem's code; empty where there is none."""
    if response.headers.get("Content-Type") != CONTENT_TYPE:
        return ""
    return str(json.loads(getattr(response, "content", b"{}")).get("code", ""))
