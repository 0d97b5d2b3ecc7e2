"""Every error under `/api/` as application/problem+json (RFC 9457): the one place that does it."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from registry import problems
from registry.api import limiting
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rest_framework.request import Request

    from registry.problems import Problem

CONTENT_TYPE = "application/problem+json"
CODES: Mapping[type[Exception], str] = {
    Http404: "ikke_fundet",
    PermissionDenied: "ikke_tilladt",
    SuspiciousOperation: "ugyldig_forespoergsel",
    MultiPartParserError: "ugyldig_forespoergsel",
    exceptions.NotFound: "ikke_fundet",
    exceptions.PermissionDenied: "ikke_tilladt",
    exceptions.NotAuthenticated: "ikke_logget_ind",
    exceptions.AuthenticationFailed: "ikke_logget_ind",
    exceptions.MethodNotAllowed: "forkert_metode",
    exceptions.NotAcceptable: "forkert_format",
    exceptions.UnsupportedMediaType: "forkert_medietype",
    exceptions.Throttled: "for_mange_kald",
    exceptions.ValidationError: "ugyldig_forespoergsel",
    exceptions.ParseError: "ugyldig_forespoergsel",
}
# A value is told back, but not a whole file of it.
TOLD_BACK = 200
logger = logging.getLogger("django.request")


class Invalid(Exception):  # noqa: N818 - what is wrong with a request, all of it at once
    """A request that cannot be read: everything that is wrong with it."""

    def __init__(self, refusals: Sequence[Refused]) -> None:
        super().__init__("; ".join(map(str, refusals)))
        self.refusals = tuple(refusals)


def handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The answer to an error in a view. `view.field_names` gives a rule's arguments their outside names."""
    request, view = context["request"], context.get("view")
    names: Mapping[str, str] = getattr(view, "field_names", {})
    match error:
        case Invalid():
            told = [_told(one, names) for one in error.refusals]
            return answer(request, "ugyldig_forespoergsel", detail=_sentences(told), errors=told)
        case Refused():
            return answer(request, error.code, detail=error.detail, errors=[_told(error, names)])
        case exceptions.ValidationError():
            told = list(_flat(error.get_full_details(), "#"))
            return answer(request, "ugyldig_forespoergsel", detail=_sentences(told), errors=told)
    code = next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), "intern_fejl")
    if named := _named(error):
        return answer(request, named, detail=str(getattr(error, "detail", "")), headers=_headers(error))
    if code == "intern_fejl":
        logger.error("Internal Server Error: %s", request.path, exc_info=error)
    return answer(request, code, headers=_headers(error))


def answer(
    request: HttpRequest | Request,
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A problem of the catalogue as a response, with more members where a problem has its own (RFC 9457, 3.2)."""
    told = document(request, code, instance=request.get_full_path(), detail=detail, errors=errors)
    return JsonResponse(
        {**told, **(more or {})},
        status=told["status"],
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
        json_dumps_params={"ensure_ascii": False},
    )


def document(
    request: HttpRequest | Request,
    code: str,
    *,
    instance: str,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What an answer with a problem says, in the language of the moment."""
    problem = problems.catalogue()[code]
    return {
        "type": request.build_absolute_uri(reverse("problem", args=[code])),
        "title": str(problem.title),
        "status": problem.status,
        "code": code,
        "detail": detail or str(problem.remedy),
        "instance": instance,
        "errors": list(errors),
    }


def example(request: HttpRequest, problem: Problem) -> dict[str, Any]:
    """The example of a problem: a whole answer, or, where no call is answered with it, as it stands among errors."""
    shown = problem.example
    refused = shown.refused(problem.code)
    item = _told(refused, {})
    method, _blank, address = shown.call.partition(" ")
    if not method:
        return item
    errors = [] if shown.more or (problem.code in CODES.values() and not (shown.field or shown.under)) else [item]
    told = document(request, shown.under or problem.code, instance=address, detail=refused.detail, errors=errors)
    return {**told, **shown.more}


def _told(refused: Refused, names: Mapping[str, str]) -> dict[str, Any]:
    value = refused.value
    if not isinstance(value, bool | int | float | None):
        value = str(value)[:TOLD_BACK]
    return {
        "pointer": f"#/{names.get(refused.field, refused.field)}" if refused.field else "#",
        "code": refused.code,
        "value": value,
        "detail": refused.detail,
        "suggestions": list(refused.suggestions),
    }


def _flat(details: Any, pointer: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """A serializer's nested errors as a list, each with its JSON pointer."""
    match details:
        case {"message": message, "code": _code}:
            yield {"pointer": pointer, "code": "ugyldig_vaerdi", "value": None, "detail": str(message),
                   "suggestions": []}  # fmt: skip
        case dict():
            for name, inner in details.items():
                yield from _flat(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
        case list():
            for number, inner in enumerate(details):
                here = pointer if "message" in inner else f"{pointer}/{number}"
                yield from _flat(inner, here)


def _named(error: Exception) -> str | None:
    """The problem of ours that an exception of the framework names as its code."""
    code = error.get_codes() if isinstance(error, exceptions.APIException) else None
    return code if isinstance(code, str) and code in problems.catalogue() else None


def _sentences(errors: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(str(one["detail"]) for one in errors)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, math.ceil(getattr(error, "wait", None) or 1)))
    if authenticate := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = authenticate
    return headers


@csrf_exempt  # a system has no form, and what is not there cannot be forged
def not_found(request: HttpRequest) -> HttpResponse:
    """The answer under `/api/` where there is nothing; where only the last slash is missing, the way there."""
    if not request.path.endswith("/") and resolve(f"{request.path_info}/").func is not not_found:
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)
    decided = limiting.anyone(request)
    if not decided.allowed:
        return answer(request, "for_mange_kald", headers=decided.headers)
    detail = _("Der er intet på %(path)s.") % {"path": request.path}
    return answer(request, "ikke_fundet", detail=detail, headers=decided.headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an error outside a view; Django's own page outside `/api/`."""
    if request.path_info.startswith("/api/"):
        return answer(request, "intern_fejl")
    return defaults.server_error(request)
