"""Each operation in words, for the OpenAPI document and its page."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse

from institutions.api import examples, serializers
from institutions.api.parameters import EVENTS, LIST, VALID
from registry.api import links
from registry.api.negotiation import Csv, Ndjson, Xlsx
from registry.api.parameters import FORMAT, KNOWN, ON, SCHEMA
from registry.api.schema import JSON, UNCHANGED, listing, reading, single

NUMBER = {"nummer": (_("Et institutionsnummer: A, D eller G og fem tegn."), "G23218")}
OLD_NUMBER = {"nummer": (_("Et nummer, som registeret engang har udstedt eller kendt."), "A10001")}
ITS_NUMBER = "$response.body#/institutionsNummer"
UNKNOWN = ("ugyldigt_nummer", "ukendt_nummer")
FORMS = replace(FORMAT, choices=("json", "csv", "ndjson", "xlsx"))
FILES = {
    Csv: OpenApiExample("CSV", value=examples.CSV, response_only=True),
    Ndjson: OpenApiExample("NDJSON", value=examples.NDJSON, response_only=True),
    # What is no text is fetched.
    Xlsx: OpenApiExample("Regneark", external_value=f"/api/v1/institutioner/{examples.WORKBOOK}", response_only=True),
}
WHOLE = _("Hele listen som fil; med `antal` eller `cursor` en side, og den næste side i hovedet `Link`.")

institution_list = reading(
    "institutioner",
    summary=_("Institutioner"),
    description=_(
        "Registeret, som det gælder på en dag, og som det var kendt på et tidspunkt, i nummerorden, side for side. "
        "Med `q` ranget, de bedste først. Nedlagte er med; sæt `status`, hvis de ikke skal være det. Institutioner "
        "uden for registeret (A-numre) kommer kun med, når `niveau` siger det, og uden e-mail og telefon. "
        "En ukendt parameter eller en forkert værdi afvises; den overses aldrig."
    ),
    parameters=(*LIST, FORMS),
    links=links.every(["institution", "historik", "opslag"], nummer=links.first("institutionsNummer")),
    answer={
        **UNCHANGED,
        (200, JSON): listing(serializers.InstitutionSerializer, examples.UNIT),
        **{
            (200, one.media_type): OpenApiResponse(OpenApiTypes.BINARY, description=WHOLE, examples=[shown])
            for one, shown in FILES.items()
        },
    },
    refuses=["forkert_format"],
)
institution = reading(
    "institution",
    summary=_("Én institution"),
    description=_(
        "En institution på en dag, med hvad den står under, hvad der blev af den, og hvad der er dateret frem. "
        "Et konsolideret nummer viser videre (308) til det nummer, det er i dag, med forespørgslen i behold. Et "
        "nedlagt nummer svarer med status, årsag og efterfølgere."
    ),
    path=NUMBER,
    parameters=(ON, KNOWN, SCHEMA),
    links={
        "historik": {"nummer": ITS_NUMBER},
        "ret": {"nummer": ITS_NUMBER, "If-Match": links.ETAG},
        **links.every(["flyt", "nedlaeg", "genaabn"], nummer=ITS_NUMBER),
    },
    answer={
        **UNCHANGED,
        (200, JSON): single(serializers.InstitutionDetaljeSerializer, examples.DETAIL),
        308: OpenApiResponse(description=_("Nummeret er konsolideret ind i et andet; se hovedet `Location`.")),
    },
    refuses=[*UNKNOWN, "fejloprettet", "kraever_nyere_skema"],
)
history = reading(
    "historik",
    summary=_("En institutions historik"),
    description=_(
        "Alt, hvad der er sket med nummeret, ældste først: hvad der blev ændret fra hvad til hvad, og fra hvilken dag. "
        "Et konsolideret nummer beholder sin egen historik. Hvem der gjorde det, og hvorfor, er ikke offentligt."
    ),
    path=NUMBER,
    answer={**UNCHANGED, (200, JSON): listing(serializers.HistorikSerializer, examples.HISTORY)},
    refuses=UNKNOWN,
)
resolve = reading(
    "opslag",
    summary=_("Hvad blev der af et nummer?"),
    description=_("Følger et nummer til det, det er i dag. Ethvert nummer, der har været udstedt, svarer for altid."),
    path=OLD_NUMBER,
    answer={**UNCHANGED, (200, JSON): single(serializers.OpslagSerializer, examples.LOOKUP)},
    refuses=UNKNOWN,
)
resolve_many = reading(
    "opslag_mange",
    summary=_("Hvad blev der af mange numre?"),
    description=_(
        "Følger op til 5.000 numre på én gang. Send en JSON-liste af numre eller en CSV-fil (UTF-8, `;`) med en "
        "kolonne `institutionsNummer` eller kun én kolonne; svaret har samme rækkefølge og samme form. CSV-svaret er "
        "filen, som den blev sendt, med kolonnerne `nytNummer`, `status`, `aarsag`, `navn`, `efterfoelgere` og `fejl` "
        "til sidst. Det, der ikke er et nummer, afviser kun sin egen række."
    ),
    body={
        JSON: OpenApiRequest(
            {"type": "array", "items": {"type": "string"}, "maxItems": 5000},
            examples=[OpenApiExample("JSON", value=["A10001", "G23218"], request_only=True)],
        ),
        Csv.media_type: OpenApiRequest(
            OpenApiTypes.BINARY, examples=[OpenApiExample("CSV", value=examples.MANY_CSV, request_only=True)]
        ),
    },
    answer={
        (200, JSON): single(serializers.MangeOpslagSerializer(many=True), examples.MANY),
        (200, Csv.media_type): OpenApiResponse(
            OpenApiTypes.BINARY,
            description=_("Filen med flere kolonner."),
            examples=[OpenApiExample("CSV", value=examples.MANY_CSV_ANSWER, response_only=True)],
        ),
    },
)
municipalities = reading(
    "kommuner",
    summary=_("Kommuner"),
    description=_(
        "De 98 kommuner og den region, som hver ligger i på dagen. Den 1. januar 2027 bliver Region Hovedstaden og "
        "Region Sjælland til Region Østdanmark."
    ),
    parameters=(ON,),
    answer={**UNCHANGED, (200, JSON): listing(serializers.KommuneSerializer, examples.MUNICIPALITY)},
)
tables = reading(
    "kodetabeller",
    summary=_("Kodetabeller"),
    description=_("Kodetabellernes navne og adresser."),
    links={"kodetabel": {"navn": links.first("navn")}},
    answer={**UNCHANGED, (200, JSON): listing(serializers.KodetabelSerializer, examples.TABLE)},
)
table = reading(
    "kodetabel",
    summary=_("En kodetabels værdier"),
    description=_(
        "Hver værdi med den periode, hvor den må bruges. `lovligeKombinationer` siger, hvilken ejerform, hvilket "
        "lovgrundlag og hvilken type der må stå sammen. Nye værdier kommer til: en læser skal kunne møde en kode, "
        "som den ikke kender."
    ),
    path={"navn": (_("Tabellens navn."), "lovgrundlagKode")},
    parameters=(VALID,),
    answer={**UNCHANGED, (200, JSON): listing(serializers.KodevaerdiSerializer, examples.VALUE)},
    refuses=["ikke_fundet"],
)
feed = reading(
    "haendelser",
    summary=_("Hændelser"),
    description=_(
        "Registerets ændringer i den rækkefølge, de blev skrevet, fra en position og frem. Begynd med 0, gem `til`, og "
        "læs næste gang fra den. En transaktion deles aldrig, så svaret kan have flere end `antal`. Når `ajour` er "
        "sand, er der ikke mere lige nu. En læser, der gør sådan, får hver hændelse én gang og ingen to gange."
    ),
    parameters=EVENTS,
    links={"haendelser": {"efter": "$response.body#/til"}},
    answer={(200, JSON): single(serializers.FeedSerializer, examples.FEED)},
)
snapshot = reading(
    "udtraek",
    summary=_("Det seneste udtræk"),
    description=_(
        "Hele registeret som filer, lavet hver nat og bundet til en position i hændelserne. Begynd her: hent "
        "`tilstand.ndjson.gz`, hvor hver linje er en institutions hele tilstand, som `efter` i en hændelse; læs så "
        "hændelserne fra `position`, og sæt `efter` i stedet for den tilstand, nummeret havde. `register.csv.gz` er "
        "registerets CSV på dagen, og `numre.csv.gz` siger, hvad hvert nummer er blevet til."
    ),
    answer={**UNCHANGED, (200, JSON): single(serializers.UdtraekSerializer, examples.SNAPSHOT)},
)
snapshot_file = reading(
    "udtraek_fil",
    summary=_("En fil i et udtræk"),
    description=_(
        "Filen, som den står i udtrækket, pakket med gzip. Den ændres aldrig; efter en uge er den der ikke mere."
    ),
    path={
        "udtraek": (_("Udtrækkets nummer; tag adressen fra udtrækket."), 31),
        "navn": (_("Filens navn."), "tilstand.ndjson.gz"),
    },
    answer={
        **UNCHANGED,
        (200, "application/gzip"): OpenApiResponse(
            OpenApiTypes.BINARY, description=_("Filen."),
            examples=[OpenApiExample("NDJSON", value=examples.STATE, media_type="application/gzip")],
        ),
    },
    refuses=["ikke_fundet"],
)  # fmt: skip
