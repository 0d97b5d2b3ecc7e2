"""A copy of the register, begun from a snapshot anywhere or from nothing and led on by the feed, is the register."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from institutions import consolidation
from institutions.exporting import states
from institutions.models import Institution, Level
from registry import ledger
from registry.problems import Refused
from tests import builders, calling
from tests.properties.test_register import do, doings, few, grow, rolled_back, tables_say

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
type Copy = dict[str, dict[str, Any] | None]


def snapshot() -> tuple[int, Copy]:
    """The position and the states, as the file of a snapshot has them."""
    file, position = BytesIO(), ledger.head()
    list(states.write(file, position))
    return position, {one["institutionsNummer"]: one for one in map(json.loads, file.getvalue().splitlines())}


def led_on(position: int, copy: Copy, size: int) -> Copy:
    """The copy after every event that the feed tells from the position on, read in pages of a size."""
    client, copy = Client(), dict(copy)
    while True:
        calling.afresh()
        page = client.get("/api/v1/haendelser/", {"efter": position, "antal": size}).json()
        copy |= {one["institutionsNummer"]: one["efter"] for one in page["haendelser"]}
        position = page["til"]
        if page["ajour"]:
            return copy


def each_its_own_transaction(patch: pytest.MonkeyPatch) -> None:
    """An example is one transaction: let each act count as its own, as it would be."""
    numbers, real = count(1), ledger._take_the_end  # noqa: SLF001

    def take() -> Any:  # noqa: ANN401
        return *real()[:3], next(numbers)

    patch.setattr(ledger, "_take_the_end", take)


def acted(acts: list[Any], place: int) -> Iterator[None]:
    """Do the acts; half way an institution outside the register is consolidated, and at last that is undone."""
    old = builders.legacy()
    builders.agreement(old)
    yield from (None for _done in do(acts[::2]))
    possible = Institution.objects.exclude(level__in=[Level.DAGINSTITUTION, Level.UDENFOR])
    done = None
    try:
        planned = consolidation.plan(possible[place % len(possible)], old)
        done = consolidation.execute(planned, fingerprint=planned.fingerprint, actor=builders.ACTOR)
    except Refused:
        pass
    yield
    yield from (None for _done in do(acts[1::2]))
    if done:
        try:
            consolidation.undo(done, actor=builders.ACTOR, reason="")
        except Refused:
            return
    yield


@given(acts=doings, place=st.integers(0, 30), size=st.integers(1, 9))
@few
def test_from_any_snapshot_and_from_zero_the_feed_gives_exactly_the_register(
    acts: list[Any], place: int, size: int
) -> None:
    def run() -> None:
        grow()
        taken: list[tuple[int, Copy]] = [(0, {}), snapshot()]
        taken += [snapshot() for _done in acted(acts, place)]
        register = {number: states.state(one) for number, one in tables_say().items()}
        for position, copy in taken:
            assert led_on(position, copy, size) == register

    with pytest.MonkeyPatch.context() as patch:
        each_its_own_transaction(patch)
        rolled_back(run)
