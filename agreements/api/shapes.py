# ruff: noqa: N815 - the names that outsiders use
"""What is sent and answered about agreements, in words and with examples."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiRequest
from rest_framework import serializers

from agreements.models import Service
from agreements.states import Status
from institutions.numbers import SHAPE
from registry.api import links
from registry.api.bodies import Body
from registry.api.pages import COUNT, CURSOR
from registry.api.parameters import Parameter, matching, one_of
from registry.api.schema import JSON, calling, listing, single

SCOPE = "aftaler"
MOST = 5000  # numbers in one request
SERVICE = Parameter("servicekode", matching(r"\w{1,20}", _("en servicekode")), _("Kun aftaler om tjenesten."), "ws10")
STATUS = Parameter(
    "status", one_of(Status.values), _("Kun aftaler med den status. Udeladt: alle, også slettede."), "GODKENDT",
    choices=Status.values,
)  # fmt: skip
NUMBER = Parameter(
    "institutionsNummer", matching(SHAPE.pattern, _("et institutionsnummer")), _("Kun aftaler på det nummer."), "G23218"
)
LIST = (STATUS, SERVICE, NUMBER, CURSOR, COUNT)


class AftaleSerializer(serializers.Serializer[Any]):
    """A data agreement."""

    aftaleId = serializers.IntegerField(help_text=_("Aftalens nummer."))
    aftaleStatus = serializers.ChoiceField(Status.values)
    institutionsNummer = serializers.CharField(help_text=_("Nummeret, som aftalen hviler på."))
    nytNummer = serializers.CharField(help_text=_("Det nummer, det er i dag."))
    institutionsNavn = serializers.CharField()
    servicekode = serializers.CharField()
    databehandleraftale = serializers.BooleanField(
        allow_null=True, help_text=_("null: den gamle aftale siger det ikke.")
    )
    oprettet = serializers.DateField()
    ophoert = serializers.DateField(allow_null=True, help_text=_("Den første dag uden."))


class AnmodningSerializer(Body):
    """A request for agreements, many numbers at once."""

    institutionsnumre = serializers.ListField(
        child=serializers.CharField(max_length=40, allow_blank=True), min_length=1, max_length=MOST,
        help_text=_("Op til 5.000 numre på anvisningsenheder og alternative adresser."),
    )  # fmt: skip
    servicekoder = serializers.ListField(
        child=serializers.SlugRelatedField(
            "code", queryset=Service.objects.all(),
            error_messages={"does_not_exist": _("Tjenesten »{value}« findes ikke.")},
        ), min_length=1, help_text=_("Tjenesterne; der bedes om hver af dem på hvert nummer."),
    )  # fmt: skip
    databehandleraftale = serializers.BooleanField(help_text=_("Der findes en databehandleraftale med dataejeren."))
    kommentar = serializers.CharField(default="", allow_blank=True, max_length=1000)
    proeve = serializers.BooleanField(default=False, help_text=_("Vis, hvad der ville ske, og gem intet."))


class AftaleFejlSerializer(serializers.Serializer[Any]):
    """Why not, or what to mind."""

    code = serializers.CharField()
    detail = serializers.CharField()
    suggestions = serializers.ListField(
        child=serializers.CharField(), help_text=_("De rigtige numre, de bedste først.")
    )


class AnmodningSvarSerializer(serializers.Serializer[Any]):
    """What became of a number and a service."""

    nummer = serializers.CharField(help_text=_("Nummeret, som det blev sendt."))
    servicekode = serializers.CharField()
    aftaleId = serializers.IntegerField(allow_null=True)
    fejl = AftaleFejlSerializer(allow_null=True)
    bemaerkning = AftaleFejlSerializer(allow_null=True)


class AnmodningerSerializer(serializers.Serializer[Any]):
    """What became of a request."""

    oprettet = serializers.IntegerField(help_text=_("Aftaler, der nu venter på dataejeren."))
    afvist = serializers.IntegerField()
    resultater = AnmodningSvarSerializer(many=True)


class TjenesteNumreSerializer(serializers.Serializer[Any]):
    """The numbers that may be read through a service."""

    servicekode = serializers.CharField()
    institutionsnumre = serializers.ListField(child=serializers.CharField())


class NumreSerializer(serializers.Serializer[Any]):
    """The numbers with an approved agreement."""

    system = serializers.CharField(help_text=_("Systemets kode."))
    gaeldende = serializers.DateField()
    institutionsnumre = serializers.ListField(child=serializers.CharField(), help_text=_("Alle tjenesternes numre."))
    tjenester = TjenesteNumreSerializer(many=True)


AGREEMENT: dict[str, Any] = {
    "aftaleId": 100042, "aftaleStatus": "GODKENDT", "institutionsNummer": "G23218", "nytNummer": "G23218",
    "institutionsNavn": "Børnehuset Solstrålen", "servicekode": "ws10", "databehandleraftale": True,
    "oprettet": "2026-03-27", "ophoert": None,
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "institutionsnumre": ["G23218", "A10001"], "servicekoder": ["ws10"], "databehandleraftale": True,
    "kommentar": "", "proeve": False,
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "oprettet": 1, "afvist": 1,
    "resultater": [
        {"nummer": "G23218", "servicekode": "ws10", "aftaleId": 100042, "fejl": None, "bemaerkning": None},
        {"nummer": "A10001", "servicekode": "ws10", "aftaleId": None, "bemaerkning": None, "fejl": {
            "code": "aftale_paa_a_nummer", "detail": "A10001 er et A-nummer. Brug G23218.", "suggestions": ["G23218"],
        }},
    ],
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "system": "AB123456", "gaeldende": "2026-03-27", "institutionsnumre": ["G23218"],
    "tjenester": [{"servicekode": "ws10", "institutionsnumre": ["G23218"]}],
}  # fmt: skip

listed = calling(
    "dataaftaler", scope=SCOPE, method="get", summary=_("Systemets dataaftaler"),
    description=_("Alle dataaftaler, systemet har bedt om, i nummerorden, side for side, med deres status i dag."),
    parameters=LIST, links={"opslag": {"nummer": links.first("institutionsNummer")}},
    answer={(200, JSON): listing(AftaleSerializer, AGREEMENT)},
)  # fmt: skip
asked = calling(
    "dataaftaler_anmod", scope=SCOPE, summary=_("Anmod om dataaftaler"),
    description=_(
        "Beder om mange numre på én gang. Hvert nummer og hver tjeneste får sit eget svar: en aftale, der venter på "
        "dataejeren, eller hvorfor ikke, med det rigtige nummer. Med `proeve` gemmes intet. At bede to gange er "
        "uden skade: det, der findes, afvises med `aftale_findes`."
    ),
    body={JSON: OpenApiRequest(AnmodningSerializer, examples=[OpenApiExample("JSON", value=REQUEST)])},
    answer={(200, JSON): single(AnmodningerSerializer, ANSWER)},
    refuses=["databehandleraftale_mangler", "passivt_system"],
)  # fmt: skip
numbers = calling(
    "dataaftaler_institutionsnumre", scope=SCOPE, method="get", summary=_("Numre med godkendt aftale"),
    description=_(
        "Numrene, som systemet må hente i dag, i alt og for hver tjeneste: godkendte aftaler om en tjeneste, som "
        "systemet har tilslutningsaftale om. Et konsolideret nummer står som det nummer, det er blevet til; et nedlagt "
        "er her ikke."
    ),
    answer={(200, JSON): single(NumreSerializer, NUMBERS)},
)  # fmt: skip
