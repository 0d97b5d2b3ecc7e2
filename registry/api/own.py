# ruff: noqa: N815 - the names that outsiders use
"""A system's own: its calls, how it stands, and how far it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiRequest
from rest_framework import serializers
from rest_framework.response import Response

from registry import calls, credentials
from registry.api import pages
from registry.api.authentication import caller
from registry.api.bodies import Body
from registry.api.pages import COUNT, CURSOR, USUAL, Cursor
from registry.api.parameters import Parameter, one_of
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.api.schema import JSON, calling, listing, single
from registry.models import Call
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

READ = "laes"
ALL, WRONG = "alle", "fejl"
OUTCOME = Parameter(
    "resultat", one_of((ALL, WRONG)), gettext_lazy("»fejl«: kun kald, der blev afvist."), choices=(ALL, WRONG),
    default=ALL,
)  # fmt: skip
FRESH = {"Cache-Control": "no-store"}


class KaldSerializer(serializers.Serializer[Any]):
    """A call."""

    tidspunkt = serializers.DateTimeField(help_text=gettext_lazy("Hvornår kaldet kom."))
    metode = serializers.CharField()
    adresse = serializers.CharField(help_text=gettext_lazy("Adressen med det, der blev spurgt om."))
    status = serializers.IntegerField(help_text=gettext_lazy("HTTP-status."))
    code = serializers.CharField(allow_null=True, help_text=gettext_lazy("Hvad der var galt; null hvor intet var."))


class AfvisningSerializer(serializers.Serializer[Any]):
    """What was refused, counted."""

    code = serializers.CharField(help_text=gettext_lazy("Fejlens kode."))
    antal = serializers.IntegerField()
    seneste = serializers.DateTimeField()


class NoegleSerializer(serializers.Serializer[Any]):
    """A key of the system."""

    noegle = serializers.CharField(help_text=gettext_lazy("Nøglens client_id."))
    gaelderTil = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("null: indtil videre."))


class StatusSerializer(serializers.Serializer[Any]):
    """How a system stands."""

    system = serializers.CharField(help_text=gettext_lazy("Systemets kode."))
    sundhed = serializers.ChoiceField(
        ["ok", "bagud", "afvist", "tavs"],
        help_text=gettext_lazy(
            "»tavs«: intet kald i et døgn; »afvist«: mere end halvdelen er afvist; »bagud«: en hændelse har ventet et "
            "døgn."
        ),
    )  # fmt: skip
    senesteKald = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("Det seneste kald før dette."))
    kald = serializers.IntegerField(help_text=gettext_lazy("Kald i det seneste døgn."))
    afvisninger = AfvisningSerializer(many=True)
    position = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("Den kvitterede position."))
    positionTidspunkt = serializers.DateTimeField(allow_null=True)
    hoved = serializers.IntegerField(help_text=gettext_lazy("Den sidste hændelse i registeret."))
    bagud = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("Hændelser efter positionen."))
    aeldsteUlaeste = serializers.DateTimeField(allow_null=True)
    noegler = NoegleSerializer(many=True)


class PositionSerializer(Body):
    """How far a system has read."""

    position = serializers.IntegerField(min_value=0, help_text=gettext_lazy("`til` i det sidste svar, der er gemt."))


CALL_EXAMPLE: dict[str, Any] = {
    "tidspunkt": "2026-03-27T09:14:02.481516+01:00", "metode": "GET", "adresse": "/api/v1/haendelser/?efter=9999",
    "status": 400, "code": "ugyldig_forespoergsel",
}  # fmt: skip
STATUS_EXAMPLE: dict[str, Any] = {
    "system": "AB123456", "sundhed": "ok", "senesteKald": "2026-03-27T09:14:02.481516+01:00", "kald": 2880,
    "afvisninger": [{"code": "ugyldig_forespoergsel", "antal": 1, "seneste": "2026-03-27T09:14:02.481516+01:00"}],
    "position": 4711, "positionTidspunkt": "2026-03-27T09:14:03+01:00", "hoved": 4711, "bagud": 0,
    "aeldsteUlaeste": None, "noegler": [{"noegle": "AB123456-8dK2mQx1Lp0Z", "gaelderTil": None}],
}  # fmt: skip
POSITION_EXAMPLE: dict[str, Any] = {"position": 4711}


@calling(
    "mig_kald", scope=READ, method="get", summary=gettext_lazy("Egne kald"),
    description=gettext_lazy("Systemets kald i den seneste måned, nyeste først, med hvad der blev afvist."),
    parameters=(OUTCOME, CURSOR, COUNT), answer={(200, JSON): listing(KaldSerializer, CALL_EXAMPLE)},
)  # fmt: skip
class Calls(Reading):
    """The calls of the system that calls."""

    scopes: ClassVar[Mapping[str, str]] = {"GET": READ, "HEAD": READ}
    parameters = (OUTCOME, CURSOR, COUNT)

    def get(self, request: Request) -> HttpResponseBase:
        """A page of them."""
        asked = self.asked(request)
        found = Call.objects.filter(system=caller(request).code)
        if asked.get(OUTCOME.name) == WRONG:
            found = found.filter(status__gte=calls.REJECTED)
        place, count = asked.get("cursor"), asked.get("antal", USUAL)
        if place:
            if place.backwards or not place.key.isdecimal():
                raise Invalid([Refused("ugyldig_parameter", _("Markøren hører til en anden liste."), field="cursor")])
            found = found.filter(pk__lt=int(place.key))
        page = list(found[: count + 1])
        following = Cursor(str(page[count - 1].pk)) if len(page) > count else None
        rows = [
            {"tidspunkt": _when(one.at), "metode": one.method, "adresse": one.path, "status": one.status,
             "code": one.code or None}
            for one in page[:count]
        ]  # fmt: skip
        return Response(pages.envelope(request, rows, following=following), headers=FRESH)


@calling(
    "mig_status", scope=READ, method="get", summary=gettext_lazy("Hvordan står det til?"),
    description=gettext_lazy("Systemets seneste døgn: kald, afvisninger, nøgler, og hvor langt det er bagud."),
    answer={(200, JSON): single(StatusSerializer, STATUS_EXAMPLE)},
)  # fmt: skip
class Status(Reading):
    """How the system that calls stands."""

    scopes: ClassVar[Mapping[str, str]] = {"GET": READ, "HEAD": READ}

    def get(self, request: Request) -> HttpResponseBase:
        """As it was before this call."""
        self.asked(request)
        system = caller(request).code
        now = calls.standing(system)
        position = now.reader.position if now.reader else None
        told = {
            "system": system, "sundhed": now.health,
            "senesteKald": _when(now.reader.called_at if now.reader else None), "kald": now.calls,
            "afvisninger": [
                {"code": one["code"], "antal": one["count"], "seneste": _when(one["last"])} for one in now.refused
            ],
            "position": position, "positionTidspunkt": _when(now.reader.moved_at if now.reader else None),
            "hoved": now.head, "bagud": None if position is None else now.head - position,
            "aeldsteUlaeste": _when(now.oldest_unread),
            "noegler": [
                {"noegle": one.client_id, "gaelderTil": _when(one.ends_at)} for one in credentials.live(system)
            ],
        }  # fmt: skip
        return Response(told, headers=FRESH)


@calling(
    "mig_position", scope=READ, method="put", summary=gettext_lazy("Kvittér for en position"),
    description=gettext_lazy(
        "Siger, hvor langt systemet har taget hændelserne ind, så det kan ses, om det er bagud. En lavere position end "
        "før er tilladt: systemet er begyndt forfra. Hændelserne selv læses, som før, fra den position, kaldet siger."
    ),
    body={JSON: OpenApiRequest(PositionSerializer, examples=[OpenApiExample("JSON", value=POSITION_EXAMPLE)])},
    answer={(200, JSON): single(PositionSerializer, POSITION_EXAMPLE)}, refuses=["ugyldig_vaerdi"],
)  # fmt: skip
class Position(Reading):
    """How far the system that calls has read."""

    http_method_names = ("put",)
    scopes: ClassVar[Mapping[str, str]] = {"PUT": READ}

    def put(self, request: Request) -> HttpResponseBase:
        """200 with the position as it is kept."""
        self.asked(request)
        sent = PositionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reader = calls.acknowledge(caller(request).code, sent.validated_data["position"])
        return Response({"position": reader.position}, headers=FRESH)


def _when(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None
