"""`/api/v1/dataaftaler/`: a system's own agreements, a request for many, and the numbers that it may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agreements import lifecycle
from agreements.models import DataAgreement, System
from agreements.states import Status
from institutions import consolidation
from registry.models import Event
from tests import builders, calling

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LIST = "/api/v1/dataaftaler/"
NUMBERS = "/api/v1/dataaftaler/institutionsnumre/"


@pytest.fixture
def system() -> System:
    return builders.system("AB123456", services=2)


@pytest.fixture
def headers(system: System) -> dict[str, str]:
    return calling.headers("aftaler", system=system.code)


def post(client: Client, headers: dict[str, str], **body: Any) -> Any:  # noqa: ANN401
    sent = {"servicekoder": ["ws00"], "databehandleraftale": True} | body
    return client.post(LIST, sent, content_type="application/json", headers=headers)


def test_who_has_no_token_or_another_scope_is_refused(client: Client) -> None:
    for url in (LIST, NUMBERS):
        assert (client.get(url).status_code, client.get(url).json()["code"]) == (401, "ikke_logget_ind")
        answer = client.get(url, headers=calling.headers("laes"))
        assert (answer.status_code, answer.json()["code"]) == (403, "mangler_scope")
    assert post(client, {}, institutionsnumre=["G10000"]).status_code == 401
    assert DataAgreement.objects.count() == 0


def test_a_system_sees_its_own_and_no_others(client: Client, system: System, headers: dict[str, str]) -> None:
    unit = builders.unit()
    mine = builders.agreement(unit, by=system)
    builders.agreement(unit)
    waiting = builders.agreement(builders.unit(), Status.VENTER, by=system)
    told = client.get(LIST, headers=headers).json()
    assert told["resultater"][0] == {
        "aftaleId": mine.number, "aftaleStatus": "GODKENDT", "institutionsNummer": unit.number,
        "nytNummer": unit.number, "institutionsNavn": "Lærkereden", "servicekode": "ws00",
        "databehandleraftale": True, "oprettet": mine.created_on.isoformat(), "ophoert": None,
    }  # fmt: skip
    assert [one["aftaleId"] for one in told["resultater"]] == [mine.number, waiting.number]
    for query, expected in {
        "status=venter": [waiting.number], f"institutionsNummer={unit.number}": [mine.number], "servicekode=ws01": [],
    }.items():  # fmt: skip
        found = client.get(f"{LIST}?{query}", headers=headers).json()["resultater"]
        assert [one["aftaleId"] for one in found] == expected
    first = client.get(f"{LIST}?antal=1", headers=headers).json()
    second = client.get(first["naeste"], headers=headers).json()
    assert [one["aftaleId"] for one in [*first["resultater"], *second["resultater"]]] == [mine.number, waiting.number]
    assert second["naeste"] is None


def test_many_are_asked_for_at_once_and_each_has_its_answer(
    client: Client, system: System, headers: dict[str, str]
) -> None:
    unit, old = builders.unit(), builders.legacy("A10001")
    planned = consolidation.plan(unit, old)
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=builders.ACTOR)
    asked = {"institutionsnumre": [unit.number.lower(), "A10001", "G99999", "hej"], "servicekoder": ["ws00", "ws01"]}
    trial = post(client, headers, **asked, proeve=True).json()
    assert (trial["oprettet"], trial["afvist"], DataAgreement.objects.count()) == (2, 6, 0)
    told = post(client, headers, **asked).json()
    made = DataAgreement.objects.get(institution=unit, service__code="ws00")
    assert told["resultater"][0] == {
        "nummer": unit.number.lower(), "servicekode": "ws00", "aftaleId": made.number, "fejl": None,
        "bemaerkning": None,
    }  # fmt: skip
    assert [(one["fejl"] or {}).get("code") for one in told["resultater"][::2]] == [
        None, "aftale_paa_a_nummer", "ukendt_nummer", "ugyldigt_nummer",
    ]  # fmt: skip
    assert told["resultater"][2]["fejl"]["suggestions"] == [unit.number]
    assert (made.system, made.status) == (system, Status.VENTER)
    last = Event.objects.order_by("-seq")[0]
    assert (last.action, last.actor, last.door) == ("agreement.request", "AB123456", "api")
    again = post(client, headers, institutionsnumre=[unit.number]).json()
    assert [one["fejl"]["code"] for one in again["resultater"]] == ["aftale_findes"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"institutionsnumre": []}, "#/institutionsnumre"),
        ({"institutionsnumre": ["G10000"], "servicekoder": ["nej"]}, "#/servicekoder/0"),
        ({"institutionsnumre": ["G10000"], "databehandleraftale": False}, "#/databehandleraftale"),
        ({"institutionsnumre": ["G10000"] * 5001}, "#/institutionsnumre"),
    ],
)
def test_what_cannot_be_asked_for_says_where(
    client: Client, headers: dict[str, str], body: dict[str, Any], pointer: str
) -> None:
    answer = post(client, headers, **body)
    assert answer.status_code == 400 or answer.json()["code"] == "databehandleraftale_mangler"
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_the_numbers_are_those_with_an_approval_today(client: Client, system: System, headers: dict[str, str]) -> None:
    unit, old, waits = builders.unit(), builders.legacy("A10001"), builders.unit()
    builders.agreement(old, by=system)
    builders.agreement(waits, Status.VENTER, by=system)
    gone = builders.agreement(builders.unit(), by=system)
    lifecycle.delete(gone, actor=builders.ACTOR)
    assert client.get(NUMBERS, headers=headers).json()["institutionsnumre"] == ["A10001"]
    planned = consolidation.plan(unit, old)
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=builders.ACTOR)
    answer = client.get(NUMBERS, headers=headers)
    assert answer.json()["institutionsnumre"] == [unit.number]
    assert answer.json()["tjenester"] == [
        {"servicekode": "ws00", "institutionsnumre": [unit.number]}, {"servicekode": "ws01", "institutionsnumre": []},
    ]  # fmt: skip
    assert client.get(NUMBERS, headers=headers | {"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, system: System, headers: dict[str, str], django_assert_max_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:  # fmt: skip
    for _each in range(count):
        builders.agreement(builders.unit(), by=system)
    client.get(LIST, headers=headers)
    with django_assert_max_num_queries(12):
        assert len(client.get(LIST, headers=headers).json()["resultater"]) == count
