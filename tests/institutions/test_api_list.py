"""`/api/v1/institutioner/`: filters, pages, order, forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from institutions import lifecycle
from institutions.models import Cause
from registry import periods
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LIST = "/api/v1/institutioner/"


def numbers(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200, response.content
    return [one["institutionsNummer"] for one in response.json()["resultater"]]


def pages(client: Client, url: str, direction: str = "naeste") -> Iterator[list[str]]:
    following: str | None = url
    while following:
        told = client.get(following).json()
        yield [one["institutionsNummer"] for one in told["resultater"]]
        following = told[direction]


def test_a_row_says_everything_by_the_registers_own_names(client: Client) -> None:
    top = builders.daginstitution()
    unit = builders.unit(top, email="laerken@example.dk", phone="12345678", floor="1", door="tv", cvr_number="12345678")
    told = client.get(LIST, {"niveau": "anvisningsenhed"}).json()
    assert told == {
        "resultater": [
            {
                "institutionsNummer": unit.number, "niveau": "anvisningsenhed", "status": "Aktiv", "aarsag": None,
                "daginstitutionsNummer": top.number, "anvisningsenhedsNummer": unit.number,
                "alternativAdresseNummer": None, "overordnetNummer": top.number, "navn": "Lærkereden",
                "instType3": "6012", "instType3_Tekst": "Aldersintegreret institution (0-5 år)",
                "ejerformKode": "1", "ejerformKode_Tekst": "Kommunal",
                "lovgrundlagKode": "10", "lovgrundlagKode_Tekst": "Dagtilbudsloven § 19, stk. 2",
                "admKommuneKode": "101", "admKommuneKode_Tekst": "København",
                "kommuneKode": "101", "kommuneKode_Tekst": "København",
                "vejNavn": "Lærkevej", "husNummer": "7", "postNummer": "2400", "byNavn": "København NV",
                "supplerendeBynavn": None, "dawaId": None, "geoBredde": 55.7, "geoLaengde": 12.53,
                "cvrNummer": "12345678", "pNummer": "1012345678", "email": "laerken@example.dk",
                "telefonNummer": "12345678", "etage": "1", "doer": "tv", "lovgrundlagUdledt": False,
                "kommuneTekst": None, "gyldigFra": "2026-01-01", "gyldigTil": None, "konsolideretTil": None,
                "url": f"/api/v1/institutioner/{unit.number}/",
            }
        ],
        "naeste": None,
        "forrige": None,
    }  # fmt: skip


def test_each_filter_leaves_in_what_it_names(client: Client) -> None:
    top, unit, other = builders.tree()
    away = builders.daginstitution(kommune="751", ownership="2", legal_ground="11")
    kids = builders.unit(away, institution_type="6010", p_number="1087654321", cvr_number="87654321")
    everything = sorted([top.number, unit.number, other.number, away.number, kids.number])
    assert numbers(client) == everything
    assert numbers(client, "kommuneKode=751") == numbers(client, "kommuneKode=0751") == [away.number, kids.number]
    assert numbers(client, "niveau=alternativ adresse") == [other.number]
    assert numbers(client, "instType3=6010") == [kids.number]
    assert numbers(client, "ejerformKode=2") == [away.number, kids.number]
    assert numbers(client, "lovgrundlagKode=11") == [away.number, kids.number]
    assert numbers(client, "cvrNummer=87654321") == numbers(client, "pNummer=1087654321") == [kids.number]
    assert numbers(client, "kommuneKode=101&instType3=6010") == []


def test_closed_ones_are_listed_with_their_status_and_left_out_when_asked(client: Client) -> None:
    top, unit, other = builders.tree()
    lifecycle.close(other, on=date(2026, 3, 1), actor=builders.ACTOR, reason="Lukket", cause=Cause.CLOSED)
    assert numbers(client, "status=Aktiv") == [top.number, unit.number]
    assert numbers(client, "status=nedlagt") == [other.number]
    assert numbers(client, "status=Aktiv&gaeldende=2026-02-28") == [top.number, unit.number, other.number]
    assert numbers(client, "gaeldende=2025-12-31") == []


def test_what_was_known_at_a_moment(client: Client) -> None:
    before = timezone.now()
    unit = builders.unit()
    then = timezone.now()
    lifecycle.correct(unit, on=builders.NEW_YEAR, actor=builders.ACTOR, name="Mågereden")
    told = [
        [one["navn"] for one in client.get(LIST, {"niveau": "anvisningsenhed", **more}).json()["resultater"]]
        for more in ({"kendt": before.isoformat()}, {"kendt": then.isoformat()}, {})
    ]
    assert told == [[], ["Lærkereden"], ["Mågereden"]]


def test_a_plus_that_became_a_space_is_understood(client: Client) -> None:
    assert client.get(f"{LIST}?kendt=2026-01-31T12:00:00+01:00").status_code == 200


def test_a_numbers_are_listed_on_demand_and_without_contact(client: Client) -> None:
    builders.legacy("A10001", phone="12345678", email="mor@example.dk")
    assert numbers(client) == []
    rows = client.get(LIST, {"niveau": "uden for registeret"}).json()["resultater"]
    assert [(one["institutionsNummer"], one["kommuneTekst"]) for one in rows] == [("A10001", "Kbh.")]
    assert {"email", "telefonNummer"} & rows[0].keys() == set()


@pytest.mark.parametrize("query", ["", "&q=lærkereden"])
def test_pages_there_and_back_skip_nothing_and_repeat_nothing(client: Client, query: str) -> None:
    top = builders.daginstitution(name="Lærkereden")
    every = [top.number, *(builders.unit(top).number for _each in range(4))]
    forth = list(pages(client, f"{LIST}?antal=2{query}"))
    assert [len(page) for page in forth] == [2, 2, 1]
    assert [number for page in forth for number in page] == every
    last = f"{LIST}?antal=2{query}"
    while following := client.get(last).json()["naeste"]:
        last = following
    assert list(pages(client, last, "forrige")) == forth[::-1]


def test_a_page_goes_on_where_it_was_while_others_come_and_go(client: Client) -> None:
    top = builders.daginstitution()
    units = [builders.unit(top) for _each in range(3)]
    first = client.get(LIST, {"antal": 2}).json()
    lifecycle.close(units[0], on=date(2026, 2, 1), actor=builders.ACTOR, reason="Lukket")
    builders.unit(top)
    rest = client.get(first["naeste"]).json()["resultater"]
    assert [one["institutionsNummer"] for one in rest] == [units[1].number, units[2].number]
    assert client.get(first["naeste"] + "&antal=9").status_code == 400


def test_search_ranks_the_best_first_and_keeps_the_filters(client: Client) -> None:
    top = builders.daginstitution(name="Område Vest")
    street = builders.unit(top, name="Ved Solstrålen")
    name = builders.unit(top, name="Solstrålen")
    once = builders.unit(top, name="Solstrålen gamle")
    lifecycle.correct(once, on=date(2026, 2, 1), actor=builders.ACTOR, name="Måne")
    assert numbers(client, "q=solstrålen") == [name.number, street.number, once.number]
    assert numbers(client, "q=solstrålen&kommuneKode=751") == []
    assert numbers(client, f"q={name.number}") == [name.number]
    assert numbers(client, "q=solstraalem") == [name.number, street.number, once.number]


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("kommune=101", "kommune", "ukendt_parameter"),
        ("kommuneKode=999", "kommuneKode", "ukendt_kommune"),
        ("instType3=9999", "instType3", "ukendt_kode"),
        ("niveau=skole", "niveau", "ugyldig_parameter"),
        ("status=", "status", "ugyldig_parameter"),
        ("cvrNummer=123", "cvrNummer", "ugyldig_parameter"),
        ("gaeldende=2026-02-30", "gaeldende", "ugyldig_parameter"),
        ("kendt=2026-02-01", "kendt", "ugyldig_parameter"),
        ("kendt=0001-01-01T00:00:00Z", "kendt", "ugyldig_parameter"),
        ("antal=1001", "antal", "ugyldig_parameter"),
        ("antal=0", "antal", "ugyldig_parameter"),
        ("cursor=xyz", "cursor", "ugyldig_parameter"),
        ("cursor=WyJbIixmYWxzZV0", "cursor", "ugyldig_parameter"),
        ("q=a%00b", "q", "ugyldig_parameter"),
        ("kommuneKode=101&kommuneKode=147", "kommuneKode", "ugyldig_parameter"),
        ("format=xml", "format", "ugyldig_parameter"),
    ],
)
def test_nothing_is_ignored(client: Client, query: str, name: str, code: str) -> None:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 400
    told = response.json()
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [(f"#/{name}", code)]


def test_suggestions_are_what_was_probably_meant(client: Client) -> None:
    def suggested(query: str) -> Any:  # noqa: ANN401
        return client.get(f"{LIST}?{query}").json()["errors"][0]["suggestions"]

    assert suggested("kommunekode=101") == ["kommuneKode"]
    assert suggested("ejerformKode=9") == ["1 Kommunal", "2 Selvejende", "3 Privat", "4 Udliciteret"]
    assert suggested("format=xml") == ["json", "csv", "ndjson", "xlsx"]


def test_the_same_list_is_not_sent_twice(client: Client) -> None:
    unit = builders.unit()
    first = client.get(LIST)
    again = client.get(LIST, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    lifecycle.correct(unit, on=periods.today(), actor=builders.ACTOR, name="Mågereden")
    changed = client.get(LIST, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert client.get(f"{LIST}?antal=1")["ETag"] != changed["ETag"]


def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    top = builders.daginstitution()
    for more in (1, 2):
        for _each in range(more):
            builders.unit(top)
        with django_assert_num_queries(3):
            client.get(LIST)


def test_links_keep_the_question(client: Client) -> None:
    top = builders.daginstitution()
    builders.unit(top)
    following = urlsplit(client.get(f"{LIST}?antal=1&gaeldende={periods.today() - timedelta(1)}").json()["naeste"])
    assert f"antal=1&gaeldende={periods.today() - timedelta(1)}&cursor=" in following.query
