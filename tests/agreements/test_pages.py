"""The pages under /aftaler/: the list, the sheet, an agreement, decisions on many, signing in."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import lifecycle, listing, parties
from agreements.importing import decisions
from agreements.models import DataAgreement
from agreements.states import Status
from registry.models import Event, User
from registry.spreadsheets import workbook
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client

    from institutions.models import Municipality

pytestmark = pytest.mark.django_db
PASSWORD = "pædagogmedhjælper"


@pytest.fixture
def mette(client: Client, copenhagen: Municipality) -> Client:
    """Københavns Kommune, signed in."""
    user = User.objects.create_user("mette", "mette@x.example", PASSWORD)
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    client.force_login(user)
    return client


def waiting(count: int) -> list[DataAgreement]:
    unit = builders.unit()
    return [builders.agreement(unit, Status.VENTER) for _each in range(count)]


def listed(mette: Client, **asked: str) -> list[int]:
    answer = mette.get("/aftaler/", asked)
    assert answer.status_code == 200
    return [row["agreement"].number for row in answer.context["rows"]]


def preview(mette: Client, word: str, chosen: Sequence[DataAgreement], **given: str) -> Any:  # noqa: ANN401 - the test client's own answer
    sent = {"beslutning": word, "valgt": [str(one.number) for one in chosen], **given}
    answer = mette.post("/aftaler/afgoer/", sent)
    assert answer.status_code == 200
    return answer


def fulfil(mette: Client, shown: Any, **given: str) -> Any:  # noqa: ANN401 - the test client's own answer
    sent = {**shown.context["form"].initial, **given}
    return mette.post("/aftaler/afgoer/udfoer/", sent)


def test_a_stranger_signs_in_and_comes_to_where_they_were_going(client: Client, copenhagen: Municipality) -> None:
    (one,) = waiting(1)
    user = User.objects.create_user("mette", "mette@x.example", PASSWORD)
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    page = f"/aftaler/{one.number}/"
    turned = client.get(page)
    assert turned.headers["Location"] == f"/log-ind/?next={page}"
    wrong = client.post("/log-ind/", {"username": "mette", "password": "x", "next": page})
    assert (wrong.status_code, "passer ikke sammen" in wrong.text) == (200, True)
    right = client.post("/log-ind/", {"username": "mette", "password": PASSWORD, "next": page})
    assert right.headers["Location"] == page
    elsewhere = client.post("/log-ind/", {"username": "mette", "password": PASSWORD, "next": "//x.example"})
    assert elsewhere.headers["Location"] == "/aftaler/"
    assert client.post("/log-ud/").headers["Location"] == "/log-ind/"
    assert client.get(page).status_code == 302


def test_what_waits_comes_first_and_the_filters_narrow(mette: Client) -> None:
    unit = builders.unit(name="Ærtebjerg")
    old = builders.legacy("A10005", municipality=builders.municipality("101"))
    done, waits, legacy = builders.agreement(unit), builders.agreement(unit, Status.VENTER), builders.agreement(old)
    assert listed(mette) == [waits.number, legacy.number, done.number]
    assert listed(mette, status="VENTER") == [waits.number]
    assert listed(mette, anummer="ja") == [legacy.number]
    assert listed(mette, anummer="nej") == [waits.number, done.number]
    assert listed(mette, institution=unit.number.lower()) == [waits.number, done.number]
    assert listed(mette, udbyder=done.system.vendor.cvr_number) == [done.number]
    assert listed(mette, system=done.system.code) == [done.number]
    assert listed(mette, service=done.service.code) == [waits.number, legacy.number, done.number]
    for words in (str(done.number), done.system.name, done.system.vendor.name, done.system.code.lower()):
        assert listed(mette, q=words) == [done.number], words
    assert listed(mette, q="ærtebj") == [waits.number, done.number]
    assert listed(mette, q=old.number) == [legacy.number]
    assert mette.get("/aftaler/", {"status": "HVAD"}).status_code == 400
    assert mette.get("/aftaler/", {"status": "VENTER", "q": ""}).headers["Location"] == "/aftaler/?status=VENTER"


@pytest.mark.parametrize("text", ["²", "٣", "%", "_", "'", "\\", "99999999999999999999"])
def test_any_text_may_be_searched_for(mette: Client, text: str) -> None:
    waiting(1)
    assert listed(mette, q=text) == []


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(mette: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(mette)
        return len(captured)

    waiting(1)
    one = queries()
    waiting(2)
    assert (queries(), one) == (one, 10)


def test_an_agreement_shows_its_facts_comments_and_lawful_acts(mette: Client) -> None:
    (one,) = waiting(1)
    lifecycle.approve(one, actor=ACTOR, comment="Aftalt på møde 4")
    answer = mette.get(f"/aftaler/{one.number}/")
    assert answer.context["verbs"] == ["VENT", "SLET"]
    for words in ("Aftalt på møde 4", "for Københavns Kommune", one.institution.number, one.system.code):
        assert words in answer.text, words
    assert mette.get("/aftaler/999999/").status_code == 404


def test_many_are_previewed_and_approved_with_one_comment(mette: Client) -> None:
    three = waiting(3)
    lifecycle.approve(three[2], actor=ACTOR)
    shown = preview(mette, "AFVIS", three, kommentar="Ingen databehandleraftale")
    assert "ulovlig_overgang" in shown.text
    assert set(DataAgreement.objects.values_list("status", flat=True)) == {"VENTER", "GODKENDT"}
    answer = fulfil(mette, shown)
    assert "2 afgørelser er gennemført" in " ".join(answer.text.split())
    told = Event.objects.filter(action="agreement.refuse").values_list("actor", "door", "on_behalf_of", "reason")
    assert list(told) == [("mette", "side", "Københavns Kommune", "Ingen databehandleraftale")] * 2


def test_all_or_nothing_is_the_callers_choice(mette: Client) -> None:
    two = waiting(2)
    lifecycle.approve(two[1], actor=ACTOR)
    shown = preview(mette, "AFVIS", two)
    answer = fulfil(mette, shown, tilstand="alt-eller-intet")
    assert "Intet er gennemført" in answer.text
    assert set(DataAgreement.objects.values_list("status", flat=True)) == {"VENTER", "GODKENDT"}


def test_all_that_match_are_chosen_without_marks_and_across_pages(mette: Client) -> None:
    waiting(3)
    keep = builders.agreement(builders.unit(), Status.AFVIST)
    shown = mette.post("/aftaler/afgoer/?status=VENTER", {"beslutning": "SLET", "alle": "1"})
    fulfil(mette, shown)
    assert list(DataAgreement.objects.exclude(status="SLETTET")) == [keep]


def test_what_has_changed_meanwhile_is_shown_again(mette: Client) -> None:
    two = waiting(2)
    shown = preview(mette, "SLET", two)
    lifecycle.approve(two[0], actor=ACTOR)
    again = fulfil(mette, shown)
    assert (again.status_code, "Nogle af aftalerne er ændret" in again.text) == (409, True)
    assert fulfil(mette, again).status_code == 200
    assert set(DataAgreement.objects.values_list("status", flat=True)) == {"SLETTET"}


def test_nothing_chosen_and_a_strange_decision_are_refused(mette: Client) -> None:
    (one,) = waiting(1)
    assert mette.post("/aftaler/afgoer/", {"beslutning": "SLET"}).status_code == 422
    assert mette.post("/aftaler/afgoer/", {"beslutning": "BRÆND", "valgt": str(one.number)}).status_code == 422
    assert mette.post("/aftaler/afgoer/", {"beslutning": "SLET", "valgt": "²"}).status_code == 422
    assert mette.post("/aftaler/afgoer/udfoer/", {"raekker": "hej"}).status_code == 422
    assert mette.post("/aftaler/afgoer/udfoer/", {}).status_code == 400
    assert mette.get("/aftaler/afgoer/").status_code == 405


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_that_is_fetched_is_filled_in_and_sent_back(mette: Client, kind: str) -> None:
    two = waiting(2)
    answer = mette.get("/aftaler/udtraek/", {"format": kind, "status": "VENTER"})
    assert f'.{kind}"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(workbook.as_csv(answer.content).decode("utf-8-sig")), delimiter=";"))
    assert (list(rows[0]), len(rows)) == (list(listing.SHEET), 2)
    for row in rows:
        row["beslutning"] = "GODKEND" if row["aftaleId"] == str(two[0].number) else ""
    header, lines = list(rows[0]), [list(row.values()) for row in rows]
    sent = workbook.comma_separated(header, lines).encode() if kind == "csv" else workbook.write(header, lines)
    shown = mette.post("/aftaler/regneark/", {"fil": SimpleUploadedFile(f"svar.{kind}", sent)})
    assert [one.verdict.value for one in shown.context["rows"]] == ["ændret", "uændret"]
    fulfil(mette, shown)
    assert [DataAgreement.objects.get(pk=one.pk).status for one in two] == ["GODKENDT", "VENTER"]


@pytest.mark.parametrize("content", [b"", b"a;b\r\n1;2\r\n", b"PK\x03\x04 no workbook", b"\xff\xfea", b"aftaleId;x\n"])
def test_a_file_of_another_kind_is_refused_on_the_form(mette: Client, content: bytes) -> None:
    answer = mette.post("/aftaler/regneark/", {"fil": SimpleUploadedFile("svar.xlsx", content)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["fil"])


def test_a_file_that_is_too_large_is_told_so(mette: Client) -> None:
    content = b"aftaleId;beslutning\r\n" + b"1;SLET\r\n" * (decisions.LARGEST // 8)
    answer = mette.post("/aftaler/regneark/", {"fil": SimpleUploadedFile("svar.csv", content)})
    assert (answer.status_code, "del den i flere" in answer.text) == (422, True)
