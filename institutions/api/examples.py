"""Invented answers for the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from institutions.columns import COLUMNS

UNIT: dict[str, Any] = {
    "institutionsNummer": "G23218",
    "niveau": "anvisningsenhed",
    "status": "Aktiv",
    "aarsag": None,
    "daginstitutionsNummer": "D10041",
    "anvisningsenhedsNummer": "G23218",
    "alternativAdresseNummer": None,
    "overordnetNummer": "D10041",
    "navn": "Børnehuset Solstrålen",
    "instType3": "6012",
    "instType3_Tekst": "Aldersintegreret institution (0-5 år)",
    "ejerformKode": "1",
    "ejerformKode_Tekst": "Kommunal",
    "lovgrundlagKode": "10",
    "lovgrundlagKode_Tekst": "Dagtilbudsloven § 19, stk. 2",
    "admKommuneKode": "751",
    "admKommuneKode_Tekst": "Aarhus",
    "kommuneKode": "751",
    "kommuneKode_Tekst": "Aarhus",
    "vejNavn": "Solvangen",
    "husNummer": "12",
    "postNummer": "8000",
    "byNavn": "Aarhus C",
    "supplerendeBynavn": None,
    "dawaId": "0a3f50b0-0000-32b8-e044-0003ba298018",
    "geoBredde": 56.1567,
    "geoLaengde": 10.2108,
    "cvrNummer": "12345678",
    "pNummer": "1234567890",
    "email": "solstraalen@aarhus.example",
    "telefonNummer": "12345678",
    "etage": None,
    "doer": None,
    "lovgrundlagUdledt": False,
    "kommuneTekst": None,
    "gyldigFra": "2019-08-01",
    "gyldigTil": None,
    "konsolideretTil": None,
    "url": "/api/v1/institutioner/G23218/",
}
# The same in the register's files.
_ROW = {
    **UNIT, "dagtilbudsType": UNIT["niveau"], "dagtilbudsNavn": UNIT["navn"], "aktivitetsstatus": UNIT["status"],
}  # fmt: skip
CSV = "\r\n".join([";".join(COLUMNS), ";".join(str(_ROW[name] or "") for name in COLUMNS), ""])
WORKBOOK = "?format=xlsx&antal=3"
NDJSON = json.dumps(UNIT, ensure_ascii=False) + "\n"
RENAMING: dict[str, Any] = {"felt": "navn", "foer": "Børnehuset Solstrålen", "efter": "Solstrålen"}
DETAIL: dict[str, Any] = {
    **UNIT,
    "overordnet": {
        "institutionsNummer": "D10041",
        "url": "/api/v1/institutioner/D10041/",
        "niveau": "daginstitution",
        "navn": "Område Midt",
    },
    "efterfoelgere": [],
    "optagneNumre": ["A10001"],
    "kommendeAendringer": [
        {"gaelderFra": "2027-01-01", "haendelse": "rettet", "aarsag": None, "aendringer": [RENAMING]}
    ],
}
EVENT: dict[str, Any] = {
    "nummer": 4711,
    "tidspunkt": "2026-03-27T09:14:02.481516+01:00",
    "haendelse": "rettet",
    "institutionsNummer": "G23218",
    "gaelderFra": "2027-01-01",
    "nytNummer": None,
    "andetNummer": None,
    "fortryder": None,
    "sammenhaeng": "5b0c9a3e-6f0e-4b58-9d8b-3c1a7e2f4d60",
}
HISTORY: dict[str, Any] = {**EVENT, "aendringer": [{**RENAMING, "gaelderFra": "2027-01-01"}]}
_STATE: dict[str, Any] = {
    "institutionsNummer": "G23218",
    "niveau": "anvisningsenhed",
    "konsolideretTil": None,
    "efterfoelgere": [],
}
# A version has the facts that are known, and the codes without their texts.
_OLD = {name: UNIT[name] for name in (
    "gyldigFra", "gyldigTil", "overordnetNummer", "navn", "instType3", "ejerformKode", "lovgrundlagKode",
    "admKommuneKode", "kommuneKode", "vejNavn", "husNummer", "postNummer", "byNavn", "geoBredde", "geoLaengde",
    "pNummer",
)}  # fmt: skip
FEED: dict[str, Any] = {
    "fra": 4710,
    "til": 4711,
    "hoved": 4711,
    "ajour": True,
    "haendelser": [
        {
            **EVENT,
            "foer": {**_STATE, "versioner": [_OLD]},
            "efter": {
                **_STATE,
                "versioner": [
                    {**_OLD, "gyldigTil": "2027-01-01"},
                    {**_OLD, "gyldigFra": "2027-01-01", "navn": "Solstrålen"},
                ],
            },
        }
    ],
}
SNAPSHOT: dict[str, Any] = {
    "position": 4711,
    "tidspunkt": "2026-03-27T02:30:04.118205+01:00",
    "gaeldende": "2026-03-27",
    "haendelser": "https://dagtilbud.example/api/v1/haendelser/?efter=4711",
    "filer": [
        {
            "navn": "tilstand.ndjson.gz",
            "indhold": "application/x-ndjson",
            "raekker": 6317,
            "stoerrelse": 812034,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "url": "https://dagtilbud.example/api/v1/udtraek/31/tilstand.ndjson.gz",
        }
    ],
}
STATE = json.dumps(FEED["haendelser"][0]["efter"], ensure_ascii=False) + "\n"
LOOKUP: dict[str, Any] = {
    "institutionsNummer": "A10001",
    "niveau": "uden for registeret",
    "nytNummer": "G23218",
    "konsolideret": True,
    "trin": ["A10001", "G23218"],
    "status": "Aktiv",
    "aarsag": None,
    "navn": "Børnehuset Solstrålen",
    "efterfoelgere": [],
    "url": "/api/v1/institutioner/G23218/",
}
MANY: dict[str, Any] = {"nummer": "a 10001", **LOOKUP, "fejl": None}
MANY_CSV = "institutionsNummer\r\nA10001\r\n"
MANY_CSV_ANSWER = (
    "institutionsNummer;nytNummer;status;aarsag;navn;efterfoelgere;fejl\r\n"
    "A10001;G23218;Aktiv;;Børnehuset Solstrålen;;\r\n"
)
MUNICIPALITY: dict[str, Any] = {
    "kommuneKode": "751",
    "navn": "Aarhus",
    "langtNavn": "Aarhus Kommune",
    "regionsKode": "1082",
    "regionsKode_Tekst": "Region Midtjylland",
}
TABLE: dict[str, Any] = {
    "navn": "instType3",
    "titel": "Institutionstype",
    "url": "/api/v1/kodetabeller/instType3/",
}
VALUE: dict[str, Any] = {
    "kode": "60",
    "tekst": "Barnets lov § 83",
    "beskrivelse": "Koden er valgt af registeret; lovens ord står i teksten.",
    "skema": 2,
    "gyldigFra": "2024-01-01",
    "gyldigTil": None,
}
