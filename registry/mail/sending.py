"""Handing mails to the mail server; again, after growing pauses, where it does not take them."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.core.mail import mailers
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from registry import ledger
from registry.ledger import Actor, Entry
from registry.mail.composing import compose
from registry.models import Message

logger = logging.getLogger(__name__)

# Two days in all: as long as mail servers usually try themselves.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)]
FIRST_PERMANENT = 500  # an answer from here on will be the same tomorrow (RFC 5321, 4.2.1)
State = Message.State


@task
@transaction.atomic
def deliver(pk: int) -> None:
    """Send the mail, where it waits. The row is held meanwhile: no two processes send it.

    Killed between the server's yes and our commit it is sent again, under the same Message-ID.
    """
    message = Message.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.WAITING).first()
    if message is None:
        return
    message.attempts += 1
    try:
        mailers.default.send_messages([compose(message)])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _did_not_go(message, error)
    else:
        message.state, message.sent_at, message.next_at, message.error = State.SENT, timezone.now(), None, ""
    message.save(update_fields=["state", "attempts", "error", "sent_at", "next_at"])
    if message.state == State.FAILED:
        missed("mail.failed", message)


def _did_not_go(message: Message, error: Exception) -> None:
    """Try later, or give up where another try can change nothing or all have been used."""
    message.error = words(error)
    if is_permanent(error) or message.attempts > len(PAUSES):
        message.state, message.next_at = State.FAILED, None
        logger.error("Mail %s was given up: %s", message.pk, message.error)
        return
    message.next_at = timezone.now() + PAUSES[message.attempts - 1]
    deliver.using(run_after=message.next_at).enqueue(message.pk)
    logger.warning("Mail %s did not go, try %s: %s", message.pk, message.attempts, message.error)


def is_permanent(error: Exception) -> bool:
    """Whether it is this mail that the server will never take; a wrong password is ours to mend."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= FIRST_PERMANENT for code, _words in error.recipients.values())
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return False
        case smtplib.SMTPResponseException():
            return error.smtp_code >= FIRST_PERMANENT
        case ValueError():
            return True
    return False


def words(error: Exception) -> str:
    """What the server said."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            said: list[tuple[int, bytes | str]] = list(error.recipients.values())
        case smtplib.SMTPResponseException():
            said = [(error.smtp_code, error.smtp_error)]
        case _:
            return f"{type(error).__name__}: {error}"[:500]
    told = (f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}" for code, text in said)
    return "; ".join(told)[:500]


def missed(action: str, message: Message, *, actor: Actor | None = None) -> None:
    """Write that it did not arrive: a notice that nobody got may be one that does not count."""
    by = actor or Actor(message.actor, "baggrund", message.on_behalf_of)
    told = {"mail": message.pk, "title": message.title}
    ledger.record([Entry(action, message.about, told)], actor=by)
