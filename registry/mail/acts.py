"""Writing a mail, sending it again, settling one that did not arrive."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import ledger
from registry.ledger import Entry
from registry.mail import addresses, letters
from registry.mail.sending import deliver
from registry.models import Attachment, Message
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.ledger import Actor
    from registry.mail.letters import Letter

State = Message.State
MISSED = (State.FAILED, State.BOUNCED)


@transaction.atomic
def write(letter: Letter, *, actor: Actor) -> Message | None:
    """One mail; see `write_all`. None where its key has been used."""
    return next(iter(write_all([letter], actor=actor)), None)


@transaction.atomic
def write_all(letters_: Iterable[Letter], *, actor: Actor) -> list[Message]:
    """Mails that are sent when the transaction has committed, and an event each. Gives those that are new.

    One whose key has been used is passed over. Raises Refused `ugyldig_mailadresse`, `ugyldig_post`,
    `for_store_filer`; nothing is written then. Call it last: it writes in the ledger.
    """
    wanted = list(letters_)
    for letter in wanted:
        letters.check(letter)
    drafts = [(_draft(letter, actor), letter) for letter in wanted]
    Message.objects.bulk_create((draft for draft, _letter in drafts), ignore_conflicts=True, batch_size=500)
    made = Message.objects.in_bulk([draft.token for draft, _letter in drafts], field_name="token")
    new = [(made[draft.token], letter) for draft, letter in drafts if draft.token in made]
    Attachment.objects.bulk_create(
        Attachment(message=message, position=place, name=file.name, content_type=file.content_type,
                   content=file.content)
        for message, letter in new for place, file in enumerate(letter.files, start=1)
    )  # fmt: skip
    for message, _letter in new:
        deliver.enqueue(message.pk)
    ledger.record([entry("mail.write", message) for message, _letter in new], actor=actor)
    return [message for message, _letter in new]


def _draft(letter: Letter, actor: Actor) -> Message:
    return Message(
        key=letter.key, token=secrets.token_urlsafe(32), message_id=addresses.new_message_id(), to=letter.to,
        to_name=letter.to_name, title=letter.title, text=letter.text, text_en=letter.text_en, about=letter.about,
        actor=actor.name, on_behalf_of=actor.on_behalf_of,
    )  # fmt: skip


def entry(action: str, message: Message, **more: str) -> Entry:
    """The mail in the ledger: no address and no text, since nothing can be taken out of it again."""
    return Entry(action, message.about, {"mail": message.pk, "title": message.title, **more})


@transaction.atomic
def resend(message: Message, *, to: str, actor: Actor) -> Message:
    """Send it once more, to this address from now on. Raises Refused `besked_venter`, `ugyldig_mailadresse`."""
    held = _hold(message)
    if held.state == State.WAITING:
        raise Refused("besked_venter", _("Beskeden er ikke sendt endnu og venter allerede på det."))
    letters.check_address(to)
    held.to, held.state, held.attempts, held.error, held.settled = to, State.WAITING, 0, "", ""
    # Another message to mail servers and to whoever reads bounces: one of the first sending is not about this one.
    held.message_id = addresses.new_message_id()
    held.save(update_fields=["to", "state", "attempts", "error", "settled", "message_id"])
    deliver.enqueue(held.pk)
    ledger.record([entry("mail.resend", held)], actor=actor)
    return held


@transaction.atomic
def settle(message: Message, *, reason: str, actor: Actor) -> Message:
    """A mail that did not arrive needs nothing more, for a reason. Raises Refused `besked_ikke_mislykket`."""
    held = _hold(message)
    if held.state not in MISSED or held.settled:
        raise Refused("besked_ikke_mislykket", _("Kun en besked, der ikke nåede frem, kan afsluttes, og kun én gang."))
    if not reason.strip():
        raise Refused("ugyldig_post", _("Skriv, hvordan sagen er løst."), field="reason")
    ledger.check_text(reason)
    held.settled = reason.strip()
    held.save(update_fields=["settled"])
    settled = entry("mail.settle", held)
    ledger.record([Entry(settled.action, settled.subject, settled.data, reason.strip())], actor=actor)
    return held


def open_page(message: Message) -> None:
    """Keep when its page was first opened. No event: nobody known did anything."""
    Message.objects.filter(pk=message.pk, opened_at=None).update(opened_at=timezone.now())


def missed() -> list[Message]:
    """Those that did not arrive and that nobody has settled, newest first."""
    return list(Message.objects.filter(state__in=MISSED, settled=""))


def _hold(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)
