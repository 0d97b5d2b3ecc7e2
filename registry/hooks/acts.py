"""Hooks made, ended, woken and replayed."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import ledger
from registry.hooks import addresses
from registry.hooks.sending import call
from registry.ledger import Entry
from registry.models import Event, Hook, HookCall
from registry.problems import Refused

if TYPE_CHECKING:
    from django.db.models import Q

    from registry.ledger import Actor

MOST = 5  # hooks of a system
SECRET_BYTES = 32
_news: list[Q] = []


def tell_of(news: Q) -> None:
    """Which events are news: the app that has the feed says so."""
    _news[:] = [news]


@transaction.atomic
def add(system: str, url: str, *, subject: str, actor: Actor) -> Hook:
    """Call a system there from now on. Raises Refused `ugyldig_adresse`, `webhook_findes`, `for_mange_webhooks`."""
    addresses.find(url)
    if Hook.objects.filter(system=system, ended_at=None).count() >= MOST:
        raise Refused("for_mange_webhooks", _("Systemet har %(most)s webhooks; afslut en først.") % {"most": MOST})
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    try:
        with transaction.atomic():
            made = Hook.objects.create(system=system, url=url, secret=secret, position=ledger.head())
    except IntegrityError as error:
        raise Refused("webhook_findes", _("Systemet har allerede en webhook dér."), field="url", value=url) from error
    ledger.record([Entry("hook.add", subject, {"hook": made.pk, "url": url})], actor=actor)
    return made


@transaction.atomic
def end(hook: Hook, *, subject: str, actor: Actor) -> None:
    """Call there no more; what waits is given up."""
    now = timezone.now()
    if Hook.objects.filter(pk=hook.pk, ended_at=None).update(ended_at=now):
        waiting = HookCall.objects.filter(hook=hook, state=HookCall.State.WAITING)
        waiting.update(state=HookCall.State.FAILED, ended_at=now, next_at=None)
        ledger.record([Entry("hook.end", subject, {"hook": hook.pk, "url": hook.url})], actor=actor)


def wake() -> int:
    """Call those for whom there is news, one call at a time for each. Gives how many."""
    head, woken = ledger.head(), 0
    for pk in Hook.objects.filter(ended_at=None, position__lt=head).values_list("pk", flat=True):
        woken += _wake_one(pk, head)
    return woken


@transaction.atomic
def _wake_one(pk: int, head: int) -> bool:
    hook = Hook.objects.select_for_update(skip_locked=True).filter(pk=pk, position__lt=head).first()
    if hook is None or hook.calls.filter(state=HookCall.State.WAITING).exists():
        return False
    news = Event.objects.filter(*_news, seq__gt=hook.position, seq__lte=head).exists()
    hook.position = head
    hook.save(update_fields=["position"])
    if news:
        _write(hook, head)
    return news


@transaction.atomic
def replay(past: HookCall) -> HookCall:
    """Make a call that was made once more, under a new id. Raises Refused `webhook_venter`."""
    hook = Hook.objects.select_for_update().get(pk=past.hook_id)
    if hook.ended_at or hook.calls.filter(state=HookCall.State.WAITING).exists():
        raise Refused("webhook_venter", _("Webhooken er afsluttet, eller et kald til den venter allerede."))
    return _write(hook, json.loads(past.body)["data"]["hoved"])


def _write(hook: Hook, head: int) -> HookCall:
    body = {
        "type": "haendelser", "timestamp": timezone.now().isoformat(),
        "data": {"hoved": head, "haendelser": settings.SITE_URL + reverse("api:feed")},
    }  # fmt: skip
    made = HookCall.objects.create(hook=hook, message_id=f"msg_{secrets.token_hex(16)}", body=json.dumps(body))
    call.enqueue(made.pk)
    return made
