"""What must be said of an institution at each level, and in which shape."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from institutions import codes, facts, lawful
from institutions.models import Level
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 1)
UNIT = {
    "name": "Lærkereden", "institution_type": "6012", "ownership": "1", "legal_ground": "10",
    "p_number": "1012345678", **builders.ADDRESS,
}  # fmt: skip


def problems(level: str = Level.ANVISNINGSENHED, on: date = ON, **given: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    return of(given, level=level, on=on)


def of(given: Mapping[str, Any], *, level: str = Level.ANVISNINGSENHED, on: date = ON) -> list[tuple[str, str]]:
    told = {**facts.EMPTY, **UNIT, "administrative_municipality": builders.municipality("101"), **given}
    found = facts.problems(level=level, facts=told, tables=codes.as_of(on), combinations=lawful.as_of(on))
    return [(one.code, one.field) for one in found]


def test_a_complete_unit_has_no_problem() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    "name",
    ["name", "institution_type", "ownership", "legal_ground", "administrative_municipality", "street", "house_number",
     "postcode", "town", "p_number"],
)  # fmt: skip
@pytest.mark.parametrize("empty", ["", None])
def test_a_unit_without_a_required_fact_lacks_it(name: str, empty: str | None) -> None:
    assert of({name: empty}) == [("mangler", name)]


@pytest.mark.parametrize("blank", [" ", "\t\n", "\u00a0", "\u2003"])
def test_a_blank_is_no_name(blank: str) -> None:
    assert problems(name=blank) == [("mangler", "name")]


@pytest.mark.parametrize("name", ["email", "phone", "floor", "door", "cvr_number", "dar_id", "latitude"])
@pytest.mark.parametrize("empty", ["", None])
def test_the_rest_may_be_empty(name: str, empty: str | None) -> None:
    if name == "latitude" and empty == "":
        return
    assert of({name: empty}) == []


@pytest.mark.parametrize(("name", "length"), [("name", 132), ("house_number", 10), ("email", 132), ("dar_id", 36)])
def test_a_text_may_be_as_long_as_its_column_and_no_longer(name: str, length: int) -> None:
    fits = "å" * length if name != "email" else "a@" + "b" * (length - 5) + ".dk"
    assert of({name: fits}) == []
    assert of({name: fits + "x"}) == [("for_lang", name)]


def test_a_text_without_end_is_only_too_long() -> None:
    assert problems(name="å" * 1_000_000) == [("for_lang", "name")]


@pytest.mark.parametrize(
    "bad", [f"Lærke{one}reden" for one in ("\x00", "\x01", "\x0b", "\x1b", "\x7f", "\ud800", "\ufffe", "\uffff")]
)
@pytest.mark.parametrize("name", ["name", "phone"])
def test_a_text_that_no_database_or_no_feed_can_hold_is_refused(name: str, bad: str) -> None:
    assert of({name: bad}) == [("ugyldig_vaerdi", name)]
    assert of({name: bad}, level=Level.UDENFOR) == [("ugyldig_vaerdi", name)]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("postcode", "240"), ("postcode", "24000"), ("postcode", "DK-2400"), ("postcode", "2400\n"),
        ("postcode", "\u0662\u0664\u0660\u0660"),
        ("cvr_number", "1234567"), ("cvr_number", "1234567x"),
        ("p_number", "101234567"), ("p_number", "10 12345678"),
        ("email", "kirsten"), ("email", "a@b"), ("email", "a b@c.dk"), ("email", "a@b.dk\n"), ("email", "a@b@c.dk"),
        ("latitude", 12.5), ("latitude", 0), ("latitude", float("nan")), ("latitude", float("inf")),
        ("latitude", float("-inf")), ("longitude", 55.7), ("longitude", float("nan")), ("longitude", -12.5),
    ],
)  # fmt: skip
def test_a_misshapen_value_is_refused(name: str, bad: object) -> None:
    assert ("ugyldig_vaerdi", name) in of({name: bad})


@pytest.mark.parametrize(
    ("name", "good"),
    [("latitude", 54.4), ("latitude", 57.9), ("longitude", 7.9), ("longitude", 15.3), ("longitude", 15),
     ("email", "kirsten.bæk@børn.kk.dk")],
)  # fmt: skip
def test_the_edge_of_what_is_lawful_is_lawful(name: str, good: object) -> None:
    assert of({name: good}) == []


def test_an_unknown_code_is_named_once_and_not_called_unlawful_too() -> None:
    assert problems(institution_type="6099") == [("ukendt_kode", "institution_type")]


def test_a_code_is_asked_for_on_the_day() -> None:
    special = {"institution_type": "6022", "legal_ground": "50"}
    assert of(special, on=date(2023, 12, 31)) == []
    assert of(special, on=date(2024, 1, 1)) == [("ukendt_kode", "legal_ground")]


def test_an_unlawful_combination_is_named() -> None:
    assert problems(ownership="3") == [("ulovlig_kombination", "legal_ground")]


@pytest.mark.parametrize(
    ("level", "given", "found"),
    [
        (Level.DAGINSTITUTION, {}, [("felt_paa_forkert_niveau", "institution_type")]),
        (Level.DAGINSTITUTION, {"institution_type": ""}, []),
        (Level.DAGINSTITUTION, {"institution_type": "", "ownership": "3"}, [("ulovlig_kombination", "legal_ground")]),
        (
            Level.ALTERNATIV_ADRESSE,
            {},
            [("felt_paa_forkert_niveau", name) for name in ("institution_type", "ownership", "legal_ground")],
        ),
        (Level.ALTERNATIV_ADRESSE, {"institution_type": "", "ownership": "", "legal_ground": ""}, []),
    ],
)
def test_each_level_has_its_own_facts(level: str, given: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert of(given, level=level) == found


def test_outside_the_register_only_a_name_is_asked_for() -> None:
    assert list(facts.missing(level=Level.UDENFOR, facts={**facts.EMPTY, "name": "X"})) == []
    assert [one.field for one in facts.missing(level=Level.UDENFOR, facts=facts.EMPTY)] == ["name"]
