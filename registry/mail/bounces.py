"""What mail servers return: which mail it was, and whether it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from registry.mail import addresses, sending
from registry.models import Message
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.ledger import Actor

# Where a returned mail's own address may stand: servers differ in which header keeps the envelope's recipient.
RECIPIENTS = ("To", "Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To")
LARGEST = 30 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of one recipient (RFC 3464): failed, delayed, delivered …, and why."""

    action: str
    status: str
    told: str


@transaction.atomic
def take(content: bytes, *, actor: Actor) -> Message | None:
    """Mark the mail that has come back. None where it is not lost: a delay, a receipt, an automatic answer.

    Raises Refused `ukendt_returpost` for what is not about a mail of ours.
    """
    if len(content) > LARGEST:
        raise Refused("ukendt_returpost", _("Returposten er for stor."))
    mail = message_from_bytes(content, policy=policy.default)
    found = addresses.bounced(str(value) for name in RECIPIENTS for value in mail.get_all(name, []))
    if found is None:
        raise Refused("ukendt_returpost", _("Returposten er ikke svar på en besked herfra."))
    failures = [report for report in _reports(mail) if report.action == "failed"]
    if not failures:
        return None
    message = Message.objects.select_for_update().get(pk=found.pk)
    if message.state == Message.State.BOUNCED:
        return message
    message.state = Message.State.BOUNCED
    message.error = "; ".join(f"{one.status} {one.told}".strip() for one in failures)[:500].replace("\0", "")
    message.save(update_fields=["state", "error"])
    sending.missed("mail.bounced", message, actor=actor)
    return message


def _reports(mail: EmailMessage) -> Iterator[Report]:
    """What a delivery report says of each recipient; nothing for any other mail."""
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, EmailMessage) and "Action" in block:
                told = str(block.get("Diagnostic-Code", "")).partition(";")[2]
                status = str(block.get("Status", "")).split()[:1]
                yield Report(str(block["Action"]).split()[0].lower(), "".join(status), " ".join(told.split()))
