# ruff: noqa: N815 - the register's own names
"""Matching in words, for the OpenAPI document: what is sent, what is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse
from rest_framework import serializers

from institutions.duplicates.asking import FIELDS, MOST
from registry.api.bodies import Body
from registry.api.parameters import Parameter, Reader, matching, whole
from registry.api.schema import JSON, reading, single

LONGEST = 200
# An empty one is passed over: clients send it.
QUERIES = Parameter("queries", Reader(str, {"minLength": 0}), _("Spørgsmålene som JSON; udeladt: manifestet."))
TYPED = replace(matching(r".{1,100}", _("1-100 tegn")), shape={"minLength": 0, "maxLength": 100})
PREFIX = Parameter("prefix", TYPED, _("Hvad der er skrevet."))
SKIPPED = Parameter("cursor", whole(0, 1000), _("Hvor mange der springes over."), kind=int)


class SpoergsmaalSerializer(Body):
    """What is known of an institution: free text, all of it optional, but something must be said."""

    institutionsNummer = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    navn = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    adresse = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST, help_text=_("Vej og nummer."))
    postNummer = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    byNavn = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    kommune = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST, help_text=_("Navnet."))
    cvrNummer = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    pNummer = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    telefonNummer = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    email = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)
    antal = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=5)

    def validate(self, attrs: Any) -> Any:  # noqa: ANN401
        """Raises where nothing is said."""
        if not any(str(attrs.get(name, "")).strip() for name in FIELDS):
            raise serializers.ValidationError(_("Sig noget om den: et navn, en adresse eller et nummer."))
        return attrs


class GrundSerializer(serializers.Serializer[Any]):
    """A reason: the weights add up to the score's log-odds."""

    kode = serializers.CharField()
    tekst = serializers.CharField(help_text=_("Grunden i ord."))
    vaegt = serializers.FloatField(allow_null=True, help_text=_("Log-odds; null hvor nummeret afgør det."))


class KandidatSerializer(serializers.Serializer[Any]):
    """An institution that it may be."""

    institutionsNummer = serializers.CharField()
    niveau = serializers.CharField()
    status = serializers.CharField()
    navn = serializers.CharField()
    adresse = serializers.CharField()
    score = serializers.FloatField(help_text=_("Sandsynligheden, 0-1; kandidaternes er højst 1 tilsammen."))
    sikker = serializers.BooleanField(help_text=_("Så sandsynlig, at den kan bruges uden et blik."))
    grunde = GrundSerializer(many=True)
    url = serializers.CharField()


class SvarSerializer(serializers.Serializer[Any]):
    """What it may be."""

    kandidater = KandidatSerializer(many=True)


SENT = {"navn": "Solstrålen", "adresse": "Solvangen 12", "postNummer": "8000", "byNavn": "Aarhus C"}
ANSWER: dict[str, Any] = {
    "kandidater": [
        {
            "institutionsNummer": "G23218", "niveau": "anvisningsenhed", "status": "Aktiv",
            "navn": "Børnehuset Solstrålen", "adresse": "Solvangen 12, 8000 Aarhus C", "score": 0.9871,
            "sikker": True, "url": "/api/v1/institutioner/G23218/",
            "grunde": [{"kode": "address.same", "tekst": "Samme adresse", "vaegt": 6.12}],
        }
    ]
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "versions": ["0.2"], "name": "Dagtilbudsregisteret",
    "identifierSpace": "https://dagtilbud.example/institution/",
    "schemaSpace": "https://dagtilbud.example/api/dokumentation/",
    "defaultTypes": [{"id": "anvisningsenhed", "name": "anvisningsenhed"}],
    "view": {"url": "https://dagtilbud.example/institution/{{id}}/"}, "batchSize": 10,
    "suggest": {"property": {
        "service_url": "https://dagtilbud.example/api/v1/reconcile", "service_path": "/egenskaber/",
    }},
}  # fmt: skip
RECONCILED: dict[str, Any] = {
    "q0": {"result": [{
        "id": "G23218", "name": "Børnehuset Solstrålen", "score": 98.7, "match": True,
        "description": "Solvangen 12, 8000 Aarhus C", "type": [{"id": "anvisningsenhed", "name": "anvisningsenhed"}],
        "features": [{"id": "address.same", "name": "Samme adresse", "value": 6.12}],
    }]}
}  # fmt: skip
PROPERTIES = {"result": [{"id": "adresse", "name": "adresse"}]}


def _plain(example: dict[str, Any]) -> OpenApiResponse:
    return OpenApiResponse(OpenApiTypes.OBJECT, description=_("Svaret."), examples=[
        OpenApiExample("Reconciliation", value=example, response_only=True),
    ])  # fmt: skip


match = reading(
    "match",
    summary=_("Hvilken institution er det?"),
    description=_(
        "Navn, adresse, nummer, hvad man ved: de institutioner i registeret, det kan være, de sandsynligste først, med "
        "grundene. Et nummer, der fører til en institution, afgør det alene. Intet gemmes."
    ),
    links={"institution": {"nummer": "$response.body#/kandidater/0/institutionsNummer"}},
    body={JSON: OpenApiRequest(SpoergsmaalSerializer, examples=[OpenApiExample("JSON", value=SENT)])},
    answer={(200, JSON): single(SvarSerializer, ANSWER)},
)
reconcile = reading(
    "reconcile",
    summary=_("Afstemning (W3C Reconciliation 0.2)"),
    description=_(
        "Til OpenRefine og dens lige: føj adressen til som en tjeneste. Uden `queries` fås manifestet; med `queries` "
        "(GET, eller POST som formular) et svar for hvert spørgsmål. Egenskaberne hedder som felterne i `match/`."
    ),
    parameters=(QUERIES,),
    answer={(200, JSON): _plain(MANIFEST)},
)
reconcile_many = reading(
    "reconcile_mange", summary=_("Afstemning af mange"), description=_("Op til 50 spørgsmål i feltet `queries`."),
    body={"application/x-www-form-urlencoded": OpenApiRequest(
        {"type": "object", "properties": {"queries": {"type": "string"}}},
        examples=[OpenApiExample("Formular", value={"queries": '{"q0": {"query": "Solstrålen"}}'})],
    )},
    answer={(200, JSON): _plain(RECONCILED)},
)  # fmt: skip
properties = reading(
    "reconcile_egenskaber", summary=_("Egenskaber til afstemning"),
    description=_("De felter, som en kolonne kan være, til OpenRefines forslag."),
    parameters=(PREFIX, SKIPPED), answer={(200, JSON): _plain(PROPERTIES)},
)  # fmt: skip
