"""Webhooks: signed as Standard Webhooks has it, tried again, shown, replayed; and never into a closed net."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from registry import hooks, ledger
from registry.hooks import addresses
from registry.hooks.sending import PAUSES
from registry.ledger import Entry
from registry.models import Hook, HookCall
from registry.problems import Refused
from tests import builders, calling, working
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/mig/webhooks/"


class Receiver:
    """A vendor's server: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.answer)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *args: Any) -> None:  # noqa: ANN401
                del args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/vaek?a=1"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """As at somebody's own machine, where http and 127.0.0.1 will do."""
    made = Receiver()
    with override_settings(DEBUG=True):
        yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def headers() -> dict[str, str]:
    return calling.headers("laes", system="AB123456")


def post(client: Client, headers: dict[str, str], url: str) -> Any:  # noqa: ANN401
    return client.post(HOOKS, {"url": url}, content_type="application/json", headers=headers)


def woken() -> int:
    count = hooks.wake()
    working.work_off()
    return count


def due_now() -> None:
    DBTaskResult.objects.update(run_after=timezone.now())
    working.work_off()


def test_a_system_is_woken_when_there_is_news_and_can_prove_by_whom(
    client: Client, headers: dict[str, str], receiver: Receiver
) -> None:
    made = post(client, headers, receiver.url).json()
    assert made["hemmelighed"].startswith("whsec_")
    assert woken() == 0
    builders.tree()
    assert (woken(), woken()) == (1, 0)
    (sent, body), *others = receiver.taken
    assert others == []
    told = json.loads(body)
    assert (told["type"], told["data"]["hoved"]) == ("haendelser", ledger.head())
    assert told["data"]["haendelser"].endswith("/api/v1/haendelser/")
    assert abs(int(sent["webhook-timestamp"]) - time.time()) < 60
    key = base64.b64decode(made["hemmelighed"].removeprefix("whsec_"))
    content = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert sent["webhook-signature"] == f"v1,{expected}"
    calls = client.get(f"{HOOKS}{made['id']}/kald/", headers=headers).json()["resultater"]
    assert [(one["id"], one["tilstand"], one["status"]) for one in calls] == [(sent["webhook-id"], "modtaget", 204)]
    listed = client.get(HOOKS, headers=headers).json()["resultater"]
    assert [(one["id"], one["url"]) for one in listed] == [(made["id"], receiver.url)]
    assert "whsec" not in str(listed)


def test_what_is_not_public_wakes_nobody(client: Client, headers: dict[str, str], receiver: Receiver) -> None:
    post(client, headers, receiver.url)
    with transaction.atomic():
        ledger.record([Entry("agreement.request", "aftale:1")], actor=ACTOR)
    assert woken() == 0
    assert receiver.taken == []


def test_it_is_tried_again_under_the_same_id_and_given_up_in_the_end(
    client: Client, headers: dict[str, str], receiver: Receiver
) -> None:
    made = post(client, headers, receiver.url).json()
    receiver.answer = 302
    builders.daginstitution()
    woken()
    call = HookCall.objects.get()
    assert (call.state, call.attempts, call.status, call.next_at is None) == ("venter", 1, 302, False)
    builders.daginstitution()
    assert woken() == 0
    for _pause in PAUSES:
        due_now()
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("fejlet", len(PAUSES) + 1)
    assert len({sent["webhook-id"] for sent, _body in receiver.taken}) == 1
    receiver.answer = 200
    url = f"{HOOKS}{made['id']}/kald/{call.message_id}/igen/"
    again = client.post(url, headers=headers)
    assert (again.status_code, again.json()["tilstand"]) == (202, "venter")
    assert client.post(url, headers=headers).json()["code"] == "webhook_venter"
    working.work_off()
    assert HookCall.objects.get(message_id=again.json()["id"]).state == "modtaget"
    assert woken() == 1
    assert json.loads(receiver.taken[-1][1])["data"]["hoved"] == ledger.head()


def test_410_ends_it_and_a_server_that_is_down_is_an_error(
    client: Client, headers: dict[str, str], receiver: Receiver
) -> None:
    post(client, headers, receiver.url)
    receiver.answer = 410
    builders.daginstitution()
    woken()
    assert HookCall.objects.get().state == "fejlet"
    receiver.server.shutdown()
    receiver.server.server_close()
    builders.daginstitution()
    woken()
    assert HookCall.objects.first().error.startswith("ConnectionRefusedError")  # type: ignore[union-attr]


def test_who_ends_it_is_called_no_more_and_others_cannot(
    client: Client, headers: dict[str, str], receiver: Receiver
) -> None:
    made = post(client, headers, receiver.url).json()
    url = f"{HOOKS}{made['id']}/"
    assert client.delete(url, headers=calling.headers("laes")).json()["code"] == "ikke_fundet"
    assert client.get(f"{url}kald/", headers=calling.headers("laes")).status_code == 404
    assert post(client, headers, receiver.url).json()["code"] == "webhook_findes"
    receiver.answer = 500
    builders.daginstitution()
    woken()
    for _each in range(2):
        assert client.delete(url, headers=headers).status_code == 200
    builders.daginstitution()
    assert woken() == 0
    due_now()
    assert len(receiver.taken) == 1
    assert client.get(HOOKS, headers=headers).json()["resultater"] == []
    assert client.get(HOOKS).status_code == 401


@pytest.mark.parametrize("url", [
    "http://93.184.215.14/x", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.7/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/", "https://0.0.0.0/", "https://2130706433/", "https://0x7f.1/", "https://224.0.0.1/",
    "https://100.64.0.1/", "https://93.184.215.14:22/", "https://u:p@93.184.215.14/", "https://93.184.215.14/#x",
    "ftp://93.184.215.14/", "file:///etc/passwd", "https://", "https://93.184.215.14/\r\nX: y", "https://[x/",
    "https://findes.ikke.invalid/", "https://93.184.215.14:99999/",
])  # fmt: skip
def test_the_register_never_calls_into_a_closed_net(client: Client, headers: dict[str, str], url: str) -> None:
    answer = post(client, headers, url)
    assert answer.status_code in {400, 422}
    assert answer.json()["errors"][0]["pointer"] == "#/url"
    assert not Hook.objects.exists()


def test_the_world_may_be_called_and_the_address_is_judged_again_at_each_call(
    client: Client, headers: dict[str, str], receiver: Receiver
) -> None:
    assert addresses.find("https://93.184.215.14/x?y=1").target == "/x?y=1"
    post(client, headers, receiver.url)
    builders.daginstitution()
    with override_settings(DEBUG=False), pytest.raises(Refused):
        addresses.find(receiver.url)
    with override_settings(DEBUG=False):
        woken()
    call = HookCall.objects.get()
    assert (call.state, call.attempts, call.status) == ("venter", 1, None)
    assert receiver.taken == []


def test_stil_sees_the_calls(client: Client, headers: dict[str, str], receiver: Receiver, kirsten: User) -> None:
    post(client, headers, receiver.url)
    builders.daginstitution()
    woken()
    client.force_login(kirsten)
    page = read(client, "/admin/registry/hookcall/?q=AB123456")
    assert receiver.url in page
    assert "modtaget" in page
    call = HookCall.objects.get()
    assert call.message_id in read(client, f"/admin/registry/hookcall/{call.pk}/change/")
