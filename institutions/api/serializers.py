# ruff: noqa: N815 - the register's own names
"""The shapes of the answers, for the OpenAPI document; the answers themselves are made in `told`.

Coded values are plain text there, not closed lists: a new value must not break a reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import keep_lazy_text
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from institutions.columns import EVENT_NAMES, JSON_FACTS
from institutions.exporting.cells import TEXTS
from institutions.models import Cause, Level, Version
from institutions.wording import CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

type Shape = serializers.Serializer[Any]
type Words = str | _StrPromise
NUMBERS = ("latitude", "longitude")
NUMBER, ADDRESS = _("Institutionsnummeret."), _("Adressen i grænsefladen.")


def _text(help_text: Words, *, null: bool = True) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, allow_null=null)


def _number(help_text: Words = NUMBER, *, null: bool = False) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, allow_null=null)


def _day(help_text: Words) -> serializers.DateField:
    return serializers.DateField(help_text=help_text, allow_null=True)


def _url(help_text: Words = ADDRESS) -> serializers.CharField:
    return serializers.CharField(help_text=help_text)


def _one_of(words: Iterable[str]) -> str:
    return ", ".join(f"»{word}«" for word in words)


FROM, UNTIL = _("Første dag; null, hvor den ikke kendes."), _("Første dag uden; null, så længe det gælder.")


class LinkSerializer(serializers.Serializer[Any]):
    """A number and where it is told of."""

    institutionsNummer = _number()
    url = _url()


class OverordnetSerializer(LinkSerializer):
    """What an institution stands under."""

    niveau = _text(_("Niveauet."))
    navn = _text(_("Navnet på dagen."))


class AendringSerializer(serializers.Serializer[Any]):
    """A fact that changed."""

    felt = _text(_("Feltets navn."), null=False)
    foer = serializers.JSONField(help_text=_("Værdien før."))
    efter = serializers.JSONField(help_text=_("Værdien efter."))


class DateretAendringSerializer(AendringSerializer):
    """A fact that changed, and the day from which it does."""

    gaelderFra = _day(_("Dagen, som ændringen gælder fra."))


class KommendeSerializer(serializers.Serializer[Any]):
    """What is dated ahead: a day, and what changes on it."""

    gaelderFra = serializers.DateField(help_text=_("Dagen."))
    haendelse = _text(_("Hvad der sker på dagen."), null=False)
    aarsag = _text(_("Årsagen til en nedlæggelse."))
    aendringer = AendringSerializer(many=True)


def _facts() -> dict[str, Any]:
    """A field for each of the register's facts, and for each text of a code."""
    fields: dict[str, Any] = {}
    for outside, name in JSON_FACTS.items():
        label = _label(name)
        if name in CONTACT:
            hidden = format_lazy("{} {}", label, _("Vises ikke for en institution uden for registeret."))
            fields[outside] = serializers.CharField(help_text=hidden, allow_null=True, required=False)
        else:
            kind = serializers.FloatField if name in NUMBERS else serializers.CharField
            fields[outside] = kind(help_text=label, allow_null=True)
        if outside in TEXTS:
            fields[f"{outside}_Tekst"] = _text(_("Kodens tekst."))
    return fields


def _label(name: str) -> Words:
    field: Any = Version._meta.get_field(name)
    return _sentence(field.verbose_name)


@keep_lazy_text
def _sentence(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}."


