"""What a project begins with: a view that does nothing; the register's rows through DRF and through django-ninja.

Of the institutions that hold on a day, the columns of their version and the numbers and names that these point to; the
names of the codes, which ours tells too, are left out.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import ModelSchema, NinjaAPI
from rest_framework import generics, renderers, serializers

from bench.material.server import DAY, EMPTY, PLAIN
from institutions.models import Version

LEFT_OUT = ("institution", "parent", "municipality", "administrative_municipality", "period")


def rows(count: int) -> QuerySet[Version]:
    """The first so many, in order of number."""
    held = Version.objects.filter(period__contains=DAY)
    return held.select_related("institution", "parent", "municipality").order_by("institution__number")[:count]


class Told(serializers.ModelSerializer[Version]):
    """A serializer as it is taught."""

    number = serializers.CharField(source="institution.number")
    above = serializers.CharField(source="parent.number", default=None)
    place = serializers.CharField(source="municipality.name", default=None)

    class Meta:
        model = Version
        exclude = LEFT_OUT


class Every(generics.ListAPIView[Version]):
    """All in one answer."""

    serializer_class = Told
    renderer_classes = (renderers.JSONRenderer,)
    authentication_classes = ()

    def get_queryset(self) -> QuerySet[Version]:
        """Those asked for."""
        return rows(self.kwargs["count"])


class Said(ModelSchema):  # type: ignore[misc]
    """A schema as it is taught."""

    number: str
    above: str | None
    place: str | None

    class Meta:
        model = Version
        exclude = LEFT_OUT

    @staticmethod
    def resolve_number(one: Version) -> str:
        """Of the institution."""
        return one.institution.number

    @staticmethod
    def resolve_above(one: Version) -> str | None:
        """Of what it stands under."""
        return one.parent.number if one.parent else None

    @staticmethod
    def resolve_place(one: Version) -> str | None:
        """Of the municipality."""
        return one.municipality.name if one.municipality else None


ninja = NinjaAPI()


@ninja.get("/{count}/", response=list[Said])  # type: ignore[untyped-decorator]
def every(request: HttpRequest, count: int) -> Any:  # noqa: ANN401
    """All in one answer."""
    del request
    return rows(count)


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing."""
    del request
    return HttpResponse()


urlpatterns = [
    path(EMPTY[1:], empty),
    path(f"{PLAIN[1:]}drf/<int:count>/", Every.as_view()),
    path(f"{PLAIN[1:]}ninja/", include((ninja.urls[0], "ninja"))),
    path("", include("registry.urls")),
]
