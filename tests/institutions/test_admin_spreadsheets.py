"""Institutions and A-numbers as spreadsheets: in with a preview of verdicts, out as they stand."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from institutions.columns import COLUMNS, LEGACY_COLUMNS
from institutions.models import Institution
from registry import periods
from registry.models import Event
from tests import builders

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/institutions/institution/"
REGISTER, LEGACY = "0", "1"
CSV, XLSX = "0", "1"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


def take_in(desk: Client, content: bytes, *, kind: str = LEGACY, form: str = CSV) -> Any:  # noqa: ANN401
    file = SimpleUploadedFile("fil.csv", content)
    return desk.post(f"{LIST}import/", {"import_file": file, "format": form, "resource": kind})


def confirm(desk: Client, answer: Any) -> Any:  # noqa: ANN401
    form = answer.context["confirm_form"]
    return desk.post(f"{LIST}process_import/", {name: form[name].value() for name in form.fields})


def give_out(desk: Client, *, kind: str = LEGACY, form: str = CSV, asked: str = "") -> bytes:
    answer = desk.post(f"{LIST}export/{asked}", {"format": form, "resource": kind})
    assert answer.status_code == 200
    return answer.content


def sheet(*rows: str) -> bytes:
    return "\r\n".join([";".join(LEGACY_COLUMNS), *rows, ""]).encode("utf-8-sig")


ROW = "A10001;Lærkereden;Lærkevej 7;2400;København NV;København;;;;"


def test_a_column_without_a_name_shifts_none_of_its_neighbours(desk: Client) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["institutionsNummer", None, "navn", "adresse"])
    sheet.append(["A10001", "en note", "Lærkereden", "Lærkevej 7"])
    book.save(out)
    confirm(desk, take_in(desk, out.getvalue(), form=XLSX))
    (version,) = builders.versions(Institution.objects.get(number="A10001"))
    assert (version.name, version.street) == ("Lærkereden", "Lærkevej 7")


def test_what_is_no_workbook_is_refused_in_danish(desk: Client) -> None:
    answer = take_in(desk, b"PK\x03\x04 anything else", form=XLSX)
    assert [one.error.code for one in answer.context["result"].base_errors] == ["ikke_csv"]


def test_a_preview_is_confirmed_once(desk: Client) -> None:
    preview = take_in(desk, sheet(ROW))
    assert confirm(desk, preview).status_code == 302
    again = confirm(desk, preview)
    assert (again.status_code, again.headers["Location"]) == (302, f"{LIST}import/")
    assert Event.objects.count() == 1


def test_the_preview_gives_each_row_its_verdict_and_saves_nothing(desk: Client) -> None:
    answer = take_in(desk, sheet(ROW, "G1;Ikke et A-nummer;;;;;;;;"))
    result = answer.context["result"]
    assert [(one.line, one.subject, one.verdict.value) for one in result.shown] == [
        (3, "G1", "afvist"), (2, "A10001", "ny"),
    ]  # fmt: skip
    assert not Institution.objects.exists()
    assert not Event.objects.exists()


def test_what_is_confirmed_goes_through_the_rules_with_the_persons_name(desk: Client) -> None:
    answer = confirm(desk, take_in(desk, sheet(ROW)))
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert [(one.subject, one.actor, one.door) for one in Event.objects.all()] == [("A10001", "kirsten", "admin")]


def test_a_workbook_is_taken_in_as_its_csv_would_be(desk: Client) -> None:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(list(LEGACY_COLUMNS))
    page.append(["A10001", "Lærkereden", "Lærkevej 7", 2400, "København NV", "København", 12345678, None, None, None])
    book.save(out)
    confirm(desk, take_in(desk, out.getvalue(), form=XLSX))
    now = builders.at(Institution.objects.get(), periods.today())
    assert now is not None
    assert (now["name"], now["postcode"], now["cvr_number"]) == ("Lærkereden", "2400", "12345678")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "tom"),
        ("a;b\r\n1;2".encode("utf-16"), "UTF-16"),
        (b"navn;by\r\nx;y\r\n", "mangler kolonnen institutionsNummer"),
        (sheet(ROW, ROW), "A10001 står i"),
    ],
    ids=["empty", "utf-16", "wrong columns", "one number twice"],
)
def test_a_file_that_is_refused_whole_says_why_and_cannot_be_confirmed(
    desk: Client, content: bytes, sentence: str
) -> None:
    answer = take_in(desk, content)
    assert answer.status_code == 200
    assert "confirm_form" not in answer.context
    assert sentence in answer.content.decode()
    assert not Event.objects.exists()


def test_what_is_given_out_is_taken_in_unchanged(desk: Client) -> None:
    builders.tree()
    builders.legacy("A10001")
    for kind in (REGISTER, LEGACY):
        for form in (CSV, XLSX):
            answer = take_in(desk, give_out(desk, kind=kind, form=form), kind=kind, form=form)
            verdicts = {one.verdict.value for one in answer.context["result"].shown}
            assert verdicts == {"uændret"}, (kind, form, answer.context["result"].shown)


def test_a_file_holds_what_the_list_showed_in_the_registers_columns(desk: Client) -> None:
    top = builders.daginstitution()
    builders.daginstitution(kommune="751")
    lines = give_out(desk, kind=REGISTER, asked="?kommune=101").decode("utf-8-sig").split("\r\n")
    assert lines[0] == ";".join(COLUMNS)
    assert [line.split(";")[1] for line in lines[1:] if line] == [top.number]


def test_a_name_is_never_a_formula(desk: Client) -> None:
    builders.legacy("A10001", name="=1+1")
    page = load_workbook(io.BytesIO(give_out(desk, form=XLSX))).active
    assert page is not None
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s")


def test_only_staff_take_in_and_give_out(client: Client, mads: User) -> None:
    client.force_login(mads)
    assert client.get(f"{LIST}import/").status_code == 302
    assert client.get(f"{LIST}export/").status_code == 302
