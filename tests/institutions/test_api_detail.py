"""`/api/v1/institutioner/{nummer}/`, `/historik/` and `/opslag/{nummer}/`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from institutions import calendar, consolidation, lifecycle
from institutions.models import Cause
from registry import periods
from tests import builders

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Consolidation, Institution

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def url(number: str, rest: str = "") -> str:
    return f"/api/v1/institutioner/{number}/{rest}"


def get(client: Client, number: str, **query: str) -> dict[str, Any]:
    response = client.get(url(number), query)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def consolidated() -> tuple[Institution, Institution, Consolidation]:
    unit, old = builders.unit(), builders.legacy("A10001", phone="12345678")
    builders.agreement(old)
    plan = consolidation.plan(unit, old)
    done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR, reason="Samme sted")
    return unit, old, done


def test_an_institution_with_its_place_its_past_and_its_future(client: Client) -> None:
    top, unit, other = builders.tree()
    ahead = periods.today() + timedelta(days=40)
    lifecycle.correct(other, on=ahead, actor=builders.ACTOR, name="Lærkeskoven", house_number="9")
    lifecycle.close(other, on=ahead + timedelta(days=9), actor=builders.ACTOR, reason="Lukker", cause=Cause.MERGED)
    told = get(client, other.number)
    assert (told["daginstitutionsNummer"], told["anvisningsenhedsNummer"], told["alternativAdresseNummer"]) == (
        top.number, unit.number, other.number,
    )  # fmt: skip
    assert told["overordnet"] == {
        "institutionsNummer": unit.number, "url": url(unit.number), "niveau": "anvisningsenhed", "navn": "Lærkereden",
    }  # fmt: skip
    assert (told["status"], told["navn"], told["efterfoelgere"], told["optagneNumre"]) == (
        "Aktiv", "Lærkereden, udflytter", [], [],
    )  # fmt: skip
    assert told["kommendeAendringer"] == [
        {
            "gaelderFra": ahead.isoformat(), "haendelse": "rettet", "aarsag": None,
            "aendringer": [
                {"felt": "navn", "foer": "Lærkereden, udflytter", "efter": "Lærkeskoven"},
                {"felt": "husNummer", "foer": "7", "efter": "9"},
            ],
        },
        {
            "gaelderFra": (ahead + timedelta(days=9)).isoformat(), "haendelse": "nedlagt", "aarsag": "sammenlagt",
            "aendringer": [],
        },
    ]  # fmt: skip


def test_as_of_a_day_and_a_moment(client: Client) -> None:
    unit = builders.unit()
    then = timezone.now()
    lifecycle.correct(unit, on=FEBRUARY, actor=builders.ACTOR, name="Mågereden")
    assert get(client, unit.number)["navn"] == "Mågereden"
    assert get(client, unit.number, gaeldende="2026-01-31")["navn"] == "Lærkereden"
    assert get(client, unit.number, kendt=then.isoformat())["navn"] == "Lærkereden"
    early = client.get(url(unit.number), {"kendt": "2020-01-01T00:00:00Z"})
    assert (early.status_code, early.json()["code"]) == (404, "ukendt_nummer")


def test_one_that_has_not_begun_is_coming(client: Client) -> None:
    unit = builders.unit(on=periods.today() + timedelta(days=3))
    told = get(client, unit.number)
    assert (told["status"], told["navn"], told["overordnet"]["niveau"]) == ("Kommende", "Lærkereden", None)
    assert [one["haendelse"] for one in told["kommendeAendringer"]] == ["oprettet"]


def test_a_closed_one_says_why_and_who_took_over(client: Client) -> None:
    top = builders.daginstitution()
    unit, heir = builders.unit(top), builders.unit(top)
    lifecycle.close(unit, on=MARCH, actor=builders.ACTOR, reason="", cause=Cause.MERGED, successors=[heir])
    told = get(client, unit.number)
    assert (told["status"], told["aarsag"], told["gyldigTil"]) == ("Nedlagt", "sammenlagt", "2026-03-01")
    assert told["efterfoelgere"] == [{"institutionsNummer": heir.number, "url": url(heir.number)}]
    assert get(client, unit.number, gaeldende="2026-02-28")["status"] == "Aktiv"


def test_one_opened_in_error_is_gone(client: Client) -> None:
    unit = builders.unit()
    lifecycle.close(unit, on=MARCH, actor=builders.ACTOR, reason="Tastefejl", cause=Cause.IN_ERROR)
    response = client.get(url(unit.number))
    assert (response.status_code, response.json()["code"]) == (410, "fejloprettet")
    assert client.get(url(unit.number, "historik/")).status_code == 200


@pytest.mark.parametrize("rest", ["", "historik/"])
@pytest.mark.parametrize(("number", "status", "code"), [
    ("G99999", 404, "ukendt_nummer"), ("X12345", 400, "ugyldigt_nummer"), ("G1234", 400, "ugyldigt_nummer"),
    ("G12%0034", 400, "ugyldigt_nummer"),
])  # fmt: skip
def test_numbers_that_are_none(client: Client, number: str, status: int, code: str, rest: str) -> None:
    response = client.get(url(number, rest))
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["errors"][0]["pointer"] == "#/nummer"


def test_a_consolidated_number_shows_the_way_and_back_again_when_undone(client: Client) -> None:
    unit, old, done = consolidated()
    response = client.get(url("A10001"), {"gaeldende": "2026-11-01"})
    assert (response.status_code, response["Location"]) == (308, f"{url(unit.number)}?gaeldende=2026-11-01")
    assert get(client, unit.number)["optagneNumre"] == ["A10001"]
    then = timezone.now()
    consolidation.undo(done, actor=builders.ACTOR, reason="Forkert")
    told = get(client, old.number)
    assert (told["niveau"], told["status"], {"email", "telefonNummer"} & told.keys()) == (
        "uden for registeret", "Aktiv", set(),
    )  # fmt: skip
    assert get(client, unit.number)["optagneNumre"] == []
    assert get(client, unit.number, kendt=then.isoformat())["optagneNumre"] == ["A10001"]


def test_the_history_of_both_sides(client: Client) -> None:
    unit, old, done = consolidated()
    consolidation.undo(done, actor=builders.ACTOR, reason="Forkert")
    lines = client.get(url(old.number, "historik/")).json()
    assert (lines["naeste"], lines["forrige"]) == (None, None)
    told = lines["resultater"]
    assert [(one["haendelse"], one["nytNummer"], one["fortryder"]) for one in told] == [
        ("oprettet", None, None), ("konsolideret", unit.number, None), ("konsolidering fortrudt", None, done.pk),
    ]  # fmt: skip
    today = periods.today().isoformat()
    assert told[1]["aendringer"] == [
        {"felt": "gyldigTil", "foer": None, "efter": today, "gaelderFra": today},
        {"felt": "aarsag", "foer": None, "efter": "konsolideret", "gaelderFra": today},
        {"felt": "konsolideretTil", "foer": None, "efter": unit.number, "gaelderFra": today},
    ]
    assert told[1]["sammenhaeng"] == told[2]["sammenhaeng"]
    other = client.get(url(unit.number, "historik/")).json()["resultater"]
    assert [(one["haendelse"], one["andetNummer"]) for one in other] == [
        ("oprettet", None), ("har optaget", "A10001"), ("har afgivet", "A10001"),
    ]  # fmt: skip
    assert "12345678" not in client.get(url(old.number, "historik/")).content.decode()


def test_a_correction_says_what_changed_from_what_to_what(client: Client) -> None:
    unit = builders.unit()
    lifecycle.correct(unit, on=FEBRUARY, actor=builders.ACTOR, reason="Hemmelig", name="Mågereden", floor="1")
    line = client.get(url(unit.number, "historik/")).json()["resultater"][-1]
    assert line["aendringer"] == [
        {"felt": "navn", "foer": "Lærkereden", "efter": "Mågereden", "gaelderFra": "2026-02-01"},
        {"felt": "etage", "foer": None, "efter": "1", "gaelderFra": "2026-02-01"},
    ]
    assert (line["gaelderFra"], line["haendelse"]) == ("2026-02-01", "rettet")
    assert "kirsten" not in str(line)
    assert "Hemmelig" not in str(line)


def test_a_reopening_says_what_it_goes_on_from(client: Client) -> None:
    unit = builders.unit()
    lifecycle.close(unit, on=FEBRUARY, actor=builders.ACTOR, reason="", cause=Cause.CLOSED)
    lifecycle.reopen(unit, on=MARCH, actor=builders.ACTOR, reason="")
    line = client.get(url(unit.number, "historik/")).json()["resultater"][-1]
    assert (line["haendelse"], line["aendringer"]) == (
        "genåbnet",
        [
            {"felt": "gyldigTil", "foer": "2026-02-01", "efter": None, "gaelderFra": "2026-02-01"},
            {"felt": "aarsag", "foer": "nedlagt", "efter": None, "gaelderFra": "2026-02-01"},
        ],
    )


def test_a_day_that_has_come_says_what_holds_from_then(client: Client) -> None:
    unit = builders.unit()
    calendar.turn(actor=builders.ACTOR)
    ahead = periods.today() + timedelta(days=2)
    lifecycle.correct(unit, on=ahead, actor=builders.ACTOR, name="Mågereden")
    lifecycle.close(unit, on=ahead + timedelta(days=1), actor=builders.ACTOR, reason="", cause=Cause.SPLIT)
    calendar.turn(actor=builders.ACTOR, on=ahead + timedelta(days=1))
    lines = client.get(url(unit.number, "historik/")).json()["resultater"][-2:]
    days = [ahead.isoformat(), (ahead + timedelta(days=1)).isoformat()]
    assert [(one["haendelse"], one["gaelderFra"], one["aendringer"]) for one in lines] == [
        ("trådt i kraft", days[0],
         [{"felt": "navn", "foer": "Lærkereden", "efter": "Mågereden", "gaelderFra": days[0]}]),
        ("trådt i kraft", days[1],
         [{"felt": "aarsag", "foer": None, "efter": "opdelt", "gaelderFra": days[1]}]),
    ]  # fmt: skip


def test_what_became_of_a_number(client: Client) -> None:
    unit, old, _done = consolidated()
    assert client.get("/api/v1/opslag/a-10001/").json() == {
        "institutionsNummer": old.number, "niveau": "uden for registeret", "nytNummer": unit.number,
        "konsolideret": True, "trin": ["A10001", unit.number], "status": "Aktiv", "aarsag": None,
        "navn": "Lærkereden", "efterfoelgere": [], "url": url(unit.number),
    }  # fmt: skip
    assert client.get("/api/v1/opslag/G99999/").status_code == 404


def test_the_etag_is_of_this_institution_alone(client: Client) -> None:
    unit = builders.unit()
    tag = client.get(url(unit.number))["ETag"]
    builders.unit()
    assert client.get(url(unit.number), headers={"If-None-Match": tag}).status_code == 304
    lifecycle.correct(unit, on=periods.today(), actor=builders.ACTOR, name="Mågereden")
    assert client.get(url(unit.number), headers={"If-None-Match": tag}).status_code == 200
