"""`skema=1`: a reader gets what it always got, with the rest counted; a new code is taken into use with open eyes."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from institutions import codes, lifecycle
from institutions.models import CodeValue, Table
from registry.models import Reader
from tests import builders, calling
from tests.reading import read

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client

    from institutions.models import Institution
    from registry.models import User

pytestmark = pytest.mark.django_db
LIST, FEED, NEW = "/api/v1/institutioner/", "/api/v1/haendelser/", "/admin/institutions/codevalue/ny/"
SPECIAL: dict[str, Any] = {"institution_type": "6022", "ownership": "1", "legal_ground": "60"}


def special() -> tuple[Institution, Institution]:
    """An ordinary unit, and one of a type that schema 1 does not know."""
    ordinary = builders.unit()
    top = builders.daginstitution(legal_ground="60")
    return ordinary, builders.unit(top, **SPECIAL)


def test_schema_1_gets_what_it_always_got_and_the_rest_is_counted(client: Client) -> None:
    ordinary, new = special()
    told = client.get(f"{LIST}?niveau=anvisningsenhed&skema=1").json()
    assert ([one["institutionsNummer"] for one in told["resultater"]], told["udeladt"]) == ([ordinary.number], 1)
    for query in ("", "&skema=2"):
        told = client.get(f"{LIST}?niveau=anvisningsenhed{query}").json()
        assert [one["institutionsNummer"] for one in told["resultater"]] == [ordinary.number, new.number]
        assert "udeladt" not in told
    told = client.get(f"{LIST}?q=lærkereden&skema=1").json()
    assert (len(told["resultater"]), told["udeladt"]) == (1, 1)
    for form in ("csv", "ndjson", "xlsx"):
        response = cast("StreamingHttpResponse", client.get(f"{LIST}?skema=1&format={form}"))
        assert response["Udeladt"] == "2"
        content = b"".join(cast("Any", response.streaming_content))
        assert form == "xlsx" or (new.number.encode() not in content and ordinary.number.encode() in content)


def test_one_that_schema_1_has_not_says_so(client: Client) -> None:
    ordinary, new = special()
    assert client.get(f"{LIST}{ordinary.number}/?skema=1").status_code == 200
    refused = client.get(f"{LIST}{new.number}/?skema=1")
    assert (refused.status_code, refused.json()["code"]) == (406, "kraever_nyere_skema")
    assert client.get(f"{LIST}{new.number}/?skema=2").status_code == 200


def test_the_feed_of_schema_1_lets_go_of_what_it_no_longer_knows(client: Client) -> None:
    ordinary, new = special()
    told = client.get(FEED, {"skema": 1}).json()
    seen = [one["institutionsNummer"] for one in told["haendelser"]]
    assert (ordinary.number in seen, new.number in seen, told["udeladt"]) == (True, False, 2)
    codes.add(Table.OWNERSHIP, "9", "Ny ejerform", on=date(2020, 1, 1), schema=2, actor=builders.ACTOR)
    codes.add(Table.LEGAL_GROUND, "90", "Ny lov", on=date(2020, 1, 1), schema=2, actor=builders.ACTOR)
    CodeValue.objects.filter(table="instType3", code="6010").update(schema=2)
    lifecycle.correct(ordinary, on=date(2026, 3, 1), actor=builders.ACTOR, institution_type="6010")
    later = client.get(FEED, {"skema": 1, "efter": told["til"]}).json()["haendelser"]
    assert [(one["gyldigFra"], one["gyldigTil"]) for one in later[0]["efter"]["versioner"]] == [
        ("2026-01-01", "2026-03-01")
    ]
    lifecycle.correct(ordinary, on=date(2026, 1, 1), actor=builders.ACTOR, institution_type="6010")
    last = client.get(FEED, {"skema": 1, "efter": later[0]["nummer"]}).json()["haendelser"][-1]
    assert last["efter"]["versioner"] == []
    assert len(client.get(FEED, {"efter": later[0]["nummer"]}).json()["haendelser"][-1]["efter"]["versioner"]) > 0


def test_the_snapshot_has_a_file_for_schema_1(client: Client) -> None:
    ordinary, new = special()
    manifest = client.get("/api/v1/udtraek/seneste/").json()
    file = next(one for one in manifest["filer"] if one["navn"] == "tilstand-skema1.ndjson.gz")
    response = cast("StreamingHttpResponse", client.get(file["url"]))
    lines = gzip.decompress(b"".join(cast("Any", response.streaming_content))).splitlines()
    numbers = {json.loads(line)["institutionsNummer"] for line in lines}
    assert (ordinary.number in numbers, new.number in numbers) == (True, False)


def test_by_which_schema_a_system_reads_is_measured(client: Client) -> None:
    for code, query in {"AB111111": "", "CD222222": "?skema=1", "EF333333": "?skema=2"}.items():
        client.get(f"{FEED}{query}", headers=calling.headers("laes", system=code))
    readers = Reader.objects.order_by("system")
    assert [
        [moment is not None for moment in (one.unsaid_schema_at, one.first_schema_at, one.second_schema_at)]
        for one in readers
    ] == [[True, False, False], [False, True, False], [False, False, True]]
    client.get("/api/v1/kommuner/", headers=calling.headers("laes", system="GH444444"))
    assert Reader.objects.get(pk="GH444444").unsaid_schema_at is None


def test_a_new_codes_page_names_who_would_break_and_saves_with_an_event(client: Client, kirsten: User) -> None:
    for code, query in {"AB111111": "", "CD222222": "?skema=1", "EF333333": "?skema=2"}.items():
        client.get(f"{FEED}{query}", headers=calling.headers("laes", system=code))
    client.force_login(kirsten)
    page = read(client, NEW)
    places = [page.index(word) for word in ("uforberedt", "AB111111", "Får den ikke", "CD222222", "EF333333")]
    assert places == sorted(places)
    given = {
        "table": "lovgrundlagKode",
        "code": "70",
        "text": "Ny lov § 1",
        "on": "2026-08-01",
        "schema": "2",
        "seen": 0,
    }
    assert client.post(NEW, given).status_code == 302
    value = CodeValue.objects.get(table="lovgrundlagKode", code="70")
    assert (value.text, value.schema, value.period.lower) == ("Ny lov § 1", 2, date(2026, 8, 1))
    again = client.post(NEW, {**given, "seen": 10**6})
    assert again.status_code == 422
    assert CodeValue.objects.filter(code="70").count() == 1
    assert "70 Ny lov" in read(client, "/admin/institutions/codevalue/?q=70")
