"""Public pages of the registry itself: a mail on its own page, and the demo's mailbox."""

from __future__ import annotations

import mailbox
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.functions import Length
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry import mail
from registry.models import Attachment, Message

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from django.http import HttpRequest

MOST = 100  # mails in the demo's box


@never_cache
@require_safe
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The mail as it was sent. Its first reader who may be the recipient is taken for it."""
    message = get_object_or_404(Message, token=token)
    if request.method == "GET" and mail.may_be_recipient(request.user, message):
        mail.open_page(message)
    files = Attachment.objects.filter(message=message).annotate(size=Length("content")).defer("content")
    return _private(render(request, "registry/mail/page.html", {"message": message, "files": files}))


@never_cache
@require_safe
def letter_file(request: HttpRequest, token: str, position: int) -> HttpResponse:
    """A file of the mail, to keep."""
    del request
    file = get_object_or_404(Attachment, message__token=token, position=position)
    disposition = content_disposition_header(as_attachment=True, filename=file.name) or ""
    answer = HttpResponse(bytes(file.content), content_type=file.content_type)
    answer["Content-Disposition"] = disposition
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    """In no search engine, and its address in no other site's log."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_safe
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the demo has sent, newest first. Nowhere but in the demo."""
    if settings.MAILBOX is None:
        raise Http404
    return _private(render(request, "registry/mail/mailbox.html", {"mails": _newest(settings.MAILBOX)}))


def _newest(folder: Path) -> list[dict[str, Any]]:
    if not folder.exists():
        return []
    parser = BytesParser(policy=policy.default)
    box = mailbox.Maildir(folder, create=False)
    found = [_told(parser.parsebytes(box.get_bytes(key))) for key in box.iterkeys()]
    found.sort(key=lambda one: one["date"], reverse=True)
    return found[:MOST]


def _told(one: EmailMessage) -> dict[str, Any]:
    body = one.get_body(("plain",))
    return {
        "title": str(one["Subject"]), "to": str(one["To"]), "date": one["Date"].datetime,
        "text": body.get_content() if body else "", "files": [part.get_filename() for part in one.iter_attachments()],
    }  # fmt: skip
