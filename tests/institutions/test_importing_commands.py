"""import_register and import_legacy: what they print, and how they end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from institutions.models import Institution, Version
from registry import periods
from registry.models import Event
from tests import sheets
from tests.sheets import outside, top, unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., list[str]]:
    """Write a file, run a command on it, and give the lines that it prints."""

    def command(name: str, content: bytes, *options: str) -> list[str]:
        file = tmp_path / "fil.csv"
        file.write_bytes(content)
        out = io.StringIO()
        call_command(name, str(file), *options, stdout=out)
        return out.getvalue().splitlines()

    return command


def test_a_first_load_prints_counts_and_what_is_wrong_with_which_row(run: Callable[..., list[str]]) -> None:
    rows = [top(), unit(), unit("G10501", instType3="6099"), unit("G10502", email="ved lederen")]
    rows += [unit("G10503", pNummer=""), unit("G10504", pNummer="", parent=""), unit("G10505", pNummer="")]
    day = f"{periods.today():%d.%m.%Y}"
    assert run("import_register", sheets.register(*rows), "--on", "2019-08-01") == [
        "7 rækker afgjort: 6 ny, 0 ændret, 0 uændret, 0 nedlagt, 1 afvist.",
        "Enheder uden overordnet, som fik en daginstitution for sig selv: 1.",
        "P-nummer mangler i 3 rækker [mangler].",
        (
            f"linje 4 G10501 Lærkereden: afvist: »6099« findes ikke i kodetabellen instType3 den {day}."
            " Gyldige: 6010, 6011, 6012, 6013, 6014, 6020, 6021, 6022. [ukendt_kode, institution_type]"
        ),
        (
            "linje 5 G10502 Lærkereden: beholdt: e-mail er »ved lederen«; der skal stå navn@domæne.dk."
            " [ugyldig_vaerdi, email]"
        ),
    ]
    assert {str(one.lower) for one in Version.objects.values_list("period", flat=True)} == {"2019-08-01"}


def test_a_trial_says_so_and_saves_nothing(run: Callable[..., list[str]]) -> None:
    assert run("import_register", sheets.register(top(), unit()), "--trial") == [
        "2 rækker afgjort: 2 ny, 0 ændret, 0 uændret, 0 nedlagt, 0 afvist.",
        "Prøvekørsel: intet er gemt.",
    ]
    assert not Institution.objects.exists()


def test_what_is_missing_is_closed_on_demand(run: Callable[..., list[str]]) -> None:
    run("import_register", sheets.register(top(), unit(), unit("G10501")), "--on", "2019-08-01")
    assert run("import_register", sheets.register(top(), unit()), "--close-missing", "--on", "2021-03-01") == [
        "3 rækker afgjort: 0 ny, 0 ændret, 2 uændret, 1 nedlagt, 0 afvist."
    ]
    assert list(Event.objects.values_list("action", "subject"))[3:] == [("lifecycle.close", "G10501")]


def test_a_numbers_are_taken_in(run: Callable[..., list[str]]) -> None:
    assert run("import_legacy", sheets.legacy(outside(), outside("A1"), outside("A10002", kommune="Kbh."))) == [
        "3 rækker afgjort: 2 ny, 0 ændret, 0 uændret, 0 nedlagt, 1 afvist.",
        (
            "linje 3 A1 LÆRKEREDEN: afvist: »A1« er ikke et institutionsnummer: et bogstav (A, D eller G) og fem tegn,"
            " fx G23218. [ugyldigt_nummer, number]"
        ),
        (
            "linje 4 A10002 LÆRKEREDEN: beholdt: »Kbh.« er ingen af de 98 kommuner; teksten er beholdt."
            " [ukendt_kommune, municipality_text]"
        ),
    ]
    assert run("import_legacy", sheets.legacy(outside()), "--trial") == [
        "1 række afgjort: 0 ny, 0 ændret, 1 uændret, 0 nedlagt, 0 afvist.",
        "Prøvekørsel: intet er gemt.",
    ]


@pytest.mark.parametrize("command", ["import_register", "import_legacy"])
def test_a_file_that_is_refused_whole_ends_with_its_code(command: str, run: Callable[..., list[str]]) -> None:
    with pytest.raises(CommandError, match=r"^Filen er tom\. \[tom_fil\]$") as caught:
        run(command, b"")
    assert caught.value.returncode == 1


@pytest.mark.parametrize("command", ["import_register", "import_legacy"])
def test_a_file_that_is_not_there_is_named(command: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"findes-ikke[.]csv kan ikke læses: No such file or directory"):
        call_command(command, str(tmp_path / "findes-ikke.csv"))


def test_a_day_that_is_none_is_refused(run: Callable[..., list[str]]) -> None:
    with pytest.raises(CommandError):
        run("import_register", sheets.register(top()), "--on", "31-12-2019")
