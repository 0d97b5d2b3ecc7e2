"""What has happened to the register since it opened, day by day, and what is dated ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from institutions.demo.acts import Acts
from institutions.demo.draws import chance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from registry.ledger import Actor

OPENED = date(2019, 8, 1)
BARNETS_LOV = date(2024, 1, 1)
FIRST, LAST = date(2019, 10, 1), date(2025, 12, 1)
HAPPENED: Mapping[str, int] = {
    "rename": 38, "contact": 14, "relocate": 9, "retype": 6, "contract_out": 2, "move": 7, "close": 7, "merge_into": 7,
    "merge": 4, "split": 2, "take_over": 3, "take_over_and_forget": 2, "open": 14, "open_alternative": 6, "reopen": 1,
    "open_in_error": 1,
}  # fmt: skip
AHEAD: Mapping[str, int] = {
    "rename": 6, "relocate": 2, "retype": 1, "move": 2, "close": 2, "merge_into": 1, "merge": 1, "open": 2,
    "open_alternative": 1,
}  # fmt: skip


@transaction.atomic
def happen(random: Random, *, today: date, actor: Actor) -> int:
    """Let everything happen, in the order of days. Gives how many acts there were."""
    acts = Acts(random, since=OPENED, actor=actor)
    plan = sorted([*_past(random), *_ahead(random, today)])
    for day, act in plan:
        getattr(acts, act)(day)
    return len(plan)


def _past(random: Random) -> Iterator[tuple[date, str]]:
    yield BARNETS_LOV, "obey_barnets_lov"
    for act, times in HAPPENED.items():
        for _each in range(times):
            day = FIRST + timedelta(days=random.randrange((LAST - FIRST).days))
            # Most things change on the first of a month.
            yield (day.replace(day=1) if chance(random, 0.7) else day), act


def _ahead(random: Random, today: date) -> Iterator[tuple[date, str]]:
    for act, times in AHEAD.items():
        for _each in range(times):
            month = today.month + random.randint(1, 5)
            yield date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, 1), act
