"""One wrong row is refused with a code and the field at fault; the others are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from institutions import importing
from institutions.models import Institution, Version
from tests import builders, sheets
from tests.sheets import alternative, top, unit

if TYPE_CHECKING:
    from registry.ledger import Actor

pytestmark = pytest.mark.django_db

WRONG: dict[str, tuple[sheets.Row, str, str]] = {
    "a type that no table has": ({"instType3": "6099"}, "ukendt_kode", "institution_type"),
    "an ownership that no table has": ({"ejerformKode": "9"}, "ukendt_kode", "ownership"),
    "a legal ground that no table has": ({"lovgrundlagKode": "99"}, "ukendt_kode", "legal_ground"),
    "a level that there is not": ({"dagtilbudsType": "SFO"}, "ukendt_kode", "level"),
    "no name": ({"dagtilbudsNavn": "  "}, "mangler", "name"),
    "a name of 133 characters": ({"dagtilbudsNavn": "x" * 133}, "for_lang", "name"),
    "a house number of 11 characters": ({"husNummer": "12345678901"}, "for_lang", "house_number"),
    "a municipality that there is not": ({"kommuneKode": "999"}, "ukendt_kommune", "municipality"),
    "an administrative one neither": ({"admKommuneKode": "999"}, "ukendt_kommune", "administrative_municipality"),
    "a latitude in Sweden": ({"geoBredde": "59.33"}, "ugyldig_vaerdi", "latitude"),
    "a longitude in the Atlantic": ({"geoLaengde": "-6,77"}, "ugyldig_vaerdi", "longitude"),
    "a coordinate in words": ({"geoBredde": "nord"}, "ugyldig_vaerdi", "latitude"),
    "a coordinate that is no number": ({"geoBredde": "nan"}, "ugyldig_vaerdi", "latitude"),
    "a first day that there is not": ({"gyldigFra": "2019-02-30"}, "ugyldig_vaerdi", "gyldigFra"),
    "a last day in another order": ({"gyldigTil": "31-12-2019"}, "ugyldig_vaerdi", "gyldigTil"),
    "an end before the beginning": (
        {"gyldigFra": "2019-08-01", "gyldigTil": "2019-08-01"}, "ugyldig_vaerdi", "gyldigTil",
    ),
    "a number that is none": ({"anvisningsenhedsNummer": "G1234"}, "ugyldigt_nummer", "number"),
    "a parent that is not there": ({"daginstitutionsNummer": "D19999"}, "overordnet_mangler", "parent"),
    "a parent in another municipality": ({"daginstitutionsNummer": "D10002"}, "overordnet_i_anden_kommune", "parent"),
}  # fmt: skip
OTHERS = (top(), top("D10002", admKommuneKode="751", dagtilbudsNavn="Klynge Syd"))


def wrong(given: sheets.Row) -> sheets.Row:
    return unit("G10501", dagtilbudsNavn="Den forkerte") | given


@pytest.mark.parametrize(("given", "code", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_of_a_first_file(given: sheets.Row, code: str, field: str, actor: Actor) -> None:
    report = importing.register(sheets.register(*OTHERS, unit(), wrong(given)), actor=actor)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["ny", "ny", "ny", "afvist"]
    assert sheets.wrong(report) == [(code, field)]
    numbers = Institution.objects.values_list("number", flat=True)
    assert list(numbers) == ["D10001", "D10002", "G10500"]


@pytest.mark.parametrize(("given", "code", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_of_a_later_file(given: sheets.Row, code: str, field: str, actor: Actor) -> None:
    importing.register(sheets.register(*OTHERS, unit(), unit("G10501")), actor=actor, on=builders.NEW_YEAR)
    rows = [*OTHERS, unit(dagtilbudsNavn="Troldhøj"), wrong(given)]
    report = importing.register(sheets.register(*rows), actor=actor)
    assert [verdict for _number, verdict in sheets.verdicts(report)] == ["uændret", "uændret", "ændret", "afvist"]
    assert sheets.wrong(report) == [(code, field)]
    names = Version.objects.filter(institution__number="G10501").values_list("name", flat=True)
    assert list(names) == ["Lærkereden"]


def test_a_row_with_too_many_fields(actor: Actor) -> None:
    columns = ["daginstitutionsNummer", "dagtilbudsNavn", "ejerformKode", "lovgrundlagKode", "admKommuneKode"]
    content = sheets.lines(columns, ["D10001", "Nord; og Syd", "1", "10", "101"], ["D10002", "Øst", "1", "10", "101"])
    report = importing.register(content, actor=actor)
    assert [one.verdict.value for one in report.decisions] == ["afvist", "ny"]
    assert sheets.wrong(report) == [("forkert_antal_felter", "")]
    assert list(Institution.objects.values_list("number", flat=True)) == ["D10002"]


def test_everything_wrong_with_a_row_is_told_at_once(actor: Actor) -> None:
    row = unit(instType3="6099", dagtilbudsNavn="x" * 133, kommuneKode="999", geoBredde="nord")
    report = importing.register(sheets.register(top(), row), actor=actor)
    assert sorted(sheets.wrong(report)) == [
        ("for_lang", "name"), ("ugyldig_vaerdi", "latitude"), ("ukendt_kode", "institution_type"),
        ("ukendt_kommune", "municipality"),
    ]  # fmt: skip


def test_a_refused_parent_takes_its_children_along(actor: Actor) -> None:
    report = importing.register(sheets.register(top(ejerformKode="9"), unit(), alternative()), actor=actor)
    assert sheets.verdicts(report) == [("D10001", "afvist"), ("G10500", "afvist"), ("G10600", "afvist")]
    assert sheets.wrong(report) == [
        ("ukendt_kode", "ownership"), ("overordnet_mangler", "parent"), ("overordnet_mangler", "parent"),
    ]  # fmt: skip
    assert not Institution.objects.exists()


def test_a_municipality_code_may_have_four_digits(actor: Actor) -> None:
    report = importing.register(sheets.register(top(admKommuneKode="0101"), unit(kommuneKode="0101")), actor=actor)
    assert sheets.wrong(report) == []
    assert set(Version.objects.values_list("municipality__code", flat=True)) == {None, "101"}
