"""The ledger while many write: order of commit, nothing missed, nothing written outside a transaction."""

from __future__ import annotations

import time
from functools import partial
from itertools import pairwise

import pytest
from django.db import transaction

from registry import ledger
from registry.ledger import Actor, Break, Entry
from registry.models import Event
from tests import at_once

WRITERS, ROUNDS = 8, 25


def write(writer: int) -> None:
    for turn in range(ROUNDS):
        with transaction.atomic():
            for part in range(1 + turn % 3):
                ledger.record([Entry("test", f"{writer}", {"turn": turn, "part": part})], actor=Actor("kirsten", "api"))
            if turn % 5 == 4:
                transaction.set_rollback(True)


def poll(seen: list[list[Event]]) -> None:
    """Read as a vendor does, until nothing has come for a while."""
    cursor, quiet = 0, 0
    while quiet < 40:
        page = ledger.since(cursor, limit=3)
        quiet = 0 if page else quiet + 1
        if page:
            seen.append(page)
            cursor = page[-1].seq
        time.sleep(0 if page else 0.02)


@pytest.mark.usefixtures("own_database")
def test_eight_write_while_one_reads_and_every_line_is_seen_once_in_order() -> None:
    pages: list[list[Event]] = []
    outcomes = at_once.run(partial(poll, pages), *(partial(write, writer) for writer in range(WRITERS)))
    assert outcomes == [None] * (WRITERS + 1)
    seen = [event for page in pages for event in page]
    kept = sum(1 + turn % 3 for turn in range(ROUNDS) if turn % 5 != 4)
    assert [event.seq for event in seen] == list(range(1, WRITERS * kept + 1))
    assert [one for one in ledger.verify() if isinstance(one, Break)] == []
    assert all(one.at <= other.at for one, other in pairwise(seen))
    for page, following in pairwise(pages):
        assert page[-1].transaction != following[0].transaction
    for writer in range(WRITERS):
        own = [(event.data["turn"], event.data["part"]) for event in seen if event.subject == str(writer)]
        assert own == sorted(own)


@pytest.mark.usefixtures("own_database")
def test_the_ledger_is_not_written_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        ledger.record([Entry("test", "G10432")], actor=Actor("kirsten", "api"))
    assert not Event.objects.exists()
