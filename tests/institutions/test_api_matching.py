"""`/api/v1/match/` and the Reconciliation API: what is known of an institution leads to its number, with reasons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from institutions import consolidation
from institutions.duplicates import asking
from registry import ledger
from tests import builders

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
MATCH, SERVICE = "/api/v1/match/", "/api/v1/reconcile/"


@pytest.fixture
def unit() -> Institution:
    builders.unit(name="Mågereden", street="Strandvej", house_number="2", postcode="8000", town="Aarhus C")
    return builders.unit(name="Børnehuset Solstrålen", street="Solvangen", house_number="12", phone="87654321")


def post(client: Client, **said: Any) -> Any:  # noqa: ANN401
    return client.post(MATCH, said, content_type="application/json")


def test_a_name_and_an_address_lead_to_the_institution(client: Client, unit: Institution) -> None:
    head = ledger.head()
    told = post(client, navn="Solstraalen", adresse="Solvangen 12", postNummer="2400", byNavn="Kbh NV").json()
    best = told["kandidater"][0]
    assert best.keys() == {
        "institutionsNummer", "niveau", "status", "navn", "adresse", "score", "sikker", "grunde", "url",
    }  # fmt: skip
    assert (best["institutionsNummer"], best["navn"], best["adresse"]) == (
        unit.number, "Børnehuset Solstrålen", "Solvangen 12, 2400 København NV",
    )  # fmt: skip
    assert best["score"] > 0.5
    assert all(one["tekst"] for one in best["grunde"])
    assert sum(one["score"] for one in told["kandidater"]) <= 1.001
    assert ledger.head() == head


def test_a_number_decides_and_an_old_one_leads_on(client: Client, unit: Institution) -> None:
    old = builders.legacy("A10001")
    assert [one["sikker"] for one in post(client, institutionsNummer="A10001").json()["kandidater"]] == []
    planned = consolidation.plan(unit, old)
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=builders.ACTOR)
    for text in ("A10001", unit.number.lower()):
        (one,) = post(client, institutionsNummer=text, navn="noget andet").json()["kandidater"]
        assert (one["institutionsNummer"], one["score"], one["grunde"][0]["kode"]) == (unit.number, 1.0, "nummer")


def test_what_is_like_nothing_has_no_candidates(client: Client, unit: Institution) -> None:
    del unit
    assert post(client, navn="Xyzzy Qwert").json() == {"kandidater": []}


@pytest.mark.parametrize(
    ("said", "pointer"),
    [({}, "#"), ({"navn": " "}, "#"), ({"farve": "rød"}, "#/farve"), ({"navn": "x" * 201}, "#/navn"),
     ({"navn": "x", "antal": 99}, "#/antal")],
)  # fmt: skip
def test_what_says_nothing_is_refused(client: Client, said: dict[str, Any], pointer: str) -> None:
    answer = post(client, **said)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, [pointer])


def test_openrefine_finds_the_service(client: Client) -> None:
    answer = client.get(SERVICE)
    told = answer.json()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert (told["versions"], told["view"]["url"]) == (["0.2"], "http://testserver/institution/{{id}}/")
    assert {"name", "identifierSpace", "schemaSpace", "defaultTypes"} <= told.keys()
    place = told["suggest"]["property"]
    suggested = client.get(place["service_url"] + place["service_path"], {"prefix": "post"}).json()
    assert suggested == {"result": [{"id": "postNummer", "name": "postNummer"}]}


def test_what_openrefine_sends_beside_it_is_passed_over(client: Client) -> None:
    # What its field for a property adds of its own, and what it sends before anything is typed.
    more = {"spell": "always", "exact": "false", "scoring": "schema", "prefixed": "true", "filter": "(all x:y)"}
    for typed, count in (("cvr", 1), ("", len(asking.FIELDS))):
        answer = client.get(f"{SERVICE}egenskaber/", {"prefix": typed, **more})
        assert (answer.status_code, len(answer.json()["result"])) == (200, count)
    assert client.get(SERVICE, {"callback": "jQuery1", "_": "1"}).json()["versions"] == ["0.2"]
    assert client.get(f"{SERVICE}egenskaber/", {"cursor": "x", **more}).status_code == 400


@pytest.mark.parametrize("method", ["get", "post"])
def test_openrefine_has_an_answer_to_each_question(client: Client, unit: Institution, method: str) -> None:
    queries = {
        "q0": {"query": "Børnehuset Solstrålen", "type": "anvisningsenhed", "limit": 3, "type_strict": "should",
               "properties": [{"pid": "adresse", "v": "Solvangen 12"}, {"pid": "postNummer", "v": {"name": "2400"}},
                              {"pid": "ukendt", "v": 1}]},
        "q1": {"query": unit.number},
        "q2": {"query": "Xyzzy Qwert"},
    }  # fmt: skip
    form = urlencode({"queries": json.dumps(queries)})
    kind = "application/x-www-form-urlencoded"
    answer = client.get(f"{SERVICE}?{form}") if method == "get" else client.post(SERVICE, form, content_type=kind)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert list(told) == ["q0", "q1", "q2"]
    best = told["q0"]["result"][0]
    assert (best["id"], best["name"], best["type"][0]["id"]) == (
        unit.number,
        "Børnehuset Solstrålen",
        "anvisningsenhed",
    )
    assert 0 < best["score"] <= 100
    assert [(one["id"], one["match"], one["score"]) for one in told["q1"]["result"]] == [(unit.number, True, 100.0)]
    assert told["q2"] == {"result": []}


@pytest.mark.parametrize("queries", ["{", "[]", '{"q0": 1}', json.dumps({str(n): {"query": "x"} for n in range(51)})])
def test_questions_that_are_none_are_refused(client: Client, queries: str) -> None:
    answer = client.get(SERVICE, {"queries": queries})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/queries")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        builders.unit(name=f"Solstrålen {number}")
    post(client, navn="Solstrålen")
    with django_assert_max_num_queries(8):
        assert len(post(client, navn="Solstrålen", adresse="Lærkevej 7").json()["kandidater"]) <= count


@pytest.mark.parametrize("value", [["x"], {"a": 1}, True])
@pytest.mark.parametrize(("language", "said"), [("da", "Skriv en tekst."), ("en", "Write a text.")])
def test_what_is_no_text_is_refused_in_the_readers_language(
    client: Client, value: object, language: str, said: str
) -> None:
    answer = client.post(
        "/api/v1/match/", {"navn": value}, content_type="application/json", headers={"Accept-Language": language}
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["detail"]) == (400, "#/navn", said)
