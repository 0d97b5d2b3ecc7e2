"""What is sent as a JSON object: what is not known, or of another type, is refused; what is ignored is not noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A text may come as a number: codes and numbers are both in many a system.
TEXT: Mapping[str, Any] = {"type": ["string", "number"]}
TEXT_OR_NOTHING: Mapping[str, Any] = {"type": ["string", "number", "null"]}
DAY_OR_NOTHING: Mapping[str, Any] = {"anyOf": [{"type": "string", "format": "date"}, {"enum": ["", None]}]}


class Body(serializers.Serializer[Any]):
    """An object whose members are all known, and of the type that is told."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401
        """Raises ValidationError for each member that is wrong."""
        if isinstance(data, dict):
            wrong = {name: [_("Feltet findes ikke her.")] for name in sorted(data.keys() - self.fields.keys())}
            for name, field in self.fields.items():
                if isinstance(field, serializers.BooleanField) and not isinstance(data.get(name, False), bool):
                    wrong[name] = [_("Skriv true eller false.")]
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
