"""A municipality sees its agreements on A-numbers, tells the vendors, and sees what became of it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from agreements import cases, lifecycle, notices, parties
from agreements.models import Notice
from agreements.phasing import Phase
from agreements.proposals import Ground
from agreements.states import Status
from institutions.duplicates import verdicts
from institutions.models import Answer
from registry import periods
from registry.models import Event, Message, User
from registry.problems import Refused
from tests import builders, working
from tests.agreements.telling import CONTACT, address, group, legacy, tell, told_agreement
from tests.builders import ACTOR

if TYPE_CHECKING:
    from tests.posting import Post

pytestmark = pytest.mark.django_db
PAGE = "/kommune/101/a-numre/"


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
