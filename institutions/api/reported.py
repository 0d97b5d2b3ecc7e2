# ruff: noqa: N815 - the register's own names
"""The operations of systems that report, for the OpenAPI document and its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest
from rest_framework import serializers

from institutions.api.examples import WORKBOOK
from institutions.api.sent import FROM, GIVEN, JSON, KEY, MODE, OUTCOME
from institutions.deliveries import fields, planning
from institutions.models import Delivery
from registry.api import links
from registry.api.bodies import DAY_OR_NOTHING, TEXT_OR_NOTHING, closed
from registry.api.negotiation import Csv, Xlsx
from registry.api.pages import COUNT, CURSOR
from registry.api.schema import ETAG, ErrorSerializer, calling, header, listing, single

WRITE = "skriv"
ID = {"id": (_("Indberetningens id, fra svaret, da den blev sendt."), "5b0c9a3e-6f0e-4b58-9d8b-3c1a7e2f4d60")}
PLAN = "9f2c1d60b7e84a53"
IF_MATCH = header(
    "If-Match", _("ETag fra det svar, som kaldet bygger på."), f'"{PLAN}"', required=True, pattern='^"[0-9a-f]+"$'
)


def idempotency(example: str) -> OpenApiParameter:
    """The header under which a call may be repeated; a key is for one call alone, so each operation shows its own."""
    return header(KEY, _("Samme nøgle og indhold giver samme svar; samme nøgle med andet indhold afvises."), example)


class RowChangeSerializer(serializers.Serializer[Any]):
    """A field, before and after."""

    felt = serializers.CharField(help_text=_("Feltets navn."))
    foer = serializers.CharField(allow_null=True, help_text=_("Værdien før."))
    efter = serializers.CharField(allow_null=True, help_text=_("Værdien efter."))


class RaekkeSerializer(serializers.Serializer[Any]):
    """What a row leads to."""

    orden = serializers.IntegerField(help_text=_("Rækkefølgen, som der udføres i."))
    raekke = serializers.IntegerField(help_text=_("Rækkens nummer fra 1; i en fil dens linje."))
    udfald = serializers.CharField(help_text=", ".join(planning.ALL))
    niveau = serializers.CharField(allow_null=True, help_text=_("Niveauet."))
    institutionsNummer = serializers.CharField(
        allow_null=True, help_text=_("Nummeret; en ny række får det, når planen udføres.")
    )
    eksternId = serializers.CharField(allow_null=True, help_text=_("Udbyderens eget id."))
    navn = serializers.CharField(allow_null=True, help_text=_("Navnet."))
    aendringer = RowChangeSerializer(many=True, help_text=_("Hvad der ændres."))
    fejl = ErrorSerializer(many=True, help_text=_("Hvorfor rækken er afvist."))


class IndberetningSerializer(serializers.Serializer[Any]):
    """A delivery."""

    id = serializers.UUIDField(help_text=_("Indberetningens id."))
    url = serializers.CharField(help_text=_("Dens adresse."))
    tilstand = serializers.CharField(help_text=", ".join(Delivery.Mode.values))
    status = serializers.CharField(help_text=_("planlagt eller udfoert; intet derimellem."))
    gaelderFra = serializers.DateField(help_text=_("Dagen, den gælder fra."))
    paaVegneAf = serializers.CharField(allow_null=True, help_text=_("Hvis mandat den bruger."))
    modtaget = serializers.DateTimeField(help_text=_("Hvornår den kom."))
    udfoert = serializers.DateTimeField(allow_null=True, help_text=_("Hvornår den blev udført."))
    udfald = serializers.DictField(child=serializers.IntegerField(), help_text=_("Antal rækker for hvert udfald."))
    beroerer = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("Hvor mange dataaftaler og udbydere ændringerne berører.")
    )
    plan = RaekkeSerializer(many=True, help_text=_("De første 100 rækker, i den orden der udføres i."))
    raekker = serializers.CharField(help_text=_("Adressen med alle rækker."))
    udfoer = serializers.CharField(help_text=_("Adressen, hvor planen udføres."))


ROW: dict[str, Any] = {
    "orden": 1, "raekke": 1, "udfald": "rettet", "niveau": "anvisningsenhed", "institutionsNummer": "G23218",
    "eksternId": "enhed-17", "navn": "Solstrålen",
    "aendringer": [{"felt": "navn", "foer": "Børnehuset Solstrålen", "efter": "Solstrålen"}], "fejl": [],
}  # fmt: skip
DELIVERY: dict[str, Any] = {
    "id": ID["id"][1], "url": f"/api/v1/indberetninger/{ID['id'][1]}/", "tilstand": "alt-eller-intet",
    "status": "planlagt", "gaelderFra": "2026-08-01", "paaVegneAf": "Norddjurs Kommune",
    "modtaget": "2026-06-01T09:14:02.481516+02:00", "udfoert": None,
    "udfald": {**dict.fromkeys(planning.ALL, 0), "rettet": 1}, "beroerer": {"dataaftaler": 4, "udbydere": 3},
    "plan": [ROW], "raekker": f"/api/v1/indberetninger/{ID['id'][1]}/raekker/",
    "udfoer": f"/api/v1/indberetninger/{ID['id'][1]}/udfoer/",
}  # fmt: skip
BODY: dict[str, Any] = {
    "tilstand": "alt-eller-intet", "gaelderFra": "2026-08-01",
    "raekker": [
        {"niveau": "daginstitution", "eksternId": "klynge-3", "navn": "Område Midt", "ejerformKode": "1",
         "lovgrundlagKode": "10", "admKommuneKode": "707"},
        {"niveau": "anvisningsenhed", "eksternId": "enhed-17", "daginstitutionsNummer": "klynge-3",
         "navn": "Solstrålen", "instType3": "6012", "vejNavn": "Solvangen", "husNummer": "12", "postNummer": "8500",
         "byNavn": "Grenaa", "pNummer": "1234567890"},
        {"institutionsNummer": "G23218", "telefonNummer": "12345678"},
    ],
}  # fmt: skip
FILE = "anvisningsenhedsNummer;dagtilbudsNavn;telefonNummer\r\nG23218;Solstrålen;12345678\r\n"
ROWS = closed(dict.fromkeys(fields.KNOWN, TEXT_OR_NOTHING))
UNREADABLE = (
    "ugyldig_vaerdi", "ingen_raekker", "for_mange_raekker", "forkerte_kolonner", "forkert_antal_felter", "ikke_csv",
    "forkert_tegnsaet", "tom_fil",
)  # fmt: skip
GIVEN_KINDS = {MODE.name: {"enum": Delivery.Mode.values}, FROM.name: DAY_OR_NOTHING}
NEXT = {
    "indberetningens_raekker": {"id": links.ID}, "udfoer_indberetning": {"id": links.ID, "If-Match": links.ETAG},
}  # fmt: skip
DELIVERED = single(IndberetningSerializer, DELIVERY)

send = calling(
    "indberet",
    scope=WRITE,
    summary=_("Indberet"),
    description=_(
        "Op til 5.000 rækker, som JSON, CSV eller regneark: en hel kommunes hierarki eller en enkelt ændring. En række "
        "siger kun det, der skal gælde; et felt, der ikke nævnes, røres ikke. En række uden nummer er ny, og "
        "udbyderens eget id (`eksternId`) kan stå, hvor et nummer kan, også for det, der selv er nyt i "
        "indberetningen. »Nedlagt« i `status` nedlægger, »Aktiv« genåbner et nedlagt nummer. Svaret er "
        "planen: intet er ændret, før den udføres. For filer står `tilstand` og de andre "
        "felter som parametre i adressen."
    ),
    parameters=GIVEN,
    headers=[idempotency("2026-08-01-norddjurs-1"), ETAG],
    links={"indberetning": {"id": links.ID}, **NEXT},
    body={
        JSON: OpenApiRequest(
            closed({
                **{one.name: {**GIVEN_KINDS.get(one.name, TEXT_OR_NOTHING), "description": one.description}
                   for one in GIVEN},
                "raekker": {"type": "array", "items": ROWS, "minItems": 1, "maxItems": fields.MOST},
            }, required=[MODE.name, "raekker"]),
            examples=[OpenApiExample("JSON", value=BODY, request_only=True)],
        ),
        Csv.media_type: OpenApiRequest(
            OpenApiTypes.BINARY, examples=[OpenApiExample("CSV", value=FILE, request_only=True)]
        ),
        Xlsx.media_type: OpenApiRequest(OpenApiTypes.BINARY, examples=[
            OpenApiExample("Regneark", external_value=f"/api/v1/institutioner/{WORKBOOK}", request_only=True),
        ]),
    },
    answer={(202, JSON): DELIVERED},
    refuses=["noegle_genbrugt", "nummer_to_gange", "for_stort_indhold", *UNREADABLE],
)  # fmt: skip
delivery = calling(
    "indberetning", scope=WRITE, method="get", summary=_("En indberetning"),
    description=_("Planen, og om den er udført. `ETag` er planens; den skal med, når den udføres."),
    path=ID, headers=[ETAG], links=NEXT, answer={(200, JSON): DELIVERED}, refuses=["ikke_fundet"],
)  # fmt: skip
rows = calling(
    "indberetningens_raekker", scope=WRITE, method="get", summary=_("En indberetnings rækker"),
    description=_("Hver række med sit udfald, i den orden der udføres i: oppefra, og nedlæggelser nedefra."),
    path=ID, parameters=(OUTCOME, CURSOR, COUNT), answer={(200, JSON): listing(RaekkeSerializer, ROW)},
    refuses=["ikke_fundet"],
)  # fmt: skip
perform = calling(
    "udfoer_indberetning", scope=WRITE, summary=_("Udfør en indberetning"),
    description=_(
        "Udfører netop den plan, som `If-Match` nævner, i én transaktion. Er registeret ændret, så planen ville blive "
        "en anden, er svaret 412, og indberetningen har fået en ny plan. Kaldet kan gentages: en plan, der er udført, "
        "svarer det samme igen."
    ),
    path=ID, headers=[IF_MATCH, ETAG], answer={(200, JSON): DELIVERED},
    refuses=["ikke_fundet", "kun_validering", "raekker_afvist", "planen_er_aendret", "if_match_mangler"],
)  # fmt: skip
