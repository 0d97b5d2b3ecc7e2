"""The pages for people who build on the interface: its description, and one for each problem."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from registry import problems
from registry.api import limiting
from registry.api import problems as api_problems
from registry.languages import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest, HttpResponse
    from rest_framework.request import Request


class Schema(SpectacularAPIView):
    """The OpenAPI document, as JSON or, with `format=yaml`, as YAML."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]  # noqa: RUF012

    def finalize_response(self, request: Request, response: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Say how many calls are left."""
        answer = super().finalize_response(request, response, *args, **options)
        limiting.tell(request, answer)
        return answer


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that an operation may answer with, in which forms, and an example of it."""

    status: str
    description: str
    forms: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Mapping[str, Any], ...]
    body: Answer | None
    answers: tuple[Answer, ...]
    problems: tuple[Answer, ...]


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The interface described, from the same document that machines read."""
    told = operations(get_language())
    return _page(request, "documentation", operations=told, problems=problems.catalogue().values())


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Every problem that an answer can name."""
    return _page(request, "problems", problems=problems.catalogue().values())


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem means, and what to do about it: the page that its `type` names."""
    found = problems.catalogue().get(code)
    if found is None:
        raise Http404
    told = json.dumps(api_problems.example(request, found), indent=2, ensure_ascii=False)
    return _page(request, "problem", problem=found, told=told)


def _page(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    """A page whose links keep the language that its address has asked for."""
    return render(request, f"registry/{name}.html", {"keep": kept(request), **context})


@cache
def operations(language: str | None) -> tuple[Operation, ...]:
    """The operations in a language; they are as the code is, so they are read once."""
    del language
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return tuple(
        _operation(schema, path, method, told)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    )


def _operation(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    answers = [_answer(schema, status, answer) for status, answer in sorted(told["responses"].items())]
    return Operation(
        told["operationId"], method.upper(), path, told["summary"], _marked(told["description"]),
        tuple(map(_parameter, told.get("parameters", ()))),
        _answer(schema, "", told["requestBody"]) if "requestBody" in told else None,
        tuple(one for one in answers if one.status < "4"),
        tuple(one for one in answers if one.status >= "4"),
    )  # fmt: skip


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    examples = [one["value"] for one in told.get("examples", {}).values()]
    return {
        **told,
        "description": _marked(told.get("description", "")),
        "choices": told["schema"].get("enum", ()),
        "default": told["schema"].get("default"),
        "example": next(iter(examples), None),
        "place": told["in"],
    }


def _answer(schema: Mapping[str, Any], status: str, told: Mapping[str, Any]) -> Answer:
    content = told.get("content", {})
    first: Mapping[str, Any] = next(iter(content.values()), {})
    examples = [one["value"] for one in first.get("examples", {}).values() if "value" in one]
    shown = examples[0] if examples else ""
    example = shown if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False)
    return Answer(status, _marked(told.get("description", "")), tuple(content), tuple(_fields(schema, first)), example)


def _fields(schema: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The fields of an answer or a body, those of a list's rows too: name, kind, what it says."""
    shape = _resolved(schema, content.get("schema", {}))
    for name, field in shape.get("properties", {}).items():
        rows = _resolved(schema, field.get("items", {}))
        if name == "resultater":
            for one in rows.get("oneOf", [rows]):
                yield from _fields(schema, {"schema": one})
        elif name not in {"naeste", "forrige"}:
            yield name, _kind(field), _marked(field.get("description") or ("" if rows else _elsewhere(schema, name)))
        if name == "raekker":
            for inner, kind, meaning in _fields(schema, {"schema": rows}):
                yield f"raekker[].{inner}", kind, meaning


def _elsewhere(schema: Mapping[str, Any], name: str) -> str:
    """What a field of the same name is said to be in an answer: it is the same field."""
    shapes = schema["components"]["schemas"].values()
    said = (one.get("properties", {}).get(name, {}).get("description") for one in shapes)
    return next(filter(None, said), "")


def _resolved(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Mapping[str, Any]:
    while name := shape.get("$ref", ""):
        shape = schema["components"]["schemas"][name.rpartition("/")[2]]
    return shape


def _kind(field: Mapping[str, Any]) -> str:
    choices = field.get("anyOf", [{"type": "string" if "enum" in field else "object"}])
    kind = field.get("type") or [one["type"] for one in choices if "type" in one]
    kinds = [kind] if isinstance(kind, str) else kind
    return " | ".join([field.get("format", one) if one == "string" else one for one in kinds])


def _marked(text: str) -> str:
    """The text with what stands between backticks as code."""
    parts = ((part, place % 2) for place, part in enumerate(text.split("`")))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if code else part,) for part, code in parts)
    )
