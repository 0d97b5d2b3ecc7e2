"""The admin's pages for background work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from registry import jobs
from registry.jobs import Row
from registry.ledger import Actor
from registry.models import Job
from tests import working

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
ACTOR = Actor("kirsten", "admin")
LIST = "/admin/registry/job/"
TASKS = "/admin/django_tasks_database/dbtaskresult/"


def begin(count: int = 2) -> Job:
    listed = [Row(f"R{number}", {"subject": f"R{number}"}) for number in range(count)]
    return jobs.start(working.note, what="Prøve af arbejdet", rows=listed, actor=ACTOR)


def test_a_job_is_shown_stopped_and_resumed(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    job = begin()
    page = f"{LIST}{job.pk}/change/"
    assert "0 af 2 rækker" in client.get(page).content.decode()
    client.post(f"{LIST}{job.pk}/stop/")
    assert Job.objects.get().state == Job.State.STOPPED
    again = client.post(f"{LIST}{job.pk}/stop/", follow=True)
    assert [str(one) for one in again.context["messages"]][-1].startswith("Opgaven er stoppet og kan ikke stoppes.")
    client.post(f"{LIST}{job.pk}/genoptag/")
    working.work_off()
    shown = client.get(page).content.decode()
    assert ("2 af 2 rækker" in shown, "data-goes-on" in shown) == (True, False)


@pytest.mark.parametrize("button", ["stop", "genoptag"])
def test_only_staff_press_a_button_and_only_by_post(client: Client, kirsten: User, mads: User, button: str) -> None:
    job = begin()
    client.force_login(mads)
    assert client.post(f"{LIST}{job.pk}/{button}/").status_code == 302
    client.force_login(kirsten)
    assert client.get(f"{LIST}{job.pk}/{button}/").status_code == 405
    assert client.post(f"{LIST}99999/{button}/").status_code == 404
    assert Job.objects.get().state == Job.State.WAITING


@pytest.mark.parametrize("page", [LIST, TASKS, "/admin/"])
def test_a_list_asks_as_much_whatever_there_is(client: Client, kirsten: User, page: str) -> None:
    client.force_login(kirsten)
    begin()
    client.get("/admin/")  # the register's readers of the ledger find their place in it
    asked = []
    for more in (1, 2):
        for _each in range(more):
            begin()
        DBTaskResult.objects.update(status=TaskResultStatus.FAILED, traceback="Error: why")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_a_failed_task_is_told_of_and_queued_again(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    begin()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, traceback="Traceback\nValueError: skævt")
    task = DBTaskResult.objects.get()
    assert "ValueError: skævt" in client.get("/admin/").content.decode()
    assert "Sæt i kø igen" in client.get(f"{TASKS}{task.pk}/change/").content.decode()
    client.post(f"{TASKS}{task.pk}/igen/")
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_the_start_page_says_that_nobody_works(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    assert "Arbejdet står stille" not in client.get("/admin/").content.decode()
    begin()
    assert "Arbejdet står stille" in client.get("/admin/").content.decode()


def test_every_room_has_a_danish_name(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    rooms = client.get("/admin/").context["app_list"]
    queue = {room["name"]: [page["name"] for page in room["models"]] for room in rooms}["Baggrund"]
    assert queue == ["Kald i køen"]
    assert not [room["name"] for room in rooms if "Task" in str(room["name"])]
