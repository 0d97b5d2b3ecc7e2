"""The pages where a municipality tells vendors of A-numbers, and where it is seen that they have opened it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from agreements import notices, parties
from registry import periods
from registry.models import Message, User
from tests import builders, working
from tests.agreements.telling import address, group, legacy, tell, told_agreement
from tests.builders import ACTOR
from tests.reading import read, said

if TYPE_CHECKING:
    from institutions.models import Municipality
    from tests.posting import Post

pytestmark = pytest.mark.django_db
PAGE = "/kommune/101/a-numre/"


@pytest.fixture
def mette(client: Client, copenhagen: Municipality) -> Client:
    """Københavns Kommune, signed in."""
    user = User.objects.create_user("mette", "mette@x.example", first_name="Mette", last_name="Skovlund")
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    client.force_login(user)
    return client


def test_the_overview_takes_as_many_queries_for_three_rows_as_for_one(mette: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mette.get(PAGE).status_code == 200
        return len(captured)

    told_agreement()
    builders.agreement(legacy("A10002"))
    mette.get(PAGE)
    one = asked()
    for number in ("A10003", "A10004"):
        address(f"{number}@x.example", vendor=builders.agreement(legacy(number)).system.vendor)
    mette.get(PAGE)
    assert asked() == one


def test_only_the_vendor_opens_it() -> None:
    one = told_agreement()
    notice = tell(one)
    (message,) = notice.mails
    people = {
        "stil": User.objects.create_user("stil", is_staff=True), "mette": User.objects.create_user("mette"),
        "vera": User.objects.create_user("vera"),
    }  # fmt: skip
    parties.affiliate(people["mette"], municipality=builders.municipality("101"), actor=ACTOR)
    parties.affiliate(people["vera"], vendor=one.system.vendor, actor=ACTOR)
    client = Client()
    for who in ("stil", "mette"):
        client.force_login(people[who])
        assert client.get(f"/post/{message.token}/").status_code == 200
        assert group().told[0].opened_at is None
    client.force_login(people["vera"])
    client.get(f"/post/{message.token}/")
    opened = group().told[0].opened_at
    assert opened is not None
    Client().get(f"/post/{message.token}/")
    assert group().told[0].opened_at == opened


def test_a_stranger_with_the_address_of_the_page_is_taken_for_the_vendor() -> None:
    (message,) = tell(told_agreement()).mails
    Client().head(f"/post/{message.token}/")
    assert group().told[0].opened_at is None
    Client().get(f"/post/{message.token}/")
    assert group().told[0].opened_at is not None


def test_the_page_leads_from_the_overview_to_the_mail_and_back(mette: Client, post: Post) -> None:
    one = told_agreement()
    cvr = one.system.vendor.cvr_number
    assert "1 ikke varslet" in read(mette, PAGE)
    shown = read(mette, f"{PAGE}{cvr}/")
    assert "Send til 1 adresse" in shown
    assert "Mette Skovlund, Københavns Kommune, mette@x.example" in shown
    assert mette.post(f"{PAGE}{cvr}/", {"besked": "x" * 2001}).status_code == 422
    assert "har fået besked" not in read(mette, f"{PAGE}?sendt={cvr}")
    assert Message.objects.count() == 0
    for _click in range(2):
        answer = mette.post(f"{PAGE}{cvr}/", {"besked": "Hilsen"}, follow=True)
        assert answer.redirect_chain == [(f"{PAGE}?sendt={cvr}", 302)]
        assert "har fået besked den" in said(answer)
        assert "ikke åbnet endnu" in said(answer)
    working.work_off()
    assert len(post.envelopes) == 1
    assert "kan mindes om det fra den" in read(mette, f"{PAGE}{cvr}/")


def test_a_vendor_without_an_address_is_said_to_have_none(mette: Client) -> None:
    one = builders.agreement(legacy())
    assert "ingen mailadresse" in read(mette, PAGE)
    answer = mette.post(f"{PAGE}{one.system.vendor.cvr_number}/", {})
    assert answer.status_code == 409
    assert mette.get(f"{PAGE}00000000/").status_code == 404
    assert mette.get(f"{PAGE}{builders.system().vendor.cvr_number}/").status_code == 404


def test_no_agreements_is_said_so(mette: Client) -> None:
    assert "Ingen af kommunens aftaler hviler på et A-nummer." in read(mette, PAGE)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_has_every_row(mette: Client, kind: str) -> None:
    one, other = told_agreement(), builders.agreement(legacy("A10002"))
    answer = mette.get(f"{PAGE}udtraek/", {"format": kind})
    assert f"a-numre-101-{periods.today():%Y-%m-%d}.{kind}" in answer["Content-Disposition"]
    if kind == "csv":
        lines = [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
    else:
        book = load_workbook(io.BytesIO(answer.content)).active
        assert book is not None
        lines = [[str(cell.value or "") for cell in row] for row in book.iter_rows()]
    assert lines[0] == list(notices.SHEET)
    assert {line[5] for line in lines[1:]} == {str(one.number), str(other.number)}
    narrowed = mette.get(f"{PAGE}udtraek/", {"udbyder": other.system.vendor.cvr_number})
    assert len(narrowed.content.decode("utf-8-sig").splitlines()) == 2


def test_stil_sees_every_notice_and_whether_it_was_opened(kirsten: User) -> None:
    notice = tell(told_agreement())
    staff = Client()
    staff.force_login(kirsten)
    room = "/admin/agreements/notice/"
    (row,) = staff.get(room).context["cl"].result_list
    assert (row, row.first_opened) == (notice, None)
    (message,) = notice.mails
    Client().get(f"/post/{message.token}/")
    message.refresh_from_db()
    (row,) = staff.get(room).context["cl"].result_list
    assert row.first_opened == message.opened_at is not None
    assert staff.get(f"{room}{notice.pk}/change/").status_code == 200
    assert notices.TELL in staff.get(f"{room}{notice.pk}/history/").content.decode()
    assert "Aftaler på A-numre: Københavns Kommune" in read(staff, PAGE)


def test_stil_tells_in_its_own_name_for_the_municipality(kirsten: User) -> None:
    one = told_agreement()
    staff = Client()
    staff.force_login(kirsten)
    page = f"{PAGE}{one.system.vendor.cvr_number}/"
    assert "kirsten, STIL, kirsten@stil.example" in read(staff, page)
    staff.post(page, {})
    assert (group().told[0].notice.by, group().told[0].mails[0].on_behalf_of) == ("kirsten", "Københavns Kommune")
