"""Deliveries: planned in the order in which they are applied, applied exactly so, once."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import lifecycle
from institutions.models import Delivery, DeliveryRow, Institution
from registry import ledger, periods
from registry.models import Event
from registry.spreadsheets import workbook
from tests import builders
from tests.builders import ACTOR
from tests.reporting import ROOT, Reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db
TOP = {
    "niveau": "daginstitution", "eksternId": "klynge-3", "navn": "Klynge Syd", "ejerformKode": "1",
    "lovgrundlagKode": "10", "admKommuneKode": "101",
}  # fmt: skip
UNIT = {
    "niveau": "anvisningsenhed", "eksternId": "enhed-17", "daginstitutionsNummer": "klynge-3", "navn": "Ahornhuset",
    "instType3": "6012", "vejNavn": "Ahornvej", "husNummer": "12", "postNummer": "2300", "byNavn": "København S",
    "pNummer": "1023456789",
}  # fmt: skip
AWAY = {
    "niveau": "alternativ adresse", "eksternId": "skov", "anvisningsenhedsNummer": "enhed-17",
    "navn": "Skovgruppen", "vejNavn": "Skovstien", "husNummer": "3", "postNummer": "3460", "byNavn": "Birkerød",
}  # fmt: skip


def outcomes(answer: Any) -> list[tuple[int, str]]:  # noqa: ANN401
    """Row and outcome, in the plan's order."""
    return [(one["raekke"], one["udfald"]) for one in answer.json()["plan"]]


def codes(answer: Any) -> dict[int, list[str]]:  # noqa: ANN401
    return {one["raekke"]: [wrong["code"] for wrong in one["fejl"]] for one in answer.json()["plan"] if one["fejl"]}


def test_a_whole_hierarchy_at_once_in_any_order() -> None:
    vendor = Reporter()
    sent = vendor.send(AWAY, UNIT, TOP)
    assert (sent.status_code, sent["Location"]) == (202, sent.json()["url"])
    assert outcomes(sent) == [(3, "oprettet"), (2, "oprettet"), (1, "oprettet")]
    assert Institution.objects.count() == 0
    done = vendor.apply(sent)
    assert (done.status_code, done.json()["status"]) == (200, "udfoert")
    top, unit, away = (one["institutionsNummer"] for one in done.json()["plan"])
    assert builders.at(Institution.objects.get(number=away), periods.today())["parent"].number == unit  # type: ignore[index]
    assert builders.at(Institution.objects.get(number=unit), periods.today())["parent"].number == top  # type: ignore[index]


def test_the_ledger_tells_who_through_which_door_for_whom_and_why() -> None:
    vendor = Reporter()
    vendor.apply(vendor.send(TOP, UNIT, begrundelse="Ny klynge"))
    events = Event.objects.filter(action="lifecycle.open", actor="AB000001")
    told = set(events.values_list("door", "on_behalf_of", "reason"))
    assert (events.count(), told) == (2, {("api", "Københavns Kommune", "Ny klynge")})
    assert [one for one in ledger.verify() if isinstance(one, ledger.Break)] == []


def test_the_vendors_own_id_is_good_wherever_a_number_is_and_for_that_vendor_alone() -> None:
    vendor, other = Reporter(), Reporter("AB000002")
    vendor.apply(vendor.send(TOP, UNIT))
    changed = vendor.send({"eksternId": "enhed-17", "telefonNummer": "12345678"})
    assert outcomes(changed) == [(1, "rettet")]
    by_number = vendor.send({"anvisningsenhedsNummer": "enhed-17", "telefonNummer": "12345678"})
    assert by_number.json()["plan"][0]["institutionsNummer"] == changed.json()["plan"][0]["institutionsNummer"]
    assert codes(other.send({"anvisningsenhedsNummer": "enhed-17", "telefonNummer": "1"})) == {
        1: ["mangler", "mangler"]
    }
    under = vendor.send({**AWAY, "overordnetNummer": "enhed-17"})
    assert outcomes(under) == [(1, "oprettet")]


def test_every_outcome_in_its_order() -> None:
    top, unit, away = builders.tree()
    other, empty = builders.daginstitution(name="Klynge Vest"), builders.unit(name="Rævehulen", street="Rævevej")
    vendor = Reporter()
    sent = vendor.send(
        {"institutionsNummer": empty.number, "status": "Nedlagt"},
        {"niveau": "alternativ adresse", "institutionsNummer": away.number, "status": "Nedlagt"},
        {"institutionsNummer": unit.number, "overordnetNummer": other.number, "niveau": "anvisningsenhed"},
        {"institutionsNummer": top.number, "navn": "Klynge Nord"},
        {"institutionsNummer": other.number, "navn": "Klynge Vestre"},
        {"institutionsNummer": other.number.replace("D", "G"), "navn": "Findes ikke"},
        mode="raekkevis",
    )
    assert outcomes(sent) == [
        (4, "uændret"), (5, "rettet"), (3, "flyttet"), (2, "nedlagt"), (1, "nedlagt"), (6, "afvist"),
    ]  # fmt: skip
    assert sent.json()["udfald"] == {
        "oprettet": 0, "rettet": 1, "flyttet": 1, "genåbnet": 0, "nedlagt": 2, "uændret": 1, "afvist": 1,
    }  # fmt: skip
    assert sent.json()["plan"][1]["aendringer"] == [{"felt": "navn", "foer": "Klynge Vest", "efter": "Klynge Vestre"}]
    assert vendor.apply(sent).status_code == 200
    assert builders.at(unit, periods.today())["parent"] == other  # type: ignore[index]
    assert (builders.at(away, periods.today()), builders.at(empty, periods.today())) == (None, None)


