"""`?vent=`: a reader waits for news without holding the database, and others are answered meanwhile."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client

from institutions import lifecycle
from registry import ledger
from registry.api import waiting
from registry.ledger import Entry
from tests import builders, serving
from tests.working import until

if TYPE_CHECKING:
    from collections.abc import Callable

FEED = "/api/v1/haendelser/"
THREADED: dict[str, Any] = {"wsgi.multithread": True}  # as a server with threads says it


def ask(url: str, answers: list[tuple[float, Any]]) -> threading.Thread:
    """Ask in a thread; the answer comes with the moment that it came."""

    def run() -> None:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own
            answers.append((time.monotonic(), json.load(answer)))

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def connected(database: str) -> int:
    """The connections to a database, without our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [database]
        )
        return int(cursor.fetchone()[0])


def waited(act: Callable[[], Any]) -> float:
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.parametrize("server", [serving.THREADED, serving.DEVELOPMENT], ids=["gunicorn", "runserver"])
def test_readers_wait_on_one_connection_and_hear_at_once(own_database: str, server: str) -> None:
    top = builders.daginstitution()
    answers: list[tuple[float, Any]] = []
    with serving.served(own_database, server) as address:
        threads = [ask(f"{address}{FEED}?efter={ledger.head()}&vent=30", answers) for _each in range(5)]
        until(lambda: connected(own_database) == 1)
        time.sleep(0.5)
        assert connected(own_database) == 1
        with urllib.request.urlopen(f"{address}{FEED}", timeout=5) as meanwhile:  # noqa: S310
            assert len(json.load(meanwhile)["haendelser"]) == 1
        assert answers == []
        lifecycle.correct(top, on=date(2026, 2, 1), actor=builders.ACTOR, name="Klynge Syd")
        committed = time.monotonic()
        for thread in threads:
            thread.join(timeout=30)
    assert [[one["nummer"] for one in told["haendelser"]] for _at, told in answers] == [[2]] * 5
    assert [told["fra"] for _at, told in answers] == [1] * 5
    assert max(at for at, _told in answers) - committed < 2


@pytest.mark.usefixtures("own_database")
def test_what_is_not_public_moves_the_position_but_is_no_answer() -> None:
    builders.daginstitution()
    client, told = Client(), {}

    def read() -> None:
        told.update(client.get(FEED, {"efter": 1, "vent": 2}, **THREADED).json())

    def note() -> None:
        time.sleep(0.5)
        with transaction.atomic():
            ledger.record([Entry("agreement.request", "aftale:1")], actor=builders.ACTOR)
        connection.close()

    thread = threading.Thread(target=note)
    thread.start()
    seconds = waited(read)
    thread.join()
    assert 1.9 < seconds < 4, told
    assert (told["fra"], told["til"], told["hoved"], told["ajour"], told["haendelser"]) == (1, 2, 2, True, [])


@pytest.mark.django_db
def test_who_has_news_to_read_does_not_wait(client: Client) -> None:
    builders.daginstitution()
    assert waited(lambda: client.get(FEED, {"vent": 30}, **THREADED)) < 5
    assert waited(lambda: client.get(FEED, {"efter": 9, "vent": 30}, **THREADED)) < 5


@pytest.mark.django_db
def test_who_cannot_wait_is_told_when_to_ask_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.daginstitution()

    def ask_at_once(*, threaded: bool) -> None:
        response = client.get(FEED, {"efter": 1, "vent": 30}, **(THREADED if threaded else {}))
        assert (response.json()["haendelser"], response["Retry-After"]) == ([], "5")

    assert waited(lambda: ask_at_once(threaded=False)) < 5
    monkeypatch.setattr(waiting, "MOST", 0)
    assert waited(lambda: ask_at_once(threaded=True)) < 5
    assert "Retry-After" not in client.get(FEED)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", ["31", "-1", "x", "1.5"])
def test_only_so_long(client: Client, seconds: str) -> None:
    assert client.get(FEED, {"vent": seconds}).json()["errors"][0]["pointer"] == "#/vent"


@pytest.mark.usefixtures("own_database")
def test_the_watcher_goes_when_nobody_waits_and_survives_a_lost_database() -> None:
    builders.daginstitution()
    watch = waiting.Watch()

    def lose() -> None:
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        builders.daginstitution()
        connection.close()

    thread = threading.Thread(target=lose)
    connection.close()
    thread.start()
    assert watch.beyond(1, seconds=20)
    thread.join()
    until(lambda: not [one for one in threading.enumerate() if one.name == "feed"])
    assert not watch.beyond(2, seconds=0.1)
    until(lambda: not [one for one in threading.enumerate() if one.name == "feed"])
