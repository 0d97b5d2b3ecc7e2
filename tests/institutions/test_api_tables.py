"""`/api/v1/kommuner/` and `/api/v1/kodetabeller/`: dated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from institutions import codes

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def results(client: Client, path: str, **query: str) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == 200, response.content
    told: list[dict[str, Any]] = response.json()["resultater"]
    return told


def test_a_municipality_lies_in_the_region_of_the_day(client: Client) -> None:
    def koege(day: str) -> tuple[str, str]:
        one = next(one for one in results(client, "kommuner/", gaeldende=day) if one["kommuneKode"] == "259")
        return one["navn"], one["regionsKode_Tekst"]

    assert len(results(client, "kommuner/")) == 98
    assert koege("2026-12-31") == ("Køge", "Region Sjælland")
    assert koege("2027-01-01") == ("Køge", "Region Østdanmark")


def test_municipalities_stand_in_danish_order(client: Client) -> None:
    names = [one["navn"] for one in results(client, "kommuner/")]
    assert (names[0], names[-1]) == ("Albertslund", "Aarhus")


def test_the_tables_lead_to_their_values(client: Client) -> None:
    tables = results(client, "kodetabeller/")
    assert [one["navn"] for one in tables] == [
        "instType3", "ejerformKode", "lovgrundlagKode", "regionsKode", "lovligeKombinationer",
    ]  # fmt: skip
    for one in tables:
        assert client.get(one["url"]).json()["resultater"]


def test_a_table_shows_the_values_of_a_day_or_all_with_their_periods(client: Client) -> None:
    def grounds(**query: str) -> dict[str, tuple[str | None, str | None]]:
        values = results(client, "kodetabeller/lovgrundlagKode/", **query)
        return {one["kode"]: (one["gyldigFra"], one["gyldigTil"]) for one in values}

    every = grounds()
    assert (every["50"], every["60"], every["10"]) == ((None, "2024-01-01"), ("2024-01-01", None), (None, None))
    assert every.keys() - grounds(gaeldende="2023-12-31").keys() == {"60", "61"}
    assert every.keys() - grounds(gaeldende="2024-01-01").keys() == {"50", "51"}


def test_a_value_tells_from_which_schema_it_is(client: Client) -> None:
    newer = codes.newer(1)
    for table in ("instType3", "ejerformKode", "lovgrundlagKode"):
        told = {one["kode"]: one["skema"] for one in results(client, f"kodetabeller/{table}/")}
        assert set(told.values()) <= {1, 2}
        assert {code for code, schema in told.items() if schema == 2} == newer.get(table, frozenset())
    assert newer


def test_lawful_combinations_are_dated_too(client: Client) -> None:
    told = results(client, "kodetabeller/lovligeKombinationer/", gaeldende="2026-01-01")
    dayplejer = [one for one in told if one["instType3"] == "6013"]
    assert [(one["ejerformKode"], one["lovgrundlagKode"]) for one in dayplejer] == [
        ("1", "20"), ("1", "21"), ("3", "21"),
    ]  # fmt: skip


def test_a_table_that_is_none_names_those_that_are(client: Client) -> None:
    response = client.get("/api/v1/kodetabeller/farver/")
    assert (response.status_code, response.json()["code"]) == (404, "ikke_fundet")
    assert "instType3" in response.json()["errors"][0]["suggestions"]


@pytest.mark.parametrize("path", ["kommuner/", "kodetabeller/", "kodetabeller/instType3/", "opslag/G10432/"])
def test_nothing_is_ignored_here_either(client: Client, path: str) -> None:
    told = client.get(f"/api/v1/{path}", {"farve": "rød"}).json()
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("#/farve", "ukendt_parameter")]
