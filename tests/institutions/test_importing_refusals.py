"""A file that cannot be taken for what it says it is, is refused whole: nothing is saved, no number is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from institutions import importing
from registry.problems import Refused
from tests import builders, sheets
from tests.sheets import alternative, outside, top, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.ledger import Actor
    from registry.verdicts import Report

    type TakeIn = Callable[..., Report]

pytestmark = pytest.mark.django_db

# The columns of both importers, so that a file gets as far in each.
BOTH = sheets.lines(["daginstitutionsNummer", "dagtilbudsNavn", "institutionsNummer", "navn"])
WRONG_KIND = {
    "empty": (b"", "tom_fil"),
    "header only": (BOTH + b"\r\n", "tom_fil"),
    "wrong columns": (b"id;title\r\n1;Regnbuen", "forkerte_kolonner"),
    "UTF-16": (sheets.register(top()).decode("utf-8-sig").encode("utf-16"), "forkert_tegnsaet"),
    "Latin-1": (sheets.register(unit()).decode("utf-8-sig").encode("latin-1"), "forkert_tegnsaet"),
    "a workbook": (b"PK\x03\x04" + b"\x00" * 40, "ikke_csv"),
    "a stray quote": (BOTH + b'\r\nD10001;"Nord', "ikke_csv"),
}


def refused(take_in: TakeIn, content: bytes, actor: Actor) -> tuple[str, str]:
    """The refusal's code and sentence, when nothing has been written and no number spent."""
    before = builders.dump(), builders.sequences(), builders.events()
    with pytest.raises(Refused) as caught:
        take_in(content, actor=actor)
    assert (builders.dump(), builders.sequences(), builders.events()) == before
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize("take_in", [importing.register, importing.legacy], ids=["register", "legacy"])
@pytest.mark.parametrize(("content", "code"), WRONG_KIND.values(), ids=WRONG_KIND.keys())
def test_a_file_of_another_kind(take_in: TakeIn, content: bytes, code: str, actor: Actor) -> None:
    assert refused(take_in, content, actor)[0] == code


@pytest.fixture(params=["a first file", "a later file"])
def register(request: pytest.FixtureRequest, actor: Actor) -> TakeIn:
    """The importer, into an empty register and into one that is not."""
    if request.param == "a later file":
        importing.register(sheets.register(top("D10900"), unit("G10900", parent="D10900")), actor=actor)
    return importing.register


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([top("G10001")], "Linje 2: G10001 står som daginstitution, men har et andet niveaus bogstav."),
        ([top(), unit("D10002")], "Linje 3: D10002 står som anvisningsenhed, men har et andet niveaus bogstav."),
        ([top(), unit("A10002")], "Linje 3: A10002 står som anvisningsenhed, men har et andet niveaus bogstav."),
        ([top(), unit(parent="G10001")], "Linje 3: G10001 står som daginstitution, men har et andet niveaus bogstav."),
        ([alternative(parent="D10001")], "Linje 2: D10001 står som anvisningsenhed, men har et andet niveaus bogstav."),
    ],
)
def test_a_number_of_another_levels_prefix(
    register: TakeIn, rows: list[sheets.Row], sentence: str, actor: Actor
) -> None:
    assert refused(register, sheets.register(*rows), actor) == ("forkert_praefiks", sentence)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([top(), unit(), unit()], "G10500 står i flere rækker (linje 3, 4)."),
        ([top(), unit(), alternative("G10500")], "G10500 står i flere rækker (linje 3, 4)."),
        ([top(), top(" d 10001 "), unit()], "D10001 står i flere rækker (linje 2, 3)."),
    ],
)
def test_two_rows_for_one_number(register: TakeIn, rows: list[sheets.Row], sentence: str, actor: Actor) -> None:
    assert refused(register, sheets.register(*rows), actor) == ("nummer_to_gange", sentence)


def test_a_file_without_a_name_for_its_rows(register: TakeIn, actor: Actor) -> None:
    content = sheets.lines(["daginstitutionsNummer", "ejerformKode"], ["D10001", "1"])
    sentence = "Filen mangler kolonnen dagtilbudsNavn. Den har: daginstitutionsNummer, ejerformKode."
    assert refused(register, content, actor) == ("forkerte_kolonner", sentence)


def test_an_a_number_file_with_a_number_of_the_register(actor: Actor) -> None:
    content = sheets.legacy(outside(), outside("G10500"))
    assert refused(importing.legacy, content, actor) == ("forkert_praefiks", "Linje 3: G10500 er ikke et A-nummer.")


def test_an_a_number_file_with_a_number_twice(actor: Actor) -> None:
    content = sheets.legacy(outside(), outside("A10002"), outside("a10001"))
    assert refused(importing.legacy, content, actor) == ("nummer_to_gange", "A10001 står i flere rækker (linje 2, 4).")
