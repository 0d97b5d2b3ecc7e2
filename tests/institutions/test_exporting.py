"""The register as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl.utils.escape import unescape

from institutions import importing, lifecycle
from institutions.columns import COLUMNS
from institutions.models import Institution, Level, Municipality, Version
from registry import ledger
from registry.ledger import Actor
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db
ME = Actor("mette", "admin")
WINTER, SPRING, SUMMER = date(2022, 1, 1), date(2022, 3, 1), date(2022, 6, 1)
ADDRESS: dict[str, Any] = {"street": "Nørregade", "house_number": "4", "postcode": "8000", "town": "Aarhus C"}
MORE: dict[str, Any] = {
    "institution_type": "6012", "p_number": "1012345678", "cvr_number": "01234567", "latitude": 56.1,
    "longitude": 10.12345678901234, "email": "maagen@eksempel.dk", "phone": "+45 86 12 34 56",
}  # fmt: skip


def house(name: str = "Havnehusene") -> Institution:
    return lifecycle.open(
        level=Level.DAGINSTITUTION, on=WINTER, actor=ME, name=name, ownership="1", legal_ground="10",
        administrative_municipality=Municipality.objects.get(code="751"),
    )  # fmt: skip


def unit(parent: Institution, name: str = "Mågen") -> Institution:
    return lifecycle.open(level=Level.ANVISNINGSENHED, on=SPRING, actor=ME, parent=parent, name=name, **ADDRESS, **MORE)


def address(parent: Institution, name: str = "Skovgruppen") -> Institution:
    return lifecycle.open(level=Level.ALTERNATIV_ADRESSE, on=SPRING, actor=ME, parent=parent, name=name, **ADDRESS)


def exported(path: Path, *arguments: str) -> bytes:
    call_command("export_register", str(path), *arguments, stdout=io.StringIO())
    return path.read_bytes()


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_is_the_registers_own(tmp_path: Path) -> None:
    top = house()
    middle = unit(top)
    below = address(middle)
    closed = house("Skovhusene")
    lifecycle.close(closed, on=SUMMER, actor=ME, reason="flyttet")
    content = exported(tmp_path / "samlet.csv")
    ground = "10;Dagtilbudsloven § 19, stk. 2"
    aarhus = "751;Aarhus;751;Aarhus"
    place = "Nørregade;4;8000;Aarhus C;;"
    lines = [
        ";".join(COLUMNS),
        f"daginstitution;{top.number};;;Havnehusene;Aktiv;;;1;Kommunal;{ground};{aarhus};;;;;;;;;;;;;2022-01-01;",
        (
            f"daginstitution;{closed.number};;;Skovhusene;Nedlagt;;;1;Kommunal;{ground};{aarhus};;;;;;;;;;;;;"
            "2022-01-01;2022-06-01"
        ),
        (
            f"anvisningsenhed;{top.number};{middle.number};;Mågen;Aktiv;6012;Aldersintegreret institution (0-5 år);"
            f"1;Kommunal;{ground};{aarhus};{place};56.1;10.12345678901234;01234567;1012345678;"
            "maagen@eksempel.dk;+45 86 12 34 56;2022-03-01;"
        ),
        (
            f"alternativ adresse;{top.number};{middle.number};{below.number};Skovgruppen;Aktiv;;;;;;;{aarhus};"
            f"{place};;;;;;;2022-03-01;"
        ),
        "",
    ]
    assert content.decode() == "\ufeff" + "\r\n".join(lines)


NASTY = [
    'Børnehuset "Æblet"', "Vest; øst", "To\nlinjer", "To\r\nlinjer", "Mid\rten", "Skråt \\N og \\.", "\\.", "'=1+1",
    "=1+1", "-minus", "@snabel", "+45", "50 % af 1000s", "Ærø 🧸", "%(on)s {0}", ",", '"',
]  # fmt: skip


def _from_spreadsheet(content: bytes) -> dict[str, str]:
    rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    return {str(row[2]): unescape(str(row[4])) for row in rows}


READERS: dict[str, Callable[[bytes], dict[str, str]]] = {
    "csv": lambda content: {row["anvisningsenhedsNummer"]: row["dagtilbudsNavn"] for row in read(content)},
    "ndjson": lambda content: {
        row["institutionsNummer"]: row["navn"] for row in map(json.loads, content.decode().split("\n")[:-1])
    },
    "xlsx": _from_spreadsheet,
}


def test_every_name_survives_the_way_out_and_back(tmp_path: Path) -> None:
    top = house()
    made = {unit(top).number: name for name in NASTY}
    for number, name in made.items():
        Version.objects.filter(institution__number=number).update(name=name)
    for form, names in READERS.items():
        content = exported(tmp_path / "navne", "--format", form, "--level", "anvisningsenhed")
        assert names(content) == made


def test_an_export_taken_in_again_is_an_empty_plan(tmp_path: Path) -> None:
    middle = unit(house())
    address(middle)
    for name in ("Skovhusene, øst; og vest", 'Huset "på bakken"'):
        lifecycle.close(house(name), on=SUMMER, actor=ME, reason="flyttet")
    lifecycle.correct(middle, on=date(2999, 1, 1), actor=ME, name="Fremtiden")
    head = ledger.head()
    content = exported(tmp_path / "samlet.csv")
    report = importing.register(content, actor=ME)
    assert {str(verdict): count for verdict, count in report.counts.items() if count} == {"uændret": 5}
    assert ledger.head() == head


def test_a_file_of_one_level_and_of_a_day_and_a_moment(tmp_path: Path) -> None:
    top = house()
    unit(top)
    before = Event.objects.latest("seq").at
    lifecycle.correct(top, on=SUMMER, actor=ME, name="Havnehuset")

    def names(*arguments: str) -> list[str]:
        return [row["dagtilbudsNavn"] for row in read(exported(tmp_path / "fil.csv", *arguments))]

    assert names() == ["Havnehuset", "Mågen"]
    assert names("--level", "daginstitution") == ["Havnehuset"]
    assert names("--level", "alternativadresse") == []
    assert names("--on", "2022-05-31") == ["Havnehusene", "Mågen"]
    assert names("--on", "2022-02-28") == ["Havnehusene"]
    assert names("--known-at", before.isoformat()) == ["Havnehusene", "Mågen"]
    assert names("--known-at", "2000-01-01T12:00") == []
    naive = timezone.localtime(before).replace(tzinfo=None).isoformat()
    assert names("--known-at", naive) == ["Havnehusene", "Mågen"]


def test_json_lines_say_what_is_empty_as_null(tmp_path: Path) -> None:
    top = house()
    told = json.loads(exported(tmp_path / "fil.ndjson", "--format", "ndjson"))
    assert told == {
        "institutionsNummer": top.number, "niveau": "daginstitution", "status": "Aktiv", "aarsag": None,
        "daginstitutionsNummer": top.number, "anvisningsenhedsNummer": None, "alternativAdresseNummer": None,
        "overordnetNummer": None, "navn": "Havnehusene", "instType3": None, "instType3_Tekst": None,
        "ejerformKode": "1", "ejerformKode_Tekst": "Kommunal", "lovgrundlagKode": "10",
        "lovgrundlagKode_Tekst": "Dagtilbudsloven § 19, stk. 2", "admKommuneKode": "751",
        "admKommuneKode_Tekst": "Aarhus", "kommuneKode": "751", "kommuneKode_Tekst": "Aarhus", "vejNavn": None,
        "husNummer": None, "postNummer": None, "byNavn": None, "supplerendeBynavn": None, "dawaId": None,
        "geoBredde": None, "geoLaengde": None, "cvrNummer": None, "pNummer": None, "email": None,
        "telefonNummer": None, "etage": None, "doer": None, "lovgrundlagUdledt": False, "gyldigFra": "2022-01-01",
        "gyldigTil": None,
    }  # fmt: skip


def test_a_spreadsheet_holds_texts_and_never_a_formula(tmp_path: Path) -> None:
    middle = unit(house())
    Version.objects.filter(institution=middle).update(name="=HYPERLINK(1)", phone="+45", email="@x", street="-1")
    book = openpyxl.load_workbook(io.BytesIO(exported(tmp_path / "fil.xlsx", "--format", "xlsx")))
    header, _top, row = book.worksheets[0].iter_rows()
    assert [cell.value for cell in header] == list(COLUMNS)
    kinds = {column: (cell.value, cell.data_type) for column, cell in zip(COLUMNS, row, strict=True)}
    texts = {
        "dagtilbudsNavn": ("=HYPERLINK(1)", "s"), "telefonNummer": ("+45", "s"), "email": ("@x", "s"),
        "vejNavn": ("-1", "s"), "cvrNummer": ("01234567", "s"),
    }  # fmt: skip
    assert {column: kinds[column] for column in texts} == texts
    assert kinds["geoLaengde"] == (10.12345678901234, "n")
    assert kinds["gyldigFra"][1] == "d"


def test_a_failed_export_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit(house())
    path = tmp_path / "fil.xlsx"
    path.write_bytes(b"as it was")
    monkeypatch.setattr("institutions.exporting.workbook.MOST", 1)
    with pytest.raises(CommandError, match="for_mange_raekker"):
        exported(path, "--format", "xlsx")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("fil.xlsx", b"as it was")]


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="kan ikke skrives"):
        exported(tmp_path / "findes" / "ikke.csv")


def test_a_dash_is_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    top = house()
    call_command("export_register", "-", "--format", "ndjson")
    assert json.loads(capfdbinary.readouterr().out)["institutionsNummer"] == top.number
