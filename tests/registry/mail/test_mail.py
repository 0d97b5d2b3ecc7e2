"""Mail: written with what it tells of, sent over SMTP, tried again, given up loudly."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from registry import mail
from registry.ledger import Actor
from registry.mail import CSV, XLSX, File, Letter, sending
from registry.mail.addresses import bounce_address
from registry.models import Event, Message
from registry.problems import Refused
from tests import builders, working

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from tests.posting import Post
pytestmark = pytest.mark.django_db
ACTOR = Actor("kirsten", "admin", "STIL")
LETTER = Letter(
    to="soeren@boernesoft.example", to_name="Søren Ærø, Børnesoft", title="A10001 er nu G10432 – ret jeres data",
    text="Nummeret er konsolideret.\n\nHilsen <STIL>", text_en="The number has been consolidated.",
    about="aftale:100001", key="konsolideret/A10001/100001",
    files=(File("ændringer.csv", CSV, "A;Å\r\n".encode()), File("ark.xlsx", XLSX, b"PK\x03\x04")),
)  # fmt: skip


def write(**given: Any) -> Message:  # noqa: ANN401
    made = mail.write(replace(LETTER, **given), actor=ACTOR)
    assert made is not None
    return made


def test_a_mail_goes_out_whole(post: Post) -> None:
    message = write()
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (Message.State.SENT, 1, "")
    (envelope,), (sent,) = post.envelopes, post.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == (bounce_address(message), ["soeren@boernesoft.example"])
    assert sent["Subject"] == LETTER.title
    assert sent["To"].addresses[0].display_name == LETTER.to_name
    assert str(sent["From"]) == str(sent["Reply-To"]) == "Dagtilbudsregisteret <post@dagtilbudsregisteret.example>"
    assert sent["Message-ID"] == message.message_id
    assert (sent["Auto-Submitted"], "List-Id" in sent) == ("auto-generated", True)
    assert timezone.now() - parsedate_to_datetime(sent["Date"]) < timedelta(minutes=1)
    plain, html = sent.get_body(("plain",)), sent.get_body(("html",))
    assert plain is not None
    assert html is not None
    words = plain.get_content()
    assert words.index("Nummeret er konsolideret.") < words.index("The number has been consolidated.")
    assert f"http://127.0.0.1:8000/post/{message.token}/" in words
    assert "Hilsen &lt;STIL&gt;" in html.get_content()
    parts = list(sent.iter_attachments())
    files = [(one.get_filename(), one.get_content_type(), one.get_payload(decode=True)) for one in parts]
    assert files == [(one.name, one.content_type, one.content) for one in LETTER.files]


def test_it_is_written_with_what_it_tells_of_or_not_at_all(post: Post) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    working.work_off()
    assert (post.envelopes, Message.objects.count(), DBTaskResult.objects.count()) == ([], 0, 0)


def test_the_same_notice_is_made_once(post: Post) -> None:
    write()
    assert mail.write(LETTER, actor=ACTOR) is None
    new = mail.write_all([LETTER, replace(LETTER, key="anden"), replace(LETTER, key="")] * 2, actor=ACTOR)
    assert [one.key for one in new] == ["anden", "", ""]
    working.work_off()
    assert len(post.envelopes) == 4


def test_asking_is_an_event_without_address_or_text(post: Post) -> None:
    message = write()
    working.work_off()
    assert len(post.envelopes) == 1
    assert builders.events() == [("mail.write", "aftale:100001")]
    assert Event.objects.get().data == {"mail": message.pk, "title": LETTER.title}


@pytest.mark.parametrize(("field", "value", "code"), [
    ("to", "ingen", "ugyldig_mailadresse"), ("to", "søren@x.example", "ugyldig_mailadresse"),
    ("to", "a@x.example\nBcc: b@x.example", "ugyldig_mailadresse"),
    ("title", "Emne\r\nBcc: b@x.example", "ugyldig_post"), ("to_name", "Søren\nBcc: b@x.example", "ugyldig_post"),
    ("title", "Emne\u2028Bcc", "ugyldig_post"), ("title", " ", "ugyldig_post"), ("text", "", "ugyldig_post"),
    ("text", "a\0b", "ugyldig_post"), ("title", "x" * 201, "ugyldig_post"), ("about", "", "ugyldig_post"),
    ("files", (File("../a.csv", CSV, b""),), "ugyldig_post"), ("files", (File("a\nb.csv", CSV, b""),), "ugyldig_post"),
    ("files", (File("a.csv", CSV, b"x" * (10 * 2**20 + 1)),), "for_store_filer"),
])  # fmt: skip
def test_what_no_mail_may_hold_is_refused(field: str, value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        write(**{field: value})
    assert (refused.value.code, Message.objects.count()) == (code, 0)


@pytest.mark.parametrize("name", ['Bo "Bob" Å', "a@b.example", "Æble, Øl; <Å>", "名前", "x" * 150])
def test_any_name_stays_a_name(post: Post, name: str) -> None:
    write(to_name=name)
    working.work_off()
    (sent,) = post.mails
    assert [(one.display_name, one.addr_spec) for one in sent["To"].addresses] == [(name, LETTER.to)]


def due() -> None:
    """The pause is over."""
    DBTaskResult.objects.update(run_after=timezone.now())


def test_it_is_tried_again_after_growing_pauses_and_then_given_up(post: Post) -> None:
    post.answer = "451 Prøv senere".encode("ascii", "replace").decode()
    message = write()
    pauses = []
    for _each in sending.PAUSES:
        working.work_off()
        message.refresh_from_db()
        assert message.next_at is not None
        pauses.append(round((message.next_at - timezone.now()).total_seconds() / 60))
        assert message.error.startswith("451")
        due()
    assert pauses == [1, 5, 15, 60, 240, 720, 1440]
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.FAILED, 8)
    assert builders.events()[-1] == ("mail.failed", "aftale:100001")


def test_what_was_put_off_is_sent_when_the_server_takes_it(post: Post) -> None:
    post.answer = "451 Later"
    message = write()
    working.work_off()
    post.answer = ""
    due()
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error, len(post.envelopes)) == ("sendt", 2, "", 1)


def test_a_final_no_is_not_tried_again(post: Post) -> None:
    post.answer = "550 5.1.1 No such user"
    message = write()
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == ("fejlet", 1, "550 5.1.1 No such user")
    assert not DBTaskResult.objects.ready().exists()


def test_no_server_is_no_fault_of_the_mail(post: Post, settings: Settings) -> None:
    del post
    settings.MAILERS["default"]["OPTIONS"]["port"] = 1
    message = write()
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("venter", 1)
    assert re.match("ConnectionRefusedError", message.error)


def test_a_task_that_is_run_twice_sends_once(post: Post) -> None:
    message = write()
    sending.deliver.enqueue(message.pk)
    working.work_off()
    assert len(post.envelopes) == 1


def test_a_mail_that_failed_is_sent_again_to_another_address(post: Post) -> None:
    post.answer = "550 No"
    message = write()
    with pytest.raises(Refused) as refused:
        mail.resend(message, to=LETTER.to, actor=ACTOR)
    assert refused.value.code == "besked_venter"
    working.work_off()
    post.answer = ""
    mail.resend(message, to="rigtig@boernesoft.example", actor=ACTOR)
    working.work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts, post.envelopes[0].rcpt_tos) == ("sendt", 1, ["rigtig@boernesoft.example"])
    assert [action for action, _subject in builders.events()] == ["mail.write", "mail.failed", "mail.resend"]


def test_a_mail_that_failed_is_settled_once_with_a_reason(post: Post) -> None:
    post.answer = "550 No"
    message = write()
    with pytest.raises(Refused, match="nåede frem"):
        mail.settle(message, reason="Ringet op", actor=ACTOR)
    working.work_off()
    with pytest.raises(Refused, match="hvordan sagen er løst"):
        mail.settle(message, reason=" ", actor=ACTOR)
    mail.settle(message, reason="Ringet op", actor=ACTOR)
    with pytest.raises(Refused, match="kun én gang"):
        mail.settle(message, reason="Ringet op", actor=ACTOR)
    assert Event.objects.last().reason == "Ringet op"  # type: ignore[union-attr]
