"""What the OpenAPI document says of every operation: problems, pages, and that reading is free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.fields import empty

from registry import problems
from registry.api.links import NOWHERE, extensions
from registry.api.problems import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.utils.functional import Promise

    from registry.api.links import Links
    from registry.api.parameters import Parameter

JSON = "application/json"
type Responses = dict[int | tuple[int, str], Any]


class ErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with a request."""

    pointer = serializers.CharField(help_text=_("Hvor fejlen er: # og parameterens eller feltets navn."))
    code = serializers.CharField(help_text=_("Fejlens kode; den skifter aldrig betydning."))
    value = serializers.JSONField(help_text=_("Værdien, som den blev sendt."))
    detail = serializers.CharField(help_text=_("Hvad der er galt, i en sætning."))
    suggestions = serializers.ListField(child=serializers.CharField(), help_text=_("Hvad der kunne have stået."))


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem (RFC 9457)."""

    type = serializers.URLField(help_text=_("En side, der forklarer fejlen."))
    title = serializers.CharField(help_text=_("Fejlens navn."))
    status = serializers.IntegerField(help_text=_("HTTP-status."))
    code = serializers.CharField(help_text=_("Fejlens kode; den skifter aldrig betydning."))
    detail = serializers.CharField(help_text=_("Hvad der er galt, og hvad man kan gøre."))
    instance = serializers.CharField(help_text=_("Adressen, der blev spurgt på."))
    errors = ErrorSerializer(many=True, help_text=_("Alt, hvad der er galt, på én gang."))  # type: ignore[assignment]


ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, description=_("Svarets version, til If-None-Match og If-Match."),
    response=[200, 202, 304], required=True, examples=[OpenApiExample("ETag", value='"9f2c1d60b7e84a53"')],
)  # fmt: skip
# Of every answer; the newest form of the IETF's draft (draft-ietf-httpapi-ratelimit-headers-10).
LIMITS = (
    OpenApiParameter(
        "RateLimit-Policy", str, OpenApiParameter.HEADER, response=True, required=True,
        description=_("Hvor mange kald (q) der er plads til i et vindue på så mange sekunder (w)."),
        pattern='^"[a-z]+";q=[0-9]+;w=[0-9]+$', examples=[OpenApiExample("Enhver", value='"enhver";q=600;w=60')],
    ),
    OpenApiParameter(
        "RateLimit", str, OpenApiParameter.HEADER, response=True, required=True,
        description=_("Hvor mange kald (r) der er tilbage, og sekunder (t), til der er plads til dem alle igen."),
        pattern='^"[a-z]+";r=[0-9]+;t=[0-9]+$', examples=[OpenApiExample("Enhver", value='"enhver";r=599;t=60')],
    ),
    OpenApiParameter(
        "Retry-After", int, OpenApiParameter.HEADER, response=[429], required=True,
        description=_("Sekunder, til der kan kaldes igen."), examples=[OpenApiExample("Sekunder", value=12)],
    ),
)  # fmt: skip
UNCHANGED: Responses = {304: OpenApiResponse(description=_("Uændret siden det svar, hvis ETag blev sendt."))}


def reading(
    operation: str, *, body: Mapping[str, Any] | None = None, links: Links = NOWHERE, **told: Any  # noqa: ANN401
) -> Callable[[Any], Any]:  # fmt: skip
    """Describe a view's GET, or its POST where `body` says what is sent: open to anyone. See `_operation`."""
    made = {**_operation(operation, body=body, **told), **extensions(links)}
    return extend_schema_view(**{"post" if body else "get": extend_schema(**made)})


def calling(
    operation: str, *, scope: str, method: str = "post", headers: Sequence[OpenApiParameter] = (),
    links: Links = NOWHERE, **told: Any,  # noqa: ANN401
) -> Callable[[Any], Any]:  # fmt: skip
    """Describe an operation that needs a token of a scope; see `reading`."""
    refuses = ["ikke_logget_ind", "ugyldigt_token", "mangler_scope", *told.pop("refuses", ())]
    made = _operation(operation, refuses=refuses, **told)
    made["parameters"] += headers
    made |= {"tags": ["Med token"], "auth": [{"oauth2": [scope]}], "request": told.get("body"), **extensions(links)}
    return extend_schema_view(**{method: extend_schema(**made)})


