"""The first load is a migration: numbers are kept, and old rows as they are, lawful or not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import importing, lifecycle
from institutions.models import Institution, Level, Version
from registry.models import Event
from tests import builders, sheets
from tests.sheets import alternative, top, unit

if TYPE_CHECKING:
    from registry.ledger import Actor

pytestmark = pytest.mark.django_db

OPENED = date(2019, 8, 1)


def at(number: str) -> Version:
    return Version.objects.get(institution__number=number)


def test_numbers_and_parents_are_kept_whatever_the_order_of_rows(actor: Actor) -> None:
    report = importing.register(sheets.register(alternative(), unit(), top()), actor=actor, on=OPENED)
    assert sheets.verdicts(report) == [("G10600", "ny"), ("G10500", "ny"), ("D10001", "ny")]
    parents = Version.objects.order_by("institution__number").values_list("institution__number", "parent__number")
    assert list(parents) == [("D10001", None), ("G10500", "D10001"), ("G10600", "G10500")]
    assert set(Event.objects.values_list("action", "reason")) == {("lifecycle.open", "Første indlæsning")}


def test_numbers_go_on_after_the_highest(actor: Actor) -> None:
    last = builders.sequences()["institutions_g_number"] or 0
    highest = max(last, 20_000) + 5
    importing.register(sheets.register(top(), unit(f"G{highest}"), unit()), actor=actor, on=OPENED)
    parent = Institution.objects.get(number="D10001")
    assert builders.unit(parent).number == f"G{highest + 1}"


def test_a_row_says_from_when_to_when(actor: Actor) -> None:
    rows = [
        top(gyldigFra="2020-01-01"),
        unit("G10501", gyldigFra="2020-03-01"),
        unit("G10502", gyldigFra="2020-03-01", gyldigTil="2021-05-01"),
        unit("G10503", aktivitetsstatus="Nedlagt", gyldigTil="2021-05-01"),
        unit("G10504", aktivitetsstatus="Nedlagt"),
    ]
    importing.register(sheets.register(*rows), actor=actor, on=date(2022, 1, 1))
    told = [(one, at(one).period.lower, at(one).period.upper, at(one).closing_cause) for one in (
        "D10001", "G10501", "G10502", "G10503", "G10504",
    )]  # fmt: skip
    assert told == [
        ("D10001", date(2020, 1, 1), None, ""),
        ("G10501", date(2020, 3, 1), None, ""),
        ("G10502", date(2020, 3, 1), date(2021, 5, 1), "nedlagt"),
        ("G10503", None, date(2021, 5, 1), "nedlagt"),
        ("G10504", None, date(2022, 1, 1), "nedlagt"),
    ]


def test_unlawful_and_incomplete_rows_are_kept_and_remarked_upon(actor: Actor) -> None:
    rows = [
        top(), *(unit(f"G1050{number}") for number in range(4)),
        unit("G10510", lovgrundlagKode="13"),
        unit("G10511", pNummer=""),
        unit("G10512", geoBredde="", geoLaengde="", byNavn=""),
        unit("G10513", email="leder at lærkereden"),
        top("D10002", dagtilbudsNavn="Klynge uden enheder"),
    ]  # fmt: skip
    report = importing.register(sheets.register(*rows), actor=actor, on=OPENED)
    assert {verdict for _number, verdict in sheets.verdicts(report)} == {"ny"}
    assert sheets.remarked(report) == [
        ("G10510", "ulovlig_kombination", "legal_ground"),
        ("G10511", "mangler", "p_number"),
        ("G10512", "mangler", "town"),
        ("G10512", "mangler", "latitude"),
        ("G10513", "ugyldig_vaerdi", "email"),
        ("D10002", "uden_enhed", ""),
    ]
    assert (at("G10510").legal_ground, at("G10512").latitude, at("G10513").email) == ("13", None, "leder at lærkereden")


def test_a_column_that_hardly_anyone_fills_is_counted_instead(actor: Actor) -> None:
    rows = [top(), *(unit(f"G1050{number}", pNummer="") for number in range(5)), unit("G10509")]
    report = importing.register(sheets.register(*rows), actor=actor, on=OPENED)
    assert sheets.remarked(report) == []
    assert dict(report.counted) == {("mangler", "P-nummer"): 5}


@pytest.mark.parametrize(
    ("ownership", "kind", "ground"),
    [
        ("2", "6012", "11"), ("3", "6011", "13"), ("4", "6010", "12"), ("3", "6013", "21"), ("1", "6021", "40"),
        # § 19, stk. 2, alone or with folkeskoleloven § 24 a; § 21, stk. 2 or 3; §§ 32 or 36: not for us to choose.
        ("1", "6012", ""), ("1", "6013", ""), ("1", "6022", ""),
        # Nothing is lawful.
        ("4", "6020", ""),
    ],
)  # fmt: skip
def test_the_legal_ground_is_derived_where_one_alone_is_lawful(
    ownership: str, kind: str, ground: str, actor: Actor
) -> None:
    row = unit(ejerformKode=ownership, instType3=kind, lovgrundlagKode="")
    importing.register(sheets.register(top(), row), actor=actor, on=OPENED)
    assert (at("G10500").legal_ground, at("G10500").legal_ground_derived) == (ground, ground != "")


def test_a_stated_legal_ground_is_not_derived(actor: Actor) -> None:
    importing.register(sheets.register(top(), unit(ejerformKode="2", lovgrundlagKode="11")), actor=actor)
    assert (at("G10500").legal_ground, at("G10500").legal_ground_derived) == ("11", False)


def test_a_unit_without_a_parent_gets_a_daginstitution_of_its_own(actor: Actor) -> None:
    rows = [top(), unit("G10501", parent=""), unit("G10502", parent="", dagtilbudsNavn="Troldhøj")]
    report = importing.register(sheets.register(*rows), actor=actor, on=OPENED)
    parents = [at(number).parent for number in ("G10501", "G10502")]
    assert [(at(one.number).name, one.level) for one in parents if one] == [
        ("Lærkereden", Level.DAGINSTITUTION), ("Troldhøj", Level.DAGINSTITUTION),
    ]  # fmt: skip
    assert report.notes == ["Enheder uden overordnet, som fik en daginstitution for sig selv: 2."]
    assert Event.objects.filter(action="lifecycle.open").count() == 5


def test_new_rows_without_a_number_get_one(actor: Actor) -> None:
    report = importing.register(sheets.register(top(), unit(""), unit("G10500")), actor=actor, on=OPENED)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["ny", "ny", "ny"]
    numbers = Institution.objects.filter(level=Level.ANVISNINGSENHED).values_list("number", flat=True)
    assert len(numbers) == 2
    assert min(numbers) == "G10500"


def test_a_number_that_is_issued_already_is_not_given_again(actor: Actor) -> None:
    importing.legacy(sheets.legacy(sheets.outside()), actor=actor)
    importing.register(sheets.register(top(), unit()), actor=actor)
    assert Institution.objects.count() == 3


def test_a_trial_writes_nothing_and_spends_no_number(actor: Actor) -> None:
    before = builders.dump(), builders.sequences(), builders.events()
    content = sheets.register(
        top("D90001"), unit("G90500", parent="D90001"), unit("", parent=""), unit(parent="", instType3="6099")
    )
    report = importing.register(content, actor=actor, trial=True)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["ny", "ny", "ny", "afvist"]
    assert (builders.dump(), builders.sequences(), builders.events()) == before
    assert not report.applied


def test_what_was_kept_unlawful_may_stay_but_what_is_touched_must_be_lawful(actor: Actor) -> None:
    importing.register(sheets.register(top(), unit(lovgrundlagKode="13")), actor=actor, on=OPENED)
    kept = Institution.objects.get(number="G10500")
    assert lifecycle.correct(kept, on=date(2020, 1, 1), actor=actor, name="Troldhøj")
    assert lifecycle.correct(kept, on=date(2021, 1, 1), actor=actor, legal_ground="10")
    assert builders.told(kept, "legal_ground")[-1] == ("2021-01-01", "", "10")
