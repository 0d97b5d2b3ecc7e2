"""The admin site: who may come in, what it shows first, the ledger's own page, people, commands."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from registry import people
from registry.ledger import Actor
from registry.models import Event, User
from tests import builders

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db: None) -> User:
    """Runs the register: may decide who signs in."""
    del db
    return User.objects.create_superuser("lone", "lone@stil.example", "pædagogmedhjælper")


@pytest.mark.parametrize("page", ["/admin/", "/admin/institutions/institution/", "/admin/registry/event/"])
def test_only_staff_come_in(client: Client, mads: User, page: str) -> None:
    assert client.get(page).status_code == 302
    client.force_login(mads)
    assert client.get(page).status_code == 302


def test_the_start_page_asks_as_much_whatever_there_is(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    # Two alike: a pair is proposed from the start.
    for _each in range(2):
        builders.tree()
    # The first to read after a change brings the proposals up to date.
    client.get("/admin/")
    few = queries(client, "/admin/")
    for _each in range(2):
        builders.tree()
    client.get("/admin/")
    assert queries(client, "/admin/") == few


def queries(client: Client, page: str) -> int:
    """How many queries a page takes."""
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_the_start_page_tells_the_latest_events_in_danish(client: Client, kirsten: User) -> None:
    builders.unit()
    client.force_login(kirsten)
    page = client.get("/admin/").content.decode()
    assert "Seneste hændelser" in page
    assert "lifecycle.open" not in page


def test_an_event_cannot_be_changed_or_deleted(client: Client, chief: User) -> None:
    builders.unit()
    client.force_login(chief)
    event = Event.objects.get(seq=1)
    assert client.get("/admin/registry/event/1/change/").status_code == 200
    assert client.post("/admin/registry/event/1/change/", {"reason": "nej"}).status_code == 403
    assert client.get("/admin/registry/event/1/delete/").status_code == 403
    assert client.get("/admin/registry/event/add/").status_code == 403
    assert Event.objects.get(seq=1).reason == event.reason


def test_the_ledger_is_searched_by_subject(client: Client, kirsten: User) -> None:
    unit = builders.unit()
    client.force_login(kirsten)
    found = client.get("/admin/registry/event/", {"q": unit.number.lower()}).context["cl"].result_list
    assert [event.subject for event in found] == [unit.number]


def test_people_are_changed_by_those_who_run_the_register_alone(client: Client, kirsten: User, chief: User) -> None:
    client.force_login(kirsten)
    assert client.get("/admin/registry/user/").status_code == 403
    client.force_login(chief)
    assert client.get("/admin/registry/user/").status_code == 200


def test_a_new_person_is_told_in_the_ledger_without_the_password(client: Client, chief: User) -> None:
    client.force_login(chief)
    words = {
        "username": "asta",
        "usable_password": "true",
        "password1": "regnbue-og-sol",
        "password2": "regnbue-og-sol",
    }
    assert client.post("/admin/registry/user/add/", words).status_code == 302
    event = Event.objects.get()
    assert (event.action, event.actor, event.door) == ("user.add", "lone", "admin")
    assert "password" not in str(event.data)
    assert not LogEntry.objects.exists()


def test_a_new_password_is_told_in_the_ledger(client: Client, chief: User, kirsten: User) -> None:
    client.force_login(chief)
    words = {"usable_password": "true", "password1": "regnbue-og-sol", "password2": "regnbue-og-sol"}
    assert client.post(f"/admin/registry/user/{kirsten.pk}/password/", words).status_code == 302
    assert [event.action for event in Event.objects.all()] == ["user.password"]
    assert not LogEntry.objects.exists()


def test_nothing_is_told_where_nothing_differs(kirsten: User) -> None:
    people.save(kirsten, actor=Actor("lone", "admin"))
    assert not Event.objects.exists()


def test_verify_ledger_holds() -> None:
    builders.unit()
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue().splitlines() == [
        "Hændelsesloggen holder: 2 hændelser.",
        f"Sidste hændelses fingeraftryk: 2 {Event.objects.get(seq=2).hash}",
    ]


def test_verify_ledger_names_the_first_broken_event() -> None:
    builders.tree()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE registry_event SET reason = 'x' WHERE seq = 2")
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="hændelse 2 er ændret"):
        call_command("verify_ledger")


def test_no_page_of_ours_writes_inline_script_or_style(client: Client, kirsten: User) -> None:
    unit = builders.unit()
    client.force_login(kirsten)
    for page in ("/admin/", "/admin/institutions/institution/", f"/admin/institutions/institution/{unit.number}/ret/"):
        answer = client.get(page)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        words = answer.content.decode()
        assert " style=" not in words
        assert "<style" not in words
        assert "<script>" not in words
