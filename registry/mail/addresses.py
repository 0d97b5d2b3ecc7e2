"""Addresses of our own: whom a mail is from, where its bounces go, what its id is."""

from __future__ import annotations

import re
import secrets
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

# Lower case and hex alone: some mail servers change the case of what is before the @.
SHAPE = re.compile(r"\+([0-9]{1,18})-([0-9a-f]{20})@", re.IGNORECASE)


def domain() -> str:
    """The domain that mail is from."""
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]


def new_message_id() -> str:
    """An id that no other mail has."""
    return f"<{secrets.token_hex(16)}@{domain()}>"


def bounce_address(message: Message) -> str:
    """Where a mail server returns this very mail to (VERP), so that its answer needs no other clue."""
    name, _at, place = settings.MAIL_RETURN.rpartition("@")
    return f"{name}+{message.pk}-{_seal(message.pk, message.message_id)}@{place}"


def bounced(candidates: Iterable[str]) -> Message | None:
    """The mail that one of these addresses is the bounce address of. A guessed or earlier one is nobody's."""
    for number, seal in (found for text in candidates for found in SHAPE.findall(text)):
        message = Message.objects.filter(pk=int(number)).first()
        if message and constant_time_compare(_seal(message.pk, message.message_id), seal.lower()):
            return message
    return None


def _seal(pk: int, message_id: str) -> str:
    return salted_hmac("registry.mail.bounce", f"{pk} {message_id}", algorithm="sha256").hexdigest()[:20]