def test_what_it_touches() -> None:
    unit, vendor = builders.unit(), Reporter()
    builders.agreement(unit)
    builders.agreement(unit)
    sent = vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"})
    assert sent.json()["beroerer"] == {"dataaftaler": 2, "udbydere": 2}


def test_all_or_nothing_and_row_by_row() -> None:
    unit, vendor = builders.unit(), Reporter()
    rows: list[dict[str, Any]] = [
        {"institutionsNummer": unit.number, "navn": "Solsikken"},
        {"institutionsNummer": unit.number, "ejerformKode": "9"},
    ]
    twice = vendor.send(*rows)
    assert (twice.status_code, twice.json()["code"]) == (422, "nummer_to_gange")
    rows[1] = {**UNIT, "daginstitutionsNummer": "findes ikke"}
    whole = vendor.send(*rows)
    assert codes(whole) == {2: ["overordnet_mangler"]}
    refused = vendor.apply(whole)
    assert (refused.status_code, refused.json()["code"]) == (409, "raekker_afvist")
    trial = vendor.apply(vendor.send(*rows, mode="validering"))
    assert (trial.status_code, trial.json()["code"]) == (409, "kun_validering")
    assert builders.told(unit, "name")[0][2] == "Lærkereden"
    vendor.apply(vendor.send(*rows, mode="raekkevis"))
    assert builders.told(unit, "name")[-1][2] == "Solsikken"


def test_a_plan_is_refused_when_the_register_has_moved_and_a_new_one_is_made() -> None:
    unit, vendor = builders.unit(), Reporter()
    sent = vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"})
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, name="Rævehulen")
    moved = vendor.apply(sent)
    assert (moved.status_code, moved.json()["code"]) == (412, "planen_er_aendret")
    anew = vendor.get(sent["Location"])
    assert anew.json()["plan"][0]["aendringer"][0]["foer"] == "Rævehulen"
    assert vendor.apply(sent).status_code == 412
    assert vendor.post(sent.json()["udfoer"], **{"If-Match": anew["ETag"]}).status_code == 200


def test_what_does_not_touch_the_plan_does_not_stop_it() -> None:
    unit, vendor = builders.unit(), Reporter()
    sent = vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"})
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, phone="12345678")
    assert vendor.apply(sent).status_code == 200


def test_an_applied_plan_is_applied_once_however_often_it_is_asked_for() -> None:
    vendor = Reporter()
    sent = vendor.send(TOP)
    first, second = vendor.apply(sent), vendor.apply(sent)
    assert (first.json(), second.status_code) == (second.json(), 200)
    assert Institution.objects.count() == 1
    assert vendor.post(sent.json()["udfoer"]).json()["code"] == "if_match_mangler"


def test_the_same_key_gives_the_same_answer_and_never_another() -> None:
    vendor, other = Reporter(), Reporter("AB000002")
    first, again = vendor.send(TOP, key="a"), vendor.send(TOP, key="a")
    assert (again.status_code, again.json()) == (202, first.json())
    wrong = vendor.send(UNIT, key="a")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "noegle_genbrugt")
    assert other.send(TOP, key="a").json()["id"] != first.json()["id"]
    assert Delivery.objects.count() == 2


