"""The fixture `own_database`: real commits in a database that is gone afterwards."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, transaction

from registry import ledger
from registry.ledger import Actor, Entry
from registry.models import Event


def in_a_thread(work: Callable[[], None]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def write() -> None:
    with transaction.atomic():
        ledger.record([Entry("test", "G10432")], actor=Actor("kirsten", "admin"))


@pytest.mark.parametrize("_turn", [1, 2])
def test_what_one_thread_commits_another_sees_and_the_next_test_does_not(own_database: str, _turn: int) -> None:
    assert connection.settings_dict["NAME"] == own_database
    in_a_thread(write)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_the_test_database_is_as_before() -> None:
    assert connection.settings_dict["NAME"].startswith("test_")
    assert not connection.settings_dict["NAME"].endswith("_own")
    assert not Event.objects.exists()
