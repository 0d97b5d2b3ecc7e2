"""A municipality sees its agreements on A-numbers, tells the vendors, and sees what became of it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from agreements import cases, lifecycle, notices, parties
from agreements.models import DataAgreement, Notice, NotificationAddress
from agreements.phasing import Phase
from agreements.proposals import Ground
from agreements.states import Status
from institutions.duplicates import verdicts
from institutions.models import Answer
from registry import periods
from registry.models import Event, Message, User
from registry.problems import Refused
from tests import builders, working
from tests.builders import ACTOR
from tests.reading import read, said

if TYPE_CHECKING:
    from agreements.models import System, Vendor
    from agreements.notices import Group
    from institutions.models import Institution, Municipality
    from tests.posting import Post

pytestmark = pytest.mark.django_db
PAGE = "/kommune/101/a-numre/"
CONTACT = "Mette Skovlund, Københavns Kommune, mette@x.example"


@pytest.fixture
def mette(client: Client, copenhagen: Municipality) -> Client:
    """Københavns Kommune, signed in."""
    user = User.objects.create_user("mette", "mette@x.example", first_name="Mette", last_name="Skovlund")
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    client.force_login(user)
    return client


def legacy(number: str = "A10001", **given: Any) -> Institution:  # noqa: ANN401
    return builders.legacy(number, municipality=builders.municipality("101"), **given)


def address(email: str = "drift@x.example", **party: Vendor | System) -> NotificationAddress:
    return NotificationAddress.objects.create(email=email, **party)


def told_agreement() -> DataAgreement:
    """An agreement on an A-number with a case, whose vendor has an address."""
    one = builders.agreement(legacy())
    cases.open_case(one.institution, builders.unit(), actor=ACTOR)
    address(vendor=one.system.vendor)
    return one


def group() -> Group:
    (found,) = notices.groups(builders.municipality("101"))
    return found


def tell(one: DataAgreement, **given: str) -> Notice:
    return notices.tell(builders.municipality("101"), one.system.vendor, contact=CONTACT, actor=ACTOR, **given)


def at(notice: Notice, days: int) -> None:
    """Let a notice be that old."""
    Notice.objects.filter(pk=notice.pk).update(at=timezone.now() - timedelta(days=days))


def test_each_number_has_what_takes_its_place() -> None:
    system, survivor = builders.system(), builders.unit(name="Havhuset", street="Havnegade")
    cased, said_same, alike, alone = (
        legacy("A10001", name="Sømærket", street="Strandvej 1"), legacy("A10002", name="Mågen", street="Torvet 2"),
        legacy("A10003", street="Lærkevej 7", municipality_text="København"),
        legacy("A10004", name="Zinkhytten", street="Ukendtvej 4"),
    )  # fmt: skip
    lark = builders.unit()
    for one in (cased, said_same, alike, alone):
        builders.agreement(one, by=system)
    cases.open_case(cased, survivor, actor=ACTOR)
    verdicts.give(said_same, survivor, answer=Answer.SAME, actor=ACTOR)
    right = {row.agreement.institution.number: row.right for row in group().rows}
    assert {number: (one.ground, one.sure) for number, one in right.items()} == {
        "A10001": (Ground.CASE, True), "A10002": (Ground.SAME, True), "A10003": (Ground.LIKELY, False),
        "A10004": (Ground.NOTHING, False),
    }  # fmt: skip
    assert right["A10001"].numbers == right["A10002"].numbers == [survivor.number]
    assert right["A10003"].numbers[0] == lark.number
    rows = {row[7]: row[9:13] for row in notices.sheet(group().rows)}
    assert rows["A10001"] == (survivor.number, "Havhuset", "sag", "")
    assert rows["A10003"][0] == ""
    assert str(rows["A10003"][3]).startswith(f"{lark.number} Lærkereden (")


def test_what_has_become_a_private_units_is_not_the_municipalitys_to_see() -> None:
    one = told_agreement()
    assert group().rows[0].agreement == one
    private = builders.unit(name="Egen Have", ownership="3", legal_ground="13")
    case = cases.open_case(legacy("A10009"), private, actor=ACTOR)
    builders.agreement(case.absorbed)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=30), actor=ACTOR)
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)
    assert [row.agreement for row in group().rows] == [one]


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


def test_a_vendor_is_told_with_the_mapping_attached(post: Post) -> None:
    one = told_agreement()
    survivor = group().rows[0].right.numbers[0]
    notice = tell(one, comment="Ring gerne.")
    working.work_off()
    (sent,) = post.mails
    body = sent.get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert sent["Subject"] == "Københavns Kommune: 1 aftale skal skifte fra A- til G-nummer"
    assert f"A10001 LÆRKEREDEN → {survivor} Lærkereden ({one.system.code} ws00)" in words
    assert "Ring gerne." in words
    assert words.index(CONTACT) < words.index("Københavns Kommune has 1 data agreement(s)")
    (file,) = sent.iter_attachments()
    book = load_workbook(io.BytesIO(bytes(file.get_payload(decode=True)))).active
    assert book is not None
    header, row = ([cell.value for cell in cells] for cells in book.iter_rows())
    told = dict(zip(header, row, strict=True))
    assert (told["aftaleId"], told["institutionsNummer"], told["nytInstitutionsNummer"]) == (
        str(one.number), "A10001", survivor,
    )  # fmt: skip
    event = Event.objects.get(action=notices.TELL)
    assert (event.subject, event.actor, event.on_behalf_of) == (notice.subject, "kirsten", "Københavns Kommune")
    assert event.data["agreements"] == {str(one.number): [survivor]}
    assert "drift@x.example" not in str(event.data)
    assert group().rows[0].standing.phase == Phase.TOLD


def test_a_second_click_sends_nothing_and_after_some_days_it_is_a_reminder(post: Post) -> None:
    one = told_agreement()
    first = tell(one)
    with pytest.raises(Refused) as refused:
        tell(one)
    assert (refused.value.code, Notice.objects.count()) == ("netop_varslet", 1)
    at(first, 8)
    second = tell(one)
    working.work_off()
    assert second.reminds == first
    assert [str(mail["Subject"]).startswith("Påmindelse: ") for mail in post.mails] == [False, True]
    assert [event.action for event in Event.objects.filter(action__startswith="notice.")] == [
        notices.TELL, notices.REMIND,
    ]  # fmt: skip


def test_each_address_is_told_of_its_own_systems_alone(post: Post) -> None:
    one = told_agreement()
    vendor = one.system.vendor
    mute = builders.system()
    mute.vendor = vendor
    mute.save()
    other = builders.agreement(legacy("A10002"), by=mute)
    address("intet@x.example", system=builders.system())
    address("system@x.example", system=other.system)
    address("nede@x.example", vendor=vendor).__class__.objects.filter(email="nede@x.example").update(active=False)
    tell(one)
    working.work_off()
    told = {str(mail["To"].addresses[0].addr_spec): str(mail.get_body(("plain",))) for mail in post.mails}
    assert {who: ("A10001" in text, "A10002" in text) for who, text in told.items()} == {
        "drift@x.example": (True, True), "system@x.example": (False, True),
    }  # fmt: skip


def test_without_an_address_the_vendors_own_people_are_told_and_without_them_nobody() -> None:
    one = builders.agreement(legacy())
    with pytest.raises(Refused) as refused:
        tell(one)
    assert (refused.value.code, Notice.objects.count(), Message.objects.count()) == ("ingen_modtager", 0, 0)
    vera = User.objects.create_user("vera", "vera@x.example")
    parties.affiliate(vera, vendor=one.system.vendor, actor=ACTOR)
    notice = tell(one)
    assert [message.to for message in notice.mails] == ["vera@x.example"]


def test_who_has_asked_on_every_number_is_not_told() -> None:
    one = told_agreement()
    survivor = one.institution.cases.get().survivor
    there = builders.agreement(survivor, Status.VENTER, by=one.system)
    assert group().rows[0].standing.phase == Phase.ASKED
    with pytest.raises(Refused) as refused:
        tell(one)
    assert refused.value.code == "intet_at_varsle"
    lifecycle.approve(there, actor=ACTOR)
    assert group().rows[0].standing.phase == Phase.APPROVED


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
    assert Message.objects.count() == 0
    for _click in range(2):
        answer = mette.post(f"{PAGE}{cvr}/", {"besked": "Hilsen"}, follow=True)
        assert answer.redirect_chain == [(f"{PAGE}?sendt={cvr}#udbyder-{cvr}", 302)]
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
