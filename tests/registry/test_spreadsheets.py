"""A file is read as CSV, or refused whole with a code and a sentence that says what to do."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
import zipfile

import pytest

from registry import spreadsheets
from registry.problems import Refused
from registry.spreadsheets import Row, Sheet
from registry.spreadsheets import workbook as workbooks

MISQUOTED = "Linje %s kan ikke læses som CSV: et anførselstegn står forkert, eller et felt er for langt."
KNOWN = ("nummer", "navn", "by")


def read(content: bytes) -> Sheet:
    return spreadsheets.read(content, known=KNOWN, required=[["nummer", "by"], ["navn"]])


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read(content)
    return caught.value.code, caught.value.detail


def workbook() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


@pytest.mark.parametrize("between", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_is_read_whatever_wrote_it(between: str, end: str, encoding: str) -> None:
    content = end.join(between.join(line) for line in [("nummer", "navn"), ("1", "Ærø"), ("2", "Åen")]) + end
    sheet = read(content.encode(encoding))
    assert sheet == Sheet(
        ("nummer", "navn"), (), [Row(2, {"nummer": "1", "navn": "Ærø"}), Row(3, {"nummer": "2", "navn": "Åen"})]
    )


def test_quotes_may_hold_delimiters_quotes_and_line_ends() -> None:
    sheet = read('nummer;navn\r\n1;"Æblet; ""stort""\r\nog rødt"\r\n'.encode())
    assert sheet.rows == [Row(3, {"nummer": "1", "navn": 'Æblet; "stort"\r\nog rødt'})]


def test_columns_stand_in_any_order_and_unknown_ones_are_told_of() -> None:
    sheet = read(b" navn ;farve;nummer\r\nTroldhuset;gul;7\r\n")
    assert (sheet.columns, sheet.unknown) == (("navn", "nummer"), ("farve",))
    assert sheet.rows == [Row(2, {"navn": "Troldhuset", "nummer": "7"})]


def test_empty_lines_are_no_rows() -> None:
    assert [row.line for row in read(b"nummer;navn\r\n\r\n1;a\r\n;\r\n2;b\r\n\r\n").rows] == [3, 5]


def test_a_row_of_another_width_is_kept_and_marked() -> None:
    rows = read(b"nummer;navn;by\r\n1;a;Ry;for meget\r\n2;b\r\n3;c;Ry\r\n").rows
    assert [(row.line, row.misfit) for row in rows] == [
        (2, "Rækken har 4 felter; overskriften har 3."),
        (3, "Rækken har 2 felter; overskriften har 3."),
        (4, ""),
    ]
    assert rows[1].fields == {"nummer": "2", "navn": "b"}
    rows[2].check()
    with pytest.raises(Refused) as caught:
        rows[0].check()
    assert caught.value.code == "forkert_antal_felter"


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "tom_fil", "Filen er tom."),
        (b" \r\n\r\n", "tom_fil", "Filen er tom."),
        (b"\xef\xbb\xbf\r\n", "tom_fil", "Filen er tom."),
        (b"nummer;navn\r\n", "tom_fil", "Filen har kolonnenavne, men ingen rækker."),
        (b"nummer;navn\r\n;\r\n\r\n", "tom_fil", "Filen har kolonnenavne, men ingen rækker."),
        ("nummer;navn\r\n1;a".encode("utf-16"), "forkert_tegnsaet", "Filen er i UTF-16. Gem den som »CSV UTF-8«."),
        (
            "nummer;navn\r\n1;a\r\n2;Ærø".encode("latin-1"),
            "forkert_tegnsaet",
            "Filen er ikke i UTF-8 (linje 3). Gem den som »CSV UTF-8«.",
        ),
        ("nummer;navn\r\n1;a".encode("utf-16-le"), "ikke_csv", "Filen er ikke CSV: den har tegn, som ikke er tekst."),
        (workbook(), "ikke_csv", "Filen er ikke CSV, men Excel/zip. Gem den som »CSV UTF-8«."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ikke_csv", "Filen er ikke CSV, men Excel 97. Gem den som »CSV UTF-8«."),
        (b"%PDF-1.7", "ikke_csv", "Filen er ikke CSV, men PDF. Gem den som »CSV UTF-8«."),
        (b"\x1f\x8b\x08\x00", "ikke_csv", "Filen er ikke CSV, men gzip. Gem den som »CSV UTF-8«."),
        (b"navn;by\r\n\0;b", "ikke_csv", "Filen er ikke CSV: den har tegn, som ikke er tekst."),
        (b"navn\r\na", "forkerte_kolonner", "Filen mangler kolonnen by / nummer. Den har: navn."),
        (b"farve;form\r\n1;2", "forkerte_kolonner", "Filen mangler kolonnen by / nummer, navn. Den har: farve, form."),
        (b"nummer;navn;navn\r\n1;a;b", "forkerte_kolonner", "Kolonnen navn står to gange."),
        (b'nummer;navn\r\n1;"a" b\r\n', "ikke_csv", MISQUOTED % 2),
        (b'nummer;"navn" by\r\n1;a\r\n', "ikke_csv", MISQUOTED % 1),
        (b'nummer;navn\r\n1;a\r\n2;"uden ende\r\n', "ikke_csv", MISQUOTED % 3),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_whole(content: bytes, code: str, sentence: str) -> None:
    assert refusal(content) == (code, sentence)


def test_a_field_without_end_is_refused() -> None:
    assert refusal(b"nummer;navn\r\n1;" + b"x" * 100_001) == ("ikke_csv", MISQUOTED % 2)


def test_a_header_without_end_is_read_at_once() -> None:
    columns = "".join(f";k{nth}" for nth in range(100_000))
    with_one = f"nummer;navn{columns}\r\n1;Æblet{';' * 100_000}\r\n"
    started = time.process_time()
    assert len(read(with_one.encode()).unknown) == 100_000
    assert time.process_time() - started < 5  # a second name looked for among all of them took minutes


def book(cells: str) -> bytes:
    """A workbook whose sheet's XML is changed: what stands for »cells« in it."""
    plain = workbooks.write(["nummer", "navn"], [["1", "cells"]])
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            told = old.read(one)
            if one.startswith("xl/worksheets/"):
                told = re.sub(rb"</sheetData>.*", cells.encode() + rb"</sheetData></worksheet>", told, flags=re.DOTALL)
            new.writestr(one, told)
    return content.getvalue()