def test_a_day_ahead() -> None:
    unit, vendor = builders.unit(), Reporter()
    vendor.apply(vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"}, gaelderFra="2030-08-01"))
    assert builders.told(unit, "name") == [
        ("2026-01-01", "2030-08-01", "Lærkereden"), ("2030-08-01", "", "Solsikken"),
    ]  # fmt: skip


def test_csv_and_workbook() -> None:
    unit, vendor = builders.unit(), Reporter()
    header, row = ["anvisningsenhedsNummer", "dagtilbudsNavn"], [unit.number, "Solsikken"]
    query = f"{ROOT}?tilstand=raekkevis&gaelderFra=2030-08-01"
    as_csv = vendor.post(query, workbook.comma_separated(header, [row]), "text/csv")
    assert (outcomes(as_csv), as_csv.json()["gaelderFra"]) == ([(2, "rettet")], "2030-08-01")
    sheet: Any = workbook.write(header, [row])
    assert outcomes(vendor.post(query, sheet, workbook.MEDIA_TYPE)) == [(2, "rettet")]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ("[]", "ugyldig_forespoergsel", "#"),
        ('{"raekker": [{}]}', "ugyldig_parameter", "#/tilstand"),
        ('{"tilstand": "straks", "raekker": [{}]}', "ugyldig_parameter", "#/tilstand"),
        ('{"tilstand": "validering"}', "ugyldig_parameter", "#/raekker"),
        ('{"tilstand": "validering", "farve": 1, "raekker": []}', "ukendt_parameter", "#/farve"),
        ('{"tilstand": "validering", "raekker": []}', "ingen_raekker", "#/raekker"),
        ('{"tilstand": "validering", "raekker": [{"farve": "rød"}]}', "ukendt_parameter", "#/raekker/0/farve"),
        ('{"tilstand": "validering", "raekker": [1]}', "ugyldig_forespoergsel", "#/raekker/0"),
        ('{"tilstand": "validering", "raekker": [{"navn": [1]}]}', "ugyldig_vaerdi", "#/raekker/0/navn"),
        (json.dumps({"tilstand": "validering", "raekker": [{}] * 5001}), "for_mange_raekker", "#/raekker"),
        ('{"tilstand": "validering", "gaelderFra": "i morgen", "raekker": [{}]}', "ugyldig_parameter", "#/gaelderFra"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_pointed_at(body: str, code: str, pointer: str) -> None:
    answer = Reporter().post(ROOT, body)
    assert answer.status_code in {400, 422}
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [(code, pointer)]


def test_another_form_and_too_much() -> None:
    vendor = Reporter()
    assert vendor.post(ROOT, "x", "text/plain").json()["code"] == "forkert_medietype"
    assert vendor.post(ROOT, "x" * 20_000_001).json()["code"] == "for_stort_indhold"
    assert vendor.client.post(ROOT, "{}", "application/json").json()["code"] == "ikke_logget_ind"


def test_the_rows_page_by_page_and_those_that_are_wrong() -> None:
    unit, vendor = builders.unit(), Reporter()
    sent = vendor.send(
        {"institutionsNummer": unit.number, "navn": "Solsikken"}, {"institutionsNummer": "G99998", "navn": "x"},
        {"institutionsNummer": "G99999", "navn": "x"}, mode="raekkevis",
    )  # fmt: skip
    rows = sent.json()["raekker"]
    wrong = vendor.get(f"{rows}?resultat=fejl").json()["resultater"]
    assert [(one["raekke"], one["fejl"][0]["code"]) for one in wrong] == [(2, "ukendt_nummer"), (3, "ukendt_nummer")]
    assert wrong[0]["fejl"][0]["pointer"] == "institutionsNummer"
    first = vendor.get(f"{rows}?antal=2").json()
    second = vendor.get(first["naeste"].removeprefix("http://testserver")).json()
    assert [one["orden"] for one in [*first["resultater"], *second["resultater"]]] == [1, 2, 3]
    assert second["naeste"] is None


def test_nobody_sees_anothers_delivery() -> None:
    vendor, other = Reporter(), Reporter("AB000002")
    sent = vendor.send(TOP)
    for path in (sent.json()["url"], sent.json()["raekker"], f"{ROOT}x/"):
        assert other.get(path).json()["code"] == "ikke_fundet"
    assert other.apply(sent).status_code == 404


def test_a_likely_double_is_refused_until_it_is_insisted_on() -> None:
    unit, vendor = builders.unit(), Reporter()
    above = builders.versions(unit)[0].parent
    row: Mapping[str, Any] = {
        "niveau": "anvisningsenhed", "overordnetNummer": above.number if above else "", "navn": "Lærkereden",
        "instType3": "6012", "vejNavn": "Lærkevej", "husNummer": "7", "postNummer": "2400", "byNavn": "København NV",
        "pNummer": "1012345678",
    }  # fmt: skip
    refused = vendor.send(dict(row)).json()["plan"][0]
    assert [(one["code"], one["suggestions"]) for one in refused["fejl"]] == [("mulig_dublet", [unit.number])]
    insisted = vendor.send(dict(row), opretTrodsDublet="To grupper på samme adresse")
    assert outcomes(insisted) == [(1, "oprettet")]
    assert vendor.apply(insisted).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_plan_asks_as_much_for_one_row_as_for_three(count: int) -> None:
    vendor, units = Reporter(), [builders.unit(name=f"Enhed {place}", street=f"Vej {place}") for place in range(count)]
    rows = [{"institutionsNummer": one.number, "navn": f"{one.number} ny"} for one in units]
    vendor.send(*rows, mode="validering")
    with CaptureQueriesContext(connection) as asked:
        vendor.send(*rows)
    assert len(asked) == 25
    assert DeliveryRow.objects.count() == 2 * count


def test_rows_with_a_day_that_is_none() -> None:
    sent = Reporter().send({"institutionsNummer": "G12345", "navn": "x", "gyldigFra": "i går"})
    assert codes(sent) == {1: ["ugyldig_vaerdi"]}
    assert date.fromisoformat(sent.json()["gaelderFra"]) == periods.today()
