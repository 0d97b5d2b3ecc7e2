"""A system that used to call and falls silent alarms once, and the board shows how each one stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone

from agreements import lifecycle, silence
from agreements.models import NotificationAddress, System
from registry import calls
from registry.models import Event, Message, Reader
from tests import builders
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from registry.models import User

pytestmark = pytest.mark.django_db
BOARD = "/admin/registry/reader/"


def system_that_called(days: int, *, ownership: str = "1", code: str = "") -> System:
    """A system with an approved agreement that called so many days ago."""
    made = builders.system(code)
    ground = {"1": "10", "3": "13"}.get(ownership, "10")
    top = builders.daginstitution(ownership=ownership, legal_ground=ground)
    builders.agreement(builders.unit(top), by=made)
    called(made, days)
    return made


def called(system: System, days: int) -> None:
    calls.note(system.code, method="GET", path="/api/v1/haendelser/", status=200, schema=2)
    Reader.objects.filter(pk=system.code).update(called_at=timezone.now() - timedelta(days=days, hours=1))


@pytest.mark.parametrize(("ownership", "days", "told"), [
    ("1", 29, False), ("1", 30, True), ("3", 30, False), ("3", 179, False), ("3", 180, True),
])  # fmt: skip
def test_a_municipal_systems_silence_is_told_after_30_days_a_private_ones_after_180(
    ownership: str, days: int, told: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    system = system_that_called(days, ownership=ownership)
    assert [one.system for one in silence.silent()] == ([system] if told else [])


def test_it_is_told_once_for_each_silence(capsys: pytest.CaptureFixture[str]) -> None:
    system = system_that_called(31)
    NotificationAddress.objects.create(email="drift@boernesoft.example", system=system)
    NotificationAddress.objects.create(email="drift@boernesoft.example", vendor=system.vendor)
    NotificationAddress.objects.create(email="gammel@boernesoft.example", vendor=system.vendor, active=False)
    for _each in range(2):
        call_command("watch_systems")
    assert capsys.readouterr().out.count("har været tavs") == 1
    assert list(Message.objects.values_list("to", "title")) == [("drift@boernesoft.example", f"{system} er tavs")]
    assert Event.objects.filter(action="system.silent").count() == 1
    called(system, 0)
    assert silence.alarm(actor=ACTOR) == []
    called(system, 35)
    Reader.objects.update(silence_told_at=timezone.now() - timedelta(days=60))
    assert [one.system for one in silence.alarm(actor=ACTOR)] == [system]


def test_who_has_nothing_to_read_or_has_never_called_alarms_nobody() -> None:
    builders.agreement(builders.unit())
    passive = system_that_called(400)
    System.objects.filter(pk=passive.pk).update(passive=True)
    gone = system_that_called(400)
    lifecycle.delete(gone.data_agreements.get(), actor=ACTOR)
    assert silence.silent() == []


def test_the_board_says_how_each_stands(client: Client, kirsten: User) -> None:
    silent, ready = system_that_called(31, code="AB111111"), system_that_called(0, code="CD222222")
    calls.note(ready.code, method="GET", path="/x", status=400, code="ugyldig_forespoergsel")
    calls.acknowledge(ready.code, 1)
    client.force_login(kirsten)
    page = read(client, BOARD)
    assert page.index(silent.code) < page.index(ready.code)
    assert "tavs" in page.split(silent.code)[1].split(ready.code)[0]
    assert "klar" in page.split(ready.code)[1]
    assert "Tavse systemer" in read(client, "/admin/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, kirsten: User, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        system_that_called(1)
    client.force_login(kirsten)
    with django_assert_max_num_queries(9):
        client.get(BOARD)