@pytest.mark.parametrize("row", [1_048_576, 99_999_999_999])
def test_a_workbook_that_names_a_row_far_down_costs_nothing(row: int) -> None:
    tracemalloc.start()
    read_as = workbooks.as_csv(book(f'<row r="{row}"><c r="A{row}"><v>2</v></c></row>'))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_as.decode().splitlines() == ["nummer;navn", "1;cells"]
    assert most < 10_000_000


def test_a_workbook_that_names_every_column_has_those_with_a_name() -> None:
    read_as = workbooks.as_csv(book('<row r="4"><c r="A4"><v>2</v></c><c r="XFD4"><v>3</v></c></row>'))
    assert read_as.decode().splitlines() == ["nummer;navn", "1;cells", "", "2;"]


@pytest.mark.parametrize("bad", ["<row", "<a>" * 1000, '<row r="x"><c r="1"/></row>'])
def test_a_workbook_that_cannot_be_read_is_refused_as_a_file(bad: str) -> None:
    assert refusal(workbooks.as_csv(book(bad)))[0] == "ikke_csv"


def test_a_workbook_that_unpacks_to_more_than_there_is_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 10_000)
    assert refusal(workbooks.as_csv(workbooks.write(["nummer", "navn"], [["1", "a" * 10_000]])))[0] == "ikke_csv"
