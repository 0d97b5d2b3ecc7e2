"""A mail as it goes out: plain text and simple HTML, Danish first, with all headers that say what it is."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from registry.mail import addresses

if TYPE_CHECKING:
    from registry.models import Message


def page_url(message: Message) -> str:
    """The mail's own page, for good."""
    return f"{settings.SITE_URL}{reverse('letter', args=[message.token])}"


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail. Its envelope is from the bounce address, what people see is from the register."""
    context = {"message": message, "url": page_url(message), "files": list(message.files.defer("content"))}
    with translation.override(settings.LANGUAGE_CODE):
        plain = render_to_string("registry/mail/mail.txt", context)
        html = render_to_string("registry/mail/mail.html", context)
    headers = {
        "From": _shown(settings.MAIL_FROM),
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": f"Dagtilbudsregisteret <post.{addresses.domain()}>",
    }
    mail = EmailMultiAlternatives(
        message.title, plain, addresses.bounce_address(message), [_shown(message.to, message.to_name)],
        reply_to=[settings.MAIL_REPLY_TO or settings.MAIL_FROM], headers=headers,
    )  # fmt: skip
    mail.attach_alternative(html, "text/html")
    for file in message.files.all():
        mail.attach(file.name, bytes(file.content), file.content_type)
    return mail


def _shown(address: str, name: str = "") -> str:
    """Name and address as a header has them, whatever characters the name holds."""
    known, plain = parseaddr(address)
    return str(Address(display_name=name or known, addr_spec=plain))
