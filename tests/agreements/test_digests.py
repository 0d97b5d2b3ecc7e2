"""One mail a day: to vendors of what has happened with their agreements, to data owners of what waits for them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from agreements import cases, lifecycle, notices, parties
from agreements.models import DataAgreement, NotificationAddress
from agreements.notices import digests, happened
from agreements.states import Status
from registry import periods
from registry.models import Event, Message, User
from tests import builders, working
from tests.builders import ACTOR

if TYPE_CHECKING:
    from email.message import EmailMessage

    from institutions.models import Institution, Municipality
    from tests.posting import Post

pytestmark = pytest.mark.django_db


def address(email: str, **party: object) -> None:
    NotificationAddress.objects.create(email=email, **party)


def turn(days: int = 0) -> int:
    """A night's run; what it has written is sent."""
    count = digests.send(actor=ACTOR, on=periods.today() + timedelta(days=days))
    working.work_off()
    return count


def asked(unit: Institution | None = None) -> DataAgreement:
    """A request whose vendor has an address; everything before it has been told."""
    one = builders.agreement(unit or builders.unit(name="Havhuset"), Status.VENTER)
    address("vera@x.example", vendor=one.system.vendor)
    turn(-1)
    return one


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def to(post: Post) -> list[str]:
    return sorted(str(mail["To"].addresses[0].addr_spec) for mail in post.mails)


def test_nothing_is_sent_when_nothing_happened(post: Post) -> None:
    asked()
    before = len(post.envelopes)
    assert turn() == 0
    assert len(post.envelopes) == before


def test_a_vendor_is_told_once_a_day_of_everything(post: Post) -> None:
    one = asked()
    other = builders.agreement(builders.unit(name="Skovhuset"), Status.VENTER, by=one.system)
    third = builders.agreement(builders.unit(name="Enghuset"), by=one.system)
    lifecycle.approve(one, actor=ACTOR, comment="Velkommen\r\ntil")
    lifecycle.refuse(other, actor=ACTOR, comment="Forkert\u200b nummer")
    lifecycle.delete(third, actor=ACTOR)
    assert turn() == 1
    (sent,) = post.mails
    assert sent["Subject"] == "Dataaftaler: 1 godkendt, 1 afvist, 1 ophørt"
    text = words(sent)
    assert f"- {one.number} {one.system.name} ws00, {one.institution.number} Havhuset (Københavns Kommune)" in text
    assert "»Velkommen til«" in text
    assert "»Forkert nummer«" in text
    assert text.index("Godkendt:") < text.index("Afvist:") < text.index("Ophørt:")
    assert "1 approved, 1 refused, 1 ended" in text
    assert list(sent.iter_attachments()) == []


def test_a_second_run_the_same_day_writes_nothing_and_a_missed_day_is_made_up_for(post: Post) -> None:
    one = asked()
    lifecycle.approve(one, actor=ACTOR)
    assert [turn(), turn()] == [1, 0]
    lifecycle.set_back(one, actor=ACTOR)
    assert turn() == 0
    assert turn(3) == 1
    assert [str(mail["Subject"]) for mail in post.mails] == [
        "Dataaftaler: 1 godkendt", "Dataaftaler: 1 sat tilbage til venter",
    ]  # fmt: skip
    assert Event.objects.filter(action=digests.TURN).count() == 3


def test_of_what_happened_twice_the_last_is_told(post: Post) -> None:
    one = asked()
    lifecycle.approve(one, actor=ACTOR)
    lifecycle.set_back(one, actor=ACTOR)
    lifecycle.refuse(one, actor=ACTOR, comment="Nej")
    turn()
    assert [str(mail["Subject"]) for mail in post.mails] == ["Dataaftaler: 1 afvist"]


def test_each_address_is_told_of_its_own_alone(post: Post) -> None:
    one = asked()
    foreign, mute = builders.agreement(builders.unit()), builders.agreement(builders.unit())
    address("andre@x.example", system=foreign.system)
    address("system@x.example", system=one.system)
    lifecycle.approve(one, actor=ACTOR)
    lifecycle.delete(mute, actor=ACTOR)
    assert turn() == 3
    assert to(post) == ["andre@x.example", "system@x.example", "vera@x.example"]
    for mail in post.mails:
        mine = str(foreign.number) if "andre" in str(mail["To"]) else str(one.number)
        assert [str(number) in words(mail) for number in (one.number, foreign.number, mute.number)] == [
            mine == str(one.number), mine == str(foreign.number), False,
        ]  # fmt: skip


def test_what_a_consolidation_did_and_what_a_municipality_asked_is_told(post: Post, copenhagen: Municipality) -> None:
    one = builders.agreement(builders.legacy(municipality=copenhagen))
    address("vera@x.example", vendor=one.system.vendor)
    turn(-1)
    case = cases.open_case(one.institution, builders.unit(), actor=ACTOR)
    notices.tell(copenhagen, one.system.vendor, contact="Mette", actor=ACTOR)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=30), actor=ACTOR)
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)
    assert turn() == 1
    sent = post.mails[-1]
    assert sent["Subject"] == "Dataaftaler: 1 føres over til G-nummeret, 1 skal skifte til G-nummer"
    successor = DataAgreement.objects.get(carries=one)
    assert f"- {one.number} " in words(sent)
    assert f"→ aftale {successor.number}" in words(sent)
    assert "- Københavns Kommune: 1 aftale, se mailen fra kommunen" in words(sent)
    lifecycle.approve(successor, actor=ACTOR)
    turn(1)
    assert post.mails[-1]["Subject"] == "Dataaftaler: 1 godkendt, 1 ophørt"


