"""A-numbers are taken in as they were typed; only the number must be one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import consolidation, importing
from institutions.models import Institution, Level, Version
from registry import ledger
from tests import builders, sheets
from tests.sheets import outside

if TYPE_CHECKING:
    from registry.ledger import Actor

pytestmark = pytest.mark.django_db

LATER = date(2021, 3, 1)


def one(number: str) -> Institution:
    return Institution.objects.get(number=number)


def at(number: str) -> Version:
    return Version.objects.get(institution__number=number)


def test_it_is_kept_as_it_was_typed_since_nobody_knows_when(actor: Actor) -> None:
    row = outside(
        navn="bh.  Lærkereden ", postNummer="24oo", cvrNummer="DK 12", pNummer="?", email="ingen",
        telefonNummer="ring efter 9",
    )  # fmt: skip
    report = importing.legacy(sheets.legacy(row), actor=actor)
    assert sheets.verdicts(report) == [("A10001", "ny")]
    assert sheets.remarked(report) == []
    kept = at("A10001")
    assert (kept.institution.level, kept.period.lower, kept.period.upper) == (Level.UDENFOR, None, None)
    assert (kept.name, kept.street, kept.postcode, kept.cvr_number, kept.p_number, kept.email, kept.phone) == (
        "bh.  Lærkereden", "Lærkevej 7", "24oo", "DK 12", "?", "ingen", "ring efter 9",
    )  # fmt: skip
    assert builders.events() == [("lifecycle.open", "A10001")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("København", "101"), ("KØBENHAVN", "101"), ("Københavns Kommune", "101"), ("København Kommune", "101"),
        ("Århus", "751"), ("Århus Kommune", "751"), ("Aarhus kommune ", "751"),
        ("Bornholms Regionskommune", "400"), ("Bornholm", "400"),
        ("Frederiksberg Kommune", "147"), ("Ålborg Kommune", "851"), ("Vesthimmerlands Kommune", "820"),
        ("Nordfyns", "480"), ("Høje Taastrup Kommune", "169"), ("Høje-Tåstrup", "169"), ("Lyngby-Taarbæk", "173"),
    ],
)  # fmt: skip
def test_a_municipality_is_known_in_the_ways_it_is_written(text: str, code: str, actor: Actor) -> None:
    report = importing.legacy(sheets.legacy(outside(kommune=text)), actor=actor)
    assert sheets.remarked(report) == []
    kept = at("A10001")
    assert (kept.municipality and kept.municipality.code, kept.municipality_text) == (code, text.strip())


@pytest.mark.parametrize("text", ["Kbh.", "Skåne", "Kommune", "s"])
def test_a_municipality_that_there_is_not_is_kept_as_text_and_remarked_upon(text: str, actor: Actor) -> None:
    report = importing.legacy(sheets.legacy(outside(kommune=text)), actor=actor)
    assert sheets.remarked(report) == [("A10001", "ukendt_kommune", "municipality_text")]
    assert (at("A10001").municipality, at("A10001").municipality_text) == (None, text)


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (outside("A1234"), "ugyldigt_nummer", "number"),
        (outside(""), "ugyldigt_nummer", "number"),
        (outside("A10002", navn=""), "mangler", "name"),
        (outside("A10002", navn="x" * 133), "for_lang", "name"),
        (outside("A10002", postNummer="2400 Nordvest"), "for_lang", "postcode"),
    ],
)
def test_a_wrong_row_is_refused_and_the_others_are_taken_in(
    row: sheets.Row, code: str, field: str, actor: Actor
) -> None:
    report = importing.legacy(sheets.legacy(row, outside()), actor=actor)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["afvist", "ny"]
    assert sheets.wrong(report) == [(code, field)]
    assert list(Institution.objects.values_list("number", flat=True)) == ["A10001"]


def test_a_row_with_too_few_fields_is_refused(actor: Actor) -> None:
    content = sheets.lines(["institutionsNummer", "navn", "adresse"], ["A10001", "Troldhøj"], ["A10002", "Nord", ""])
    report = importing.legacy(content, actor=actor)
    assert sheets.verdicts(report) == [("A10001", "afvist"), ("A10002", "ny")]
    assert sheets.wrong(report) == [("forkert_antal_felter", "")]


def test_the_same_file_changes_nothing_and_tells_nothing(actor: Actor) -> None:
    content = sheets.legacy(outside(), outside("a1b2c3"))
    importing.legacy(content, actor=actor)
    before = builders.dump(), builders.sequences(), ledger.head()
    report = importing.legacy(content, actor=actor)
    assert sheets.verdicts(report) == [("A10001", "uændret"), ("A1B2C3", "uændret")]
    assert (builders.dump(), builders.sequences(), ledger.head()) == before


def test_what_differs_changes_from_the_day(actor: Actor) -> None:
    importing.legacy(sheets.legacy(outside()), actor=actor)
    report = importing.legacy(sheets.legacy(outside(navn="Troldhøj", kommune="Århus")), actor=actor, on=LATER)
    assert report.decisions[0].changes == {"navn": ("LÆRKEREDEN", "Troldhøj"), "kommune": ("København", "Århus")}
    assert builders.told(one("A10001"), "name") == [("", "2021-03-01", "LÆRKEREDEN"), ("2021-03-01", "", "Troldhøj")]
    assert [place.code for *_days, place in builders.told(one("A10001"), "municipality")] == ["101", "751"]
    assert builders.events()[1:] == [("lifecycle.correct", "A10001")]


def test_a_consolidated_one_is_not_changed_any_more(actor: Actor) -> None:
    importing.legacy(sheets.legacy(outside(), outside("A10002")), actor=actor)
    survivor = builders.unit()
    planned = consolidation.plan(survivor, one("A10001"))
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=actor)
    rows = [outside(navn="Troldhøj"), outside("A10002", navn="Troldhøj")]
    report = importing.legacy(sheets.legacy(*rows), actor=actor)
    assert sheets.verdicts(report) == [("A10001", "afvist"), ("A10002", "ændret")]
    assert sheets.wrong(report) == [("er_konsolideret", "")]


def test_a_consolidated_one_as_it_was_is_unchanged(actor: Actor) -> None:
    content = sheets.legacy(outside())
    importing.legacy(content, actor=actor)
    planned = consolidation.plan(builders.unit(), one("A10001"))
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=actor)
    assert sheets.verdicts(importing.legacy(content, actor=actor)) == [("A10001", "uændret")]


def test_a_trial_writes_nothing(actor: Actor) -> None:
    importing.legacy(sheets.legacy(outside()), actor=actor)
    before = builders.dump(), builders.sequences(), builders.events()
    report = importing.legacy(sheets.legacy(outside(navn="Troldhøj"), outside("A10002")), actor=actor, trial=True)
    assert sheets.verdicts(report) == [("A10001", "ændret"), ("A10002", "ny")]
    assert (builders.dump(), builders.sequences(), builders.events()) == before
    assert not report.applied