ROW: dict[str, Any] = {
    "__doc__": "An institution on a day.",
    "institutionsNummer": _number(),
    "niveau": _text(_one_of(Level.values), null=False),
    "status": _text(_("»Aktiv« eller »Nedlagt«; »Kommende«, før den begynder."), null=False),
    "aarsag": _text(format_lazy("{}{}", _("Hvorfor den er nedlagt: "), _one_of(Cause.values))),
    "daginstitutionsNummer": _number(_("Nummeret på niveau 1: dens eget eller det, den står under."), null=True),
    "anvisningsenhedsNummer": _number(_("Nummeret på niveau 2."), null=True),
    "alternativAdresseNummer": _number(_("Nummeret på niveau 3."), null=True),
    "overordnetNummer": _number(_("Den nærmeste overordnede."), null=True),
    **_facts(),
    "lovgrundlagUdledt": serializers.BooleanField(help_text=_("Lovgrundlaget er udledt af ejerform og type.")),
    "gyldigFra": _day(FROM),
    "gyldigTil": _day(UNTIL),
    "kommuneTekst": _text(_("Kommunen, som den blev skrevet uden for registeret.")),
    "konsolideretTil": _number(_("Nummeret, som den er konsolideret ind i."), null=True),
    "url": _url(),
}
InstitutionSerializer: Any = type("InstitutionSerializer", (serializers.Serializer,), ROW)
InstitutionDetaljeSerializer: Any = type(
    "InstitutionDetaljeSerializer",
    (InstitutionSerializer,),
    {
        "__doc__": "An institution with what became of it.",
        "overordnet": OverordnetSerializer(allow_null=True, help_text=_("Hvad den står under.")),
        "efterfoelgere": LinkSerializer(many=True, help_text=_("Hvem der tog over, da den blev nedlagt.")),
        "optagneNumre": serializers.ListField(child=_number(), help_text=_("Numre, der er konsolideret ind i den.")),
        "kommendeAendringer": KommendeSerializer(many=True, help_text=_("Hvad der er dateret frem.")),
    },
)


class TilstandSerializer(serializers.Serializer[Any]):
    """An institution's whole state."""

    institutionsNummer = _number()
    niveau = _text(_("Niveauet."), null=False)
    konsolideretTil = _number(null=True)
    efterfoelgere = serializers.ListField(child=_number())
    versioner = serializers.ListField(
        child=serializers.DictField(), help_text=_("Hvad der gælder hvornår: felterne fra `institutioner/`.")
    )


class HaendelseSerializer(serializers.Serializer[Any]):
    """An event, apart from what it changed."""

    nummer = serializers.IntegerField(help_text=_("Løbenummeret: rækkefølgen."))
    tidspunkt = serializers.DateTimeField(help_text=_("Hvornår registeret fik det at vide."))
    haendelse = _text(_one_of(EVENT_NAMES.values()), null=False)
    institutionsNummer = _number()
    gaelderFra = _day(_("Dagen, som det gælder fra."))
    nytNummer = _number(_("Nummeret, som et konsolideret nummer er fra nu af."), null=True)
    andetNummer = _number(_("Det andet nummer i en konsolidering."), null=True)
    fortryder = serializers.IntegerField(allow_null=True, help_text=_("Løbenummeret på det, der fortrydes."))
    sammenhaeng = serializers.UUIDField(help_text=_("Fælles for alt, der hører til samme handling."))


class FeedHaendelseSerializer(HaendelseSerializer):
    """An event of the feed."""

    foer = TilstandSerializer(allow_null=True)
    efter = TilstandSerializer(allow_null=True)


class HistorikSerializer(HaendelseSerializer):
    """An event of a history."""

    aendringer = DateretAendringSerializer(many=True)


class FeedSerializer(serializers.Serializer[Any]):
    """A page of the feed."""

    fra = serializers.IntegerField(help_text=_("Positionen, der blev læst fra."))
    til = serializers.IntegerField(help_text=_("Positionen, som næste kald skal læse fra."))
    hoved = serializers.IntegerField(help_text=_("Den sidste hændelse i registeret."))
    ajour = serializers.BooleanField(help_text=_("Der er ikke mere lige nu."))
    haendelser = FeedHaendelseSerializer(many=True)


class UdtraekFilSerializer(serializers.Serializer[Any]):
    """A file of a snapshot."""

    navn = serializers.CharField(help_text=_("Filens navn; den er pakket med gzip."))
    indhold = serializers.CharField(help_text=_("Hvad filen er, når den er pakket ud."))
    raekker = serializers.IntegerField(help_text=_("Rækker i filen; kolonneoverskrifter tæller ikke med."))
    stoerrelse = serializers.IntegerField(help_text=_("Byte i den pakkede fil."))
    sha256 = serializers.CharField(help_text=_("SHA-256 af den pakkede fil, hexadecimalt."))
    url = serializers.URLField(help_text=_("Hvor filen hentes; indholdet ændres aldrig."))


