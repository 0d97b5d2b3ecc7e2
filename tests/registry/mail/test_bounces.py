"""Mail that comes back: delivery reports of several servers, and what is none."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from registry import mail
from registry.ledger import Actor
from registry.mail import Letter, bounces
from registry.mail.addresses import bounce_address
from registry.models import Message
from registry.problems import Refused
from tests import builders, working

if TYPE_CHECKING:
    from tests.posting import Post

pytestmark = pytest.mark.django_db
ACTOR = Actor("kirsten", "admin")
ROBOT = Actor("postfix", "kommando")


@pytest.fixture
def sent(post: Post) -> Message:
    """A mail that the server took."""
    made = mail.write(
        Letter(to="ukendt@kommune.example", title="Besked", text="Tekst", about="kommune:101"), actor=ACTOR
    )
    working.work_off()
    assert made is not None
    assert len(post.envelopes) == 1
    made.refresh_from_db()
    return made


def report(to: str, *blocks: str, header: str = "To", kind: str = "delivery-status") -> bytes:
    """A report in the shape of RFC 3464."""
    status = "\r\n\r\n".join(
        ["Reporting-MTA: dns; mx.kommune.example\r\nArrival-Date: Tue, 24 Nov 2026 10:00:00 +0100", *blocks]
    )
    return (
        f"From: MAILER-DAEMON@mx.kommune.example\r\n{header}: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="gr"\r\n\r\n'
        "--gr\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDin besked kunne ikke afleveres.\r\n\r\n"
        f"--gr\r\nContent-Type: message/{kind}\r\n\r\n{status}\r\n\r\n"
        "--gr\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Besked\r\n\r\n--gr--\r\n"
    ).encode()


def recipient(action: str, status: str, told: str = "") -> str:
    code = f"\r\nDiagnostic-Code: smtp; {told}" if told else ""
    return f"Final-Recipient: rfc822; ukendt@kommune.example\r\nAction: {action}\r\nStatus: {status}{code}"


@pytest.mark.parametrize(("block", "error"), [
    (recipient("failed", "5.1.1", "550 5.1.1 <ukendt@kommune.example>:\r\n    User unknown"),
     "5.1.1 550 5.1.1 <ukendt@kommune.example>: User unknown"),
    (recipient("Failed", "4.4.7 (expired)", "delivery temporarily suspended"), "4.4.7 delivery temporarily suspended"),
    (recipient("failed", "5.2.2"), "5.2.2"),
])  # fmt: skip
def test_a_mail_that_comes_back_is_marked(sent: Message, block: str, error: str) -> None:
    assert bounces.take(report(bounce_address(sent), block), actor=ROBOT) == sent
    sent.refresh_from_db()
    assert (sent.state, sent.error) == (Message.State.BOUNCED, error)
    bounces.take(report(bounce_address(sent), block), actor=ROBOT)
    assert builders.events() == [("mail.write", "kommune:101"), ("mail.bounced", "kommune:101")]


@pytest.mark.parametrize("header", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_servers_keep_the_address_in_headers_of_their_own(sent: Message, header: str) -> None:
    told = report(bounce_address(sent).upper(), recipient("failed", "5.0.0"), header=header)
    assert bounces.take(told, actor=ROBOT) == sent


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_delay_and_a_receipt_lose_nothing(sent: Message, action: str) -> None:
    assert bounces.take(report(bounce_address(sent), recipient(action, "4.0.0")), actor=ROBOT) is None
    sent.refresh_from_db()
    assert sent.state == Message.State.SENT


def test_an_automatic_answer_loses_nothing(sent: Message) -> None:
    answer = f"From: bo@kommune.example\r\nTo: {bounce_address(sent)}\r\nSubject: Ferie\r\n\r\nAction: failed\r\n"
    assert bounces.take(answer.encode(), actor=ROBOT) is None
    reading = report(bounce_address(sent), recipient("failed", "5.0.0"), kind="disposition-notification")
    assert bounces.take(reading, actor=ROBOT) is None


@pytest.mark.parametrize("change", [
    lambda address: address.replace("+", "+9"), lambda address: address[:-1].replace("@", "0@"),
    lambda address: f"post@{address.partition('@')[2]}", lambda address: address.replace("-", "-0"),
])  # fmt: skip
def test_a_guessed_address_is_nobody_s(sent: Message, change: object) -> None:
    assert callable(change)
    with pytest.raises(Refused) as refused:
        bounces.take(report(change(bounce_address(sent)), recipient("failed", "5.1.1")), actor=ROBOT)
    sent.refresh_from_db()
    assert (refused.value.code, sent.state) == ("ukendt_returpost", Message.State.SENT)


def test_what_a_first_sending_returns_does_not_mark_the_second(sent: Message) -> None:
    first = report(bounce_address(sent), recipient("failed", "5.1.1"))
    bounces.take(first, actor=ROBOT)
    mail.resend(sent, to="rigtig@kommune.example", actor=ACTOR)
    working.work_off()
    with pytest.raises(Refused):
        bounces.take(first, actor=ROBOT)
    sent.refresh_from_db()
    assert sent.state == Message.State.SENT


@pytest.mark.parametrize(
    "content", [b"", b"\0\xff\xfe", b"To: \xc3\x28\r\n\r\n", b"Content-Type: multipart/report\r\n\r\n--"]
)
def test_rubbish_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        bounces.take(content, actor=ROBOT)


def test_the_command_reads_standard_input(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(content: bytes) -> str:
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        call_command("take_bounce", stdout=out)
        return out.getvalue()

    assert take(report(bounce_address(sent), recipient("delayed", "4.0.0"))).startswith("Intet er tabt")
    assert take(report(bounce_address(sent), recipient("failed", "5.1.1"))) == f"Besked {sent.pk} kom retur.\n"
    with pytest.raises(CommandError, match="ukendt_returpost"):
        take(b"To: nogen@x.example\r\n\r\n")