def test_an_undone_consolidation_is_told_as_undone(post: Post, copenhagen: Municipality) -> None:
    one = builders.agreement(builders.legacy(municipality=copenhagen))
    address("vera@x.example", vendor=one.system.vendor)
    case = cases.open_case(one.institution, builders.unit(), actor=ACTOR)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=30), actor=ACTOR)
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)
    turn(-1)
    cases.undo(case, actor=ACTOR, reason="Det var en anden")
    turn()
    sent = post.mails[-1]
    assert sent["Subject"] == "Dataaftaler: 1 konsolideringen er fortrudt"
    assert "»Det var en anden«" in words(sent)
    assert "gælder, til" not in words(sent)


def test_many_are_in_a_sheet(post: Post) -> None:
    one = asked()
    unit = builders.unit()
    made = []
    for number in range(happened.MOST + 1):
        service = builders.service(f"ws{number + 100}")
        builders.connect(one.system, service)
        made.append(lifecycle.request(unit, system=one.system, service=service, processor_agreement=True, actor=ACTOR))
    for each in made:
        lifecycle.approve(each, actor=ACTOR)
    turn()
    (sent,) = post.mails
    assert "… og 1 aftaler til" in words(sent)
    (file,) = sent.iter_attachments()
    book = load_workbook(io.BytesIO(bytes(file.get_payload(decode=True)))).active
    assert book is not None
    assert [row[0].value for row in book.iter_rows(min_row=2)] == [str(each.number) for each in made]


def test_a_data_owner_is_told_of_what_is_new_and_waits(post: Post, copenhagen: Municipality) -> None:
    address("dagtilbud@x.example", municipality=copenhagen)
    turn(-1)
    one = builders.agreement(builders.unit(), Status.VENTER)
    assert turn() == 1
    (sent,) = post.mails
    assert (to(post), sent["Subject"]) == (["dagtilbud@x.example"], "1 ny anmodning om data venter på jer")
    assert "1 anmodning venter i alt" in words(sent)
    assert f"- 1 {one.system.vendor.name}, {one.system.name}" in words(sent)
    assert "/aftaler/?status=VENTER" in words(sent)
    assert turn(1) == 0
    builders.agreement(builders.unit(), Status.VENTER)
    turn(2)
    assert "2 anmodninger venter i alt" in words(post.mails[-1])


def test_what_has_been_decided_meanwhile_and_what_the_owner_set_back_waits_for_nobody(
    post: Post, copenhagen: Municipality
) -> None:
    address("dagtilbud@x.example", municipality=copenhagen)
    kept = builders.agreement(builders.unit())
    turn(-1)
    builders.agreement(builders.unit(), Status.GODKENDT)
    lifecycle.set_back(kept, actor=ACTOR)
    turn()
    assert to(post) == []


def test_a_private_units_requests_are_its_own(post: Post, copenhagen: Municipality) -> None:
    private = builders.unit(name="Egen Have", ownership="3", legal_ground="13")
    place = builders.alternative(private)
    address("dagtilbud@x.example", municipality=copenhagen)
    address("haven@x.example", institution=private)
    turn(-1)
    builders.agreement(place, Status.VENTER)
    turn()
    assert to(post) == ["haven@x.example"]


def test_where_nobody_is_named_the_partys_own_people_are_told(post: Post, copenhagen: Municipality) -> None:
    mette, gone = (User.objects.create_user(name, f"{name}@x.example") for name in ("mette", "gone"))
    for user in (mette, gone):
        parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    turn(-1)
    builders.agreement(builders.unit(), Status.VENTER)
    turn()
    assert to(post) == ["mette@x.example"]


def test_an_address_that_no_mail_server_takes_holds_nobody_up(post: Post) -> None:
    one = asked()
    address("søren@x.example", vendor=one.system.vendor)
    address("x@x.example", vendor=one.system.vendor)
    NotificationAddress.objects.filter(email="x@x.example").update(active=False)
    lifecycle.approve(one, actor=ACTOR)
    assert turn() == 1
    assert to(post) == ["vera@x.example"]


def test_the_first_night_tells_of_a_day() -> None:
    one = builders.agreement(builders.unit())
    address("vera@x.example", vendor=one.system.vendor)
    assert turn() == 1
    told = Event.objects.get(action=digests.TURN)
    assert told.data == {"on": periods.today().isoformat(), "position": told.seq - 1, "mails": 1}


def test_the_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    one = asked()
    lifecycle.approve(one, actor=ACTOR)
    call_command("send_digests")
    call_command("send_digests")
    assert capsys.readouterr().out.splitlines() == ["1 mail er skrevet.", "0 mails er skrevet."]
    assert Message.objects.filter(about=f"udbyder:{one.system.vendor_id}").count() == 1
