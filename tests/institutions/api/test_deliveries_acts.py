"""What a delivery does beside correcting: what moves under the new, what opens again, and from what day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from institutions import lifecycle, mandates
from institutions.models import ExternalId, Institution, Succession, Verb
from registry import ledger, periods
from registry.models import Event
from registry.spreadsheets import workbook
from tests import builders, reporting
from tests.builders import ACTOR
from tests.institutions.api.test_deliveries import AWAY, TOP, UNIT, codes, outcomes
from tests.reporting import ROOT, Reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)


def active(institution: Institution, **more: str) -> dict[str, str]:
    """The row that says of one that it is active."""
    return {"niveau": institution.level, "institutionsNummer": institution.number, "status": "Aktiv", **more}


def moved(institution: Institution, to: str) -> dict[str, str]:
    return {"niveau": institution.level, "institutionsNummer": institution.number, "overordnetNummer": to}


def today(institution: Institution) -> Mapping[str, Any]:
    found = builders.at(institution, periods.today())
    assert found is not None
    return found


def called(text: str) -> Institution:
    """What a vendor calls so."""
    return ExternalId.objects.select_related("institution").get(text=text).institution


def test_floor_and_door_as_json_and_as_a_file() -> None:
    unit, vendor = builders.unit(), Reporter()
    sent = vendor.send({"institutionsNummer": unit.number, "etage": "1", "doer": "tv"})
    assert sent.json()["plan"][0]["aendringer"] == [
        {"felt": "etage", "foer": None, "efter": "1"}, {"felt": "doer", "foer": None, "efter": "tv"},
    ]  # fmt: skip
    vendor.apply(sent)
    assert (today(unit)["floor"], today(unit)["door"]) == ("1", "tv")
    header, row = ["anvisningsenhedsNummer", "etage", "doer"], [unit.number, "st", ""]
    as_csv = vendor.post(f"{ROOT}?tilstand=raekkevis", workbook.comma_separated(header, [row]), "text/csv")
    vendor.apply(as_csv)
    assert (today(unit)["floor"], today(unit)["door"]) == ("st", "")
    assert codes(vendor.send({"institutionsNummer": unit.number, "etage": "x" * 11})) == {1: ["for_lang"]}


def test_what_stands_in_the_register_moves_under_what_is_new() -> None:
    _top, unit, away = builders.tree()
    vendor = Reporter()
    sent = vendor.send(moved(away, "enhed-17"), moved(unit, "klynge-3"), UNIT, TOP)
    assert outcomes(sent) == [(4, "oprettet"), (2, "flyttet"), (3, "oprettet"), (1, "flyttet")]
    assert sent.json()["plan"][1]["aendringer"][0]["efter"] == "klynge-3"
    done = vendor.apply(sent)
    assert done.status_code == 200
    assert (today(unit)["parent"], today(away)["parent"]) == (called("klynge-3"), called("enhed-17"))
    assert done.json()["plan"][1]["aendringer"][0]["efter"] == called("klynge-3").number
    assert [one for one in ledger.verify() if isinstance(one, ledger.Break)] == []
    told = Event.objects.get(subject=unit.number, action="lifecycle.move")
    assert told.data["after"]["versions"][-1]["parent"] == called("klynge-3").number


def test_applied_twice_and_sent_again_it_moves_nothing() -> None:
    _top, unit, _away = builders.tree()
    vendor = Reporter()
    sent = vendor.send(moved(unit, "klynge-3"), TOP)
    vendor.apply(sent)
    head = ledger.head()
    assert vendor.apply(sent).status_code == 200
    assert outcomes(vendor.send(moved(unit, "klynge-3"), TOP)) == [(2, "uændret"), (1, "uændret")]
    assert ledger.head() == head


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({**TOP, "ejerformKode": "9"}, "overordnet_mangler"),
        ({**TOP, "admKommuneKode": "147"}, "overordnet_i_anden_kommune"),
        ({**UNIT, "eksternId": "klynge-3", "overordnetNummer": "", "daginstitutionsNummer": ""}, "overordnet_mangler"),
    ],
)
def test_it_moves_only_where_it_may(new: dict[str, str], code: str) -> None:
    _top, unit, _away = builders.tree()
    vendor = Reporter()
    reporting.mandate(kommune="147")
    before = today(unit)["parent"]
    sent = vendor.send(moved(unit, "klynge-3"), new, mode="raekkevis")
    assert codes(sent)[1] == [code]
    vendor.apply(sent)
    assert today(unit)["parent"] == before


def test_what_a_new_one_took_in_may_be_closed_above_in_the_same_delivery() -> None:
    top, unit, _away = builders.tree()
    vendor = Reporter()
    closing = {"institutionsNummer": top.number, "status": "Nedlagt"}
    sent = vendor.send(closing, moved(unit, "klynge-3"), TOP)
    assert outcomes(sent) == [(3, "oprettet"), (2, "flyttet"), (1, "nedlagt")]
    assert vendor.apply(sent).status_code == 200
    assert builders.at(top, periods.today()) is None


def test_what_has_closed_opens_again_with_what_is_above_it_and_with_news() -> None:
    top, unit, away = builders.tree()
    for one in (away, unit, top):
        lifecycle.close(one, on=SPRING, actor=ACTOR, reason="")
    vendor = Reporter()
    sent = vendor.send(active(away), active(unit, navn="Solsikken"), active(top))
    assert outcomes(sent) == [(3, "genåbnet"), (2, "genåbnet"), (1, "genåbnet")]
    assert sent.json()["udfald"]["genåbnet"] == 3
    assert sent.json()["plan"][1]["aendringer"] == [
        {"felt": "status", "foer": "Nedlagt", "efter": "Aktiv"},
        {"felt": "navn", "foer": "Lærkereden", "efter": "Solsikken"},
    ]  # fmt: skip
    assert vendor.apply(sent).status_code == 200
    assert [today(one)["name"] for one in (top, unit, away)] == ["Klynge Nord", "Solsikken", "Lærkereden, udflytter"]
    assert builders.told(unit, "name")[0][:2] == ("2026-01-01", "2026-04-01")
    assert set(Event.objects.filter(actor=vendor.system).values_list("action", flat=True)) == {"lifecycle.reopen"}
    assert outcomes(vendor.send(active(unit))) == [(1, "uændret")]


def test_one_that_opens_again_has_no_successors_from_the_day_on() -> None:
    for on in (periods.today(), periods.today() + timedelta(days=30)):
        unit, other = builders.unit(), builders.unit(name="Mågen", street="Mågevej", p_number="1012345699")
        lifecycle.close(unit, on=SPRING, actor=ACTOR, reason="", successors=[other])
        vendor = Reporter(f"AB{Institution.objects.count():06d}")
        vendor.apply(vendor.send(active(unit), gaelderFra=on.isoformat()))
        ahead = on > periods.today()
        assert Succession.objects.filter(institution=unit).exists() is ahead
        told = Event.objects.get(subject=unit.number, action="lifecycle.reopen")
        assert told.data["after"].get("successors", []) == ([other.number] if ahead else [])
        assert told.data["before"]["successors"] == [other.number]


def test_why_it_does_not_open_again() -> None:
    top, unit, away = builders.tree()
    for one in (away, unit):
        lifecycle.close(one, on=SPRING, actor=ACTOR, reason="")
    vendor = Reporter()
    row = {"niveau": away.level, "institutionsNummer": away.number}
    assert codes(vendor.send({**row, "navn": "Skovgruppen"})) == {1: ["ikke_aaben"]}
    assert codes(vendor.send(active(away))) == {1: ["overordnet_mangler"]}
    before = (SPRING - timedelta(days=30)).isoformat()
    lifecycle.reopen(unit, on=date(2026, 6, 1), actor=ACTOR, reason="")
    assert codes(vendor.send(active(unit), gaelderFra="2026-05-01")) == {1: ["ikke_aaben"]}
    assert outcomes(vendor.send(active(unit), gaelderFra=before)) == [(1, "uændret")]
    assert codes(vendor.send(active(away, navn="x" * 133))) == {1: ["for_lang"]}
    assert today(top)["name"] == "Klynge Nord"


def test_opening_again_wants_a_mandate_for_it() -> None:
    unit = builders.unit()
    lifecycle.close(unit, on=SPRING, actor=ACTOR, reason="")
    vendor = Reporter(kommune="")
    given = reporting.mandate(verbs=set(Verb.values) - {Verb.REOPEN.value})
    assert codes(vendor.send(active(unit))) == {1: ["mandat_mangler"]}
    mandates.end(given, on=periods.today(), actor=ACTOR)
    reporting.mandate(verbs=[Verb.REOPEN.value])
    assert outcomes(vendor.send(active(unit))) == [(1, "genåbnet")]
    assert codes(vendor.send(active(unit, navn="Solsikken"))) == {1: ["mandat_mangler"]}


@pytest.mark.parametrize("day", ["2026-02-01", "2030-02-01"])
def test_everything_holds_from_the_day_that_is_said(day: str) -> None:
    top, unit, away = builders.tree()
    closed = builders.alternative(unit, name="Skovhytten", street="Skovvej")
    lifecycle.close(closed, on=date(2026, 1, 15), actor=ACTOR, reason="")
    vendor = Reporter()
    sent = vendor.send(
        TOP, UNIT, AWAY, moved(unit, "klynge-3"), active(closed),
        {"institutionsNummer": top.number, "navn": "Klynge Vest"},
        {"niveau": away.level, "institutionsNummer": away.number, "status": "Nedlagt"}, gaelderFra=day,
    )  # fmt: skip
    assert [outcome for _row, outcome in outcomes(sent)] == [
        "oprettet", "rettet", "oprettet", "flyttet", "oprettet", "genåbnet", "nedlagt",
    ]  # fmt: skip
    assert vendor.apply(sent).status_code == 200
    assert builders.told(called("skov"), "name") == [(day, "", "Skovgruppen")]
    assert builders.told(unit, "parent") == [("2026-01-01", day, top), (day, "", called("klynge-3"))]
    assert [one[:2] for one in builders.told(closed, "name")] == [("2026-01-01", "2026-01-15"), (day, "")]
    assert [one[:2] for one in builders.told(away, "name")] == [("2026-01-01", day)]
    assert builders.told(top, "name") == [("2026-01-01", day, "Klynge Nord"), (day, "", "Klynge Vest")]


def test_a_day_before_it_began_is_refused() -> None:
    unit, vendor = builders.unit(), Reporter()
    row = {"institutionsNummer": unit.number}
    assert codes(vendor.send({**row, "navn": "Solsikken"}, gaelderFra="2025-12-31")) == {1: ["ikke_aaben"]}
    assert codes(vendor.send({**row, "status": "Nedlagt"}, gaelderFra="2026-01-01")) == {1: ["for_tidlig_dag"]}
    under = {**AWAY, "anvisningsenhedsNummer": unit.number}
    assert codes(vendor.send(under, gaelderFra="2025-12-31")) == {1: ["overordnet_mangler"]}
