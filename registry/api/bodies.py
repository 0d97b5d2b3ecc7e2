"""What is sent as JSON: what is not known, of another type, or no text, is refused; what is ignored is not noticed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers
from rest_framework.parsers import JSONParser

from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import NoReturn

# A text may come as a number: codes and numbers are both in many a system.
TEXT: Mapping[str, Any] = {"type": ["string", "number"]}
TEXT_OR_NOTHING: Mapping[str, Any] = {"type": ["string", "number", "null"]}
DAY_OR_NOTHING: Mapping[str, Any] = {"anyOf": [{"type": "string", "format": "date"}, {"enum": ["", None]}]}


# An escape that stands for the character NUL: after an even number of backslashes.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def loads(sent: bytes) -> Any:  # noqa: ANN401
    """What JSON says. Raises ValueError where it is none, or holds what is no text: NUL, half a character, NaN."""
    try:
        told = json.loads(sent, parse_constant=_refuse)
        if b"\\u" in sent:
            json.dumps(told, ensure_ascii=False).encode()  # half a character (a lone surrogate) has no bytes
    except RecursionError as error:
        raise ValueError from error
    if NUL.search(sent):
        raise ValueError
    return told


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


class Json(JSONParser):
    """Reads a JSON body. Raises Invalid."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ANN401
        """What it says."""
        del media_type, parser_context
        try:
            return loads(stream.read())
        except ValueError as error:
            raise Invalid([Refused("ugyldig_forespoergsel", _("Indholdet skal være JSON, og kun tekst."))]) from error


class Body(serializers.Serializer[Any]):
    """An object whose members are all known, and of the type that is told."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401
        """Raises ValidationError for each member that is wrong."""
        if isinstance(data, dict):
            wrong = {name: [_("Feltet findes ikke her.")] for name in sorted(data.keys() - self.fields.keys())}
            for name, field in self.fields.items():
                if isinstance(field, serializers.BooleanField) and not isinstance(data.get(name, False), bool):
                    wrong[name] = [_("Skriv true eller false.")]
                if isinstance(field, serializers.CharField) and isinstance(data.get(name), bool | list | dict):
                    wrong[name] = [_("Skriv en tekst.")]
                if isinstance(field, serializers.IntegerField) and isinstance(data.get(name), str):
                    wrong[name] = [_("Skriv et helt tal, uden gåseøjne.")]
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class BodyExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says so in the OpenAPI document."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:  # noqa: ANN401
        """The object's schema, closed."""
        shape = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001
        return {**shape, "properties": {name: _taken(one) for name, one in shape["properties"].items()},
                "additionalProperties": False}  # fmt: skip


def closed(properties: Mapping[str, Any], *, required: Iterable[str] = ()) -> dict[str, Any]:
    """The schema of an object that has no other members."""
    needed = {"required": sorted(required)} if required else {}
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **needed}


def _taken(shape: dict[str, Any]) -> dict[str, Any]:
    if shape.get("type") == "string":
        return {**shape, **TEXT}
    return {**shape, "items": _taken(shape["items"])} if "items" in shape else shape