def header(
    name: str, description: str | Promise, example: str, *, required: bool = False, pattern: str | None = None
) -> OpenApiParameter:
    """A header of a request."""
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, description=description, required=required, pattern=pattern,
        examples=[OpenApiExample(example, value=example)],
    )  # fmt: skip


def _operation(
    operation: str,
    *,
    summary: str | Promise,
    description: str | Promise,
    answer: Responses,
    refuses: Sequence[str] = (),
    parameters: Sequence[Parameter] = (),
    path: Mapping[str, tuple[str | Promise, str | int]] | None = None,
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What is said of an operation that anyone may call.

    `path` has a text and an example for each part of the address that varies; an answer with `UNCHANGED` has an ETag.
    """
    in_path = [
        OpenApiParameter(
            name, type(example), OpenApiParameter.PATH, description=text,
            examples=[OpenApiExample(str(example), value=example)],
        )
        for name, (text, example) in (path or {}).items()
    ]  # fmt: skip
    in_header = [_if_none_match(), ETAG] if answer.keys() & UNCHANGED.keys() else []
    always = ["ugyldig_forespoergsel", "forkert_format", *(["forkert_medietype"] if body else [])]
    responses: Responses = {**answer, **_problems([*dict.fromkeys([*always, *refuses, "for_mange_kald"])])}
    return {
        "operation_id": operation, "summary": summary, "description": description, "tags": ["Læsning"],
        "auth": [], "parameters": [*in_path, *(one.schema for one in parameters), *in_header, *LIMITS],
        "responses": responses, "request": body or empty,
    }  # fmt: skip


def listing(serializer: type[serializers.Serializer[Any]], example: Mapping[str, Any]) -> OpenApiResponse:
    """A list's answer: `resultater`, `naeste`, `forrige`."""
    made = type(
        f"{serializer.__name__.removesuffix('Serializer')}ListeSerializer",
        (serializers.Serializer,),
        {
            "__doc__": "A page of a list.",
            "resultater": serializer(many=True),
            "naeste": serializers.URLField(allow_null=True, help_text=_("Næste side; null på den sidste.")),
            "forrige": serializers.URLField(allow_null=True, help_text=_("Forrige side; null på den første.")),
        },
    )
    whole = {"resultater": [example], "naeste": None, "forrige": None}
    return OpenApiResponse(made, description=_("En side."), examples=[_shown(whole)])


def single(serializer: Any, example: Mapping[str, Any]) -> OpenApiResponse:  # noqa: ANN401 - class or instance
    """The answer that is one thing."""
    return OpenApiResponse(serializer, description=_("Svaret."), examples=[_shown(example)])


def _problems(codes: Sequence[str]) -> Responses:
    """The problems of some codes, by status."""
    known = problems.catalogue()
    by_status: dict[int, list[problems.Problem]] = {}
    for code in codes:
        by_status.setdefault(known[code].status, []).append(known[code])
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            ProblemSerializer,
            description=_titles(*(part for one in found for part in (one.code, one.title))),
            examples=[_problem_example(one) for one in found],
        )
        for status, found in by_status.items()
    }


@keep_lazy_text
def _titles(*told: str | Promise) -> str:
    return " ".join(f"`{code}`: {title}." for code, title in zip(told[::2], told[1::2], strict=True))


def _problem_example(one: problems.Problem) -> OpenApiExample:
    value: dict[str, Any] = {
        "type": f"https://dagtilbud.example/problemer/{one.code}/", "title": one.title, "status": one.status,
        "code": one.code, "detail": one.remedy, "instance": "/api/v1/…", "errors": [],
    }  # fmt: skip
    return OpenApiExample(one.code, value=value, media_type=CONTENT_TYPE, response_only=True)


def _shown(value: Mapping[str, Any]) -> OpenApiExample:
    return OpenApiExample(str(_("Eksempel")), value=value, response_only=True)


def _if_none_match() -> OpenApiParameter:
    return OpenApiParameter(
        "If-None-Match", str, OpenApiParameter.HEADER,
        description=_("ETag fra et tidligere svar: er intet ændret, er svaret 304 uden indhold."),
    )  # fmt: skip
