"""A connection that dies in the middle of an act leaves nothing half done."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from institutions import consolidation, lifecycle
from registry import ledger
from registry.ledger import Break
from tests import at_once, builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

SPRING = date(2026, 4, 1)


def killed(act: Callable[[], object]) -> None:
    """Do it, and lose the connection just before the commit."""
    with transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.usefixtures("own_database")
def test_nothing_is_half_done_and_the_ledger_goes_on() -> None:
    unit, legacy = builders.unit(), builders.legacy()
    builders.agreement(legacy)
    planned = consolidation.plan(unit, legacy, on=SPRING)
    acts: list[Callable[[], object]] = [
        partial(lifecycle.correct, unit, on=SPRING, actor=ACTOR, name="Solsikken"),
        partial(lifecycle.close, unit, on=SPRING, actor=ACTOR, reason=""),
        partial(consolidation.execute, planned, fingerprint=planned.fingerprint, actor=ACTOR),
        partial(builders.unit),
    ]
    before = builders.dump(), ledger.head()
    outcomes = at_once.run(*(partial(killed, act) for act in acts))
    assert [isinstance(one, DatabaseError) for one in outcomes] == [True] * len(acts)
    assert (builders.dump(), ledger.head()) == before
    acts[0]()
    assert ledger.head() == before[1] + 1
    assert [one for one in ledger.verify() if isinstance(one, Break)] == []
