"""Making a wake-up call: signed as Standard Webhooks has it, tried again after growing pauses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import logging
import socket
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from registry.hooks import addresses
from registry.models import HookCall
from registry.problems import Refused

if TYPE_CHECKING:
    from registry.hooks.addresses import Place

logger = logging.getLogger(__name__)

TIMEOUT = 10  # seconds for each step of a call
# A day and a half in all; a later event calls anew.
PAUSES = [timedelta(seconds=5), *(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 10 * 60, 24 * 60))]
TAKEN = range(200, 300)
GONE = 410  # the receiver wants no more of them
State = HookCall.State


@task
@transaction.atomic
def call(pk: int) -> None:
    """Make the call, where it waits. The row is held meanwhile: no two processes make it.

    Killed between the answer and our commit it is made again, under the same id.
    """
    waiting = HookCall.objects.select_for_update(skip_locked=True, of=("self",)).select_related("hook")
    one = waiting.filter(pk=pk, state=State.WAITING).first()
    if one is None:
        return
    one.attempts += 1
    try:
        one.status, one.error = send(one), ""
    except Refused as refused:
        one.status, one.error = None, refused.detail[:300]
    except (OSError, http.client.HTTPException) as error:
        one.status, one.error = None, f"{type(error).__name__}: {error}"[:300]
    _decide(one)
    one.save(update_fields=["state", "attempts", "status", "error", "next_at", "ended_at"])


def send(one: HookCall) -> int:
    """Call, and give the HTTP status of the answer. A redirect is not followed. Raises Refused, OSError."""
    place, body = addresses.find(one.hook.url), one.body.encode()
    headers = {
        "Host": place.url.netloc, "Content-Type": "application/json", "Content-Length": str(len(body)),
        "User-Agent": "Dagtilbudsregisteret", **signed(one, int(timezone.now().timestamp())),
    }  # fmt: skip
    connection = _connection(place)
    try:
        connection.request("POST", place.target, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def signed(one: HookCall, moment: int) -> dict[str, str]:
    """The three headers of Standard Webhooks, for a moment in seconds since 1970."""
    key = base64.b64decode(one.hook.secret.removeprefix("whsec_"))
    content = f"{one.message_id}.{moment}.{one.body}".encode()
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": one.message_id, "webhook-timestamp": str(moment), "webhook-signature": f"v1,{signature}",
    }  # fmt: skip


def _connection(place: Place) -> http.client.HTTPConnection:
    """To the address that was judged; the certificate must be the name's."""
    made = http.client.HTTPConnection(place.url.hostname or "", place.port, timeout=TIMEOUT)
    made.sock = socket.create_connection((place.ip, place.port), timeout=TIMEOUT)
    if place.url.scheme == "https":
        made.sock = ssl.create_default_context().wrap_socket(made.sock, server_hostname=place.url.hostname)
    return made


def _decide(one: HookCall) -> None:
    now = timezone.now()
    one.next_at = None
    if one.status in TAKEN:
        one.state, one.ended_at = State.TAKEN, now
    elif one.status == GONE or one.attempts > len(PAUSES):
        one.state, one.ended_at = State.FAILED, now
        logger.warning("Webhook call %s was given up: %s", one.message_id, one.error or one.status)
    else:
        one.next_at = now + PAUSES[one.attempts - 1]
        call.using(run_after=one.next_at).enqueue(one.pk)