class UdtraekSerializer(serializers.Serializer[Any]):
    """The manifest of a snapshot."""

    position = serializers.IntegerField(help_text=_("Den sidste hændelse, som udtrækket har med."))
    tidspunkt = serializers.DateTimeField(help_text=_("Hvornår udtrækket blev lavet."))
    gaeldende = serializers.DateField(help_text=_("Dagen, som CSV-filerne gælder for."))
    haendelser = serializers.URLField(help_text=_("Alt, hvad der er sket siden: hændelserne fra positionen."))
    filer = UdtraekFilSerializer(many=True)


class OpslagSerializer(serializers.Serializer[Any]):
    """What became of a number."""

    institutionsNummer = _number(_("Nummeret, der blev slået op."))
    niveau = _text(_("Niveauet."), null=False)
    nytNummer = _number(_("Nummeret i dag; det samme, hvor intet er sket."))
    konsolideret = serializers.BooleanField()
    trin = serializers.ListField(child=_number(), help_text=_("Vejen fra det ene til det andet."))
    status = _text(_("Status i dag for det nye nummer."), null=False)
    aarsag = _text(_("Hvorfor det er nedlagt."))
    navn = _text(_("Navnet i dag."))
    efterfoelgere = LinkSerializer(many=True)
    url = _url()


class FejlSerializer(serializers.Serializer[Any]):
    """Why a text is no number that was ever issued."""

    code = _text(_("Fejlens kode."), null=False)
    detail = _text(_("Hvad der er galt."), null=False)


class MangeOpslagSerializer(OpslagSerializer):
    """What became of one number of many; null, where it is none."""

    nummer = _text(_("Som det blev sendt."), null=False)
    institutionsNummer = _number(_("Nummeret, som registeret skriver det."), null=True)
    niveau = _text(_("Niveauet."))
    nytNummer = _number(_("Nummeret i dag; det samme, hvor intet er sket."), null=True)
    status = _text(_("Status i dag for det nye nummer."))
    url = _text(ADDRESS)
    fejl = FejlSerializer(allow_null=True, help_text=_("Hvorfor der ikke er noget svar."))


class KommuneSerializer(serializers.Serializer[Any]):
    """A municipality on a day."""

    kommuneKode = _text(_("Tre cifre."), null=False)
    navn = _text(_("Navnet."), null=False)
    langtNavn = _text(_("Navnet med »Kommune«."), null=False)
    regionsKode = _text(_("Regionen på dagen."))
    regionsKode_Tekst = _text(_("Regionens navn."))


class KodetabelSerializer(serializers.Serializer[Any]):
    """A code table."""

    navn = _text(_("Tabellens navn."), null=False)
    titel = _text(_("Hvad den handler om."), null=False)
    url = _url()


class KodevaerdiSerializer(serializers.Serializer[Any]):
    """A value of a code table; in `lovligeKombinationer` three codes in place of the first three fields."""

    kode = serializers.CharField(help_text=_("Koden."), required=False)
    tekst = serializers.CharField(help_text=_("Teksten."), required=False)
    beskrivelse = serializers.CharField(help_text=_("Hvad der er at sige om koden."), required=False, allow_null=True)
    skema = serializers.IntegerField(
        help_text=_("Det første skema, der har koden: den, der læser med et lavere, får intet med den."), required=False
    )
    ejerformKode = serializers.CharField(help_text=_("Kun i `lovligeKombinationer`."), required=False)
    lovgrundlagKode = serializers.CharField(help_text=_("Kun i `lovligeKombinationer`."), required=False)
    instType3 = serializers.CharField(help_text=_("Kun i `lovligeKombinationer`."), required=False)
    gyldigFra = _day(FROM)
    gyldigTil = _day(UNTIL)
