"""A mail's own page, the demo's mailbox, and the admin's pages of mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import mail
from registry.ledger import Actor
from registry.mail import CSV, File, Letter
from registry.models import Message
from tests import working
from tests.posting import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings

    from registry.models import User
    from tests.posting import Post

pytestmark = pytest.mark.django_db
ACTOR = Actor("kirsten", "admin")
LIST = "/admin/registry/message/"


def write(number: int = 1) -> Message:
    letter = Letter(
        to="bo@kommune.example", title=f"Besked {number}", text="<script>Hej</script>", text_en="Hello",
        about="kommune:101", files=(File("børn.csv", CSV, b"A;B"),),
    )  # fmt: skip
    made = mail.write(letter, actor=ACTOR)
    assert made is not None
    return made


def opened() -> list[bool]:
    return [one.opened_at is not None for one in Message.objects.order_by("pk")]


def test_a_mail_is_read_on_its_page_and_that_is_kept(client: Client, kirsten: User) -> None:
    message = write()
    page = f"/post/{message.token}/"
    client.head(page)
    client.force_login(kirsten)
    shown = client.get(page)
    assert opened() == [False]
    client.logout()
    client.get(page)
    assert opened() == [True]
    first = Message.objects.get().opened_at
    client.get(page)
    assert Message.objects.get().opened_at == first
    words = shown.content.decode()
    assert ("&lt;script&gt;Hej" in words, "<script>Hej" in words, "Hello" in words) == (True, False, True)
    assert (shown["X-Robots-Tag"], shown["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")


def test_a_file_is_fetched_as_it_was_sent(client: Client) -> None:
    message = write()
    found = client.get(f"/post/{message.token}/1/")
    assert (found.content, found["Content-Type"]) == (b"A;B", CSV)
    assert found["Content-Disposition"] == "attachment; filename*=utf-8''b%C3%B8rn.csv"
    assert client.get(f"/post/{message.token}/2/").status_code == 404


def test_a_guessed_page_is_not_there(client: Client) -> None:
    write()
    assert [client.get(path).status_code for path in ("/post/1/", "/post/x/1/", "/demo/post/")] == [404, 404, 404]


def test_the_demo_shows_what_it_sent(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX = tmp_path / "post"
    assert "Ingen endnu" in client.get("/demo/post/").content.decode()
    port = free_port()
    server = Controller(Mailbox(settings.MAILBOX), hostname="127.0.0.1", port=port)
    server.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    message = write()
    working.work_off()
    server.stop()
    page = client.get("/demo/post/").content.decode()
    assert ("Besked 1" in page, f"/post/{message.token}/" in page, "børn.csv" in page) == (True, True, True)


def test_staff_see_what_did_not_arrive_until_it_is_settled(client: Client, kirsten: User, post: Post) -> None:
    client.force_login(kirsten)
    post.answer = "550 No"
    message = write()
    assert "Post, der ikke nåede frem" not in client.get("/admin/").content.decode()
    working.work_off()
    assert "Post, der ikke nåede frem" in client.get("/admin/").content.decode()
    page = client.get(f"{LIST}{message.pk}/change/").content.decode()
    assert ("550 No" in page, "Afslut" in page) == (True, True)
    assert client.post(f"{LIST}{message.pk}/afslut/", {"reason": ""}).status_code == 422
    client.post(f"{LIST}{message.pk}/afslut/", {"reason": "Ringet op"})
    assert "Post, der ikke nåede frem" not in client.get("/admin/").content.decode()
    client.post(f"{LIST}{message.pk}/igen/", {"to": "ny@kommune.example"})
    message.refresh_from_db()
    assert (message.state, message.to) == ("venter", "ny@kommune.example")
    again = client.post(f"{LIST}{message.pk}/igen/", {"to": "ny@kommune.example"})
    assert again.status_code == 422


def test_a_person_tries_whether_mail_works(client: Client, kirsten: User, mads: User, post: Post) -> None:
    client.force_login(mads)
    assert client.post(f"{LIST}proeve/").status_code == 302
    client.force_login(kirsten)
    assert client.get(f"{LIST}proeve/").status_code == 405
    client.post(f"{LIST}proeve/")
    working.work_off()
    assert [one.rcpt_tos for one in post.envelopes] == [["kirsten@stil.example"]]


def test_the_list_asks_as_much_whatever_there_is(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    asked = []
    for more in (1, 2):
        for _each in range(more):
            write()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1]
