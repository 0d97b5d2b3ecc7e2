"""The feed: the ledger in order of commit, in whole transactions, from a position on."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry import ledger
from registry.api import waiting
from registry.models import Event

if TYPE_CHECKING:
    from django.db.models import Q

# Events that are looked through at most for one page: what is not for the reader may lie close.
WINDOW = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """Events after a position. A reader that goes on from `til` misses none and sees none twice."""

    fra: int
    til: int
    hoved: int
    ajour: bool
    events: tuple[Event, ...]


def page(after: int, *, limit: int, only: Q) -> Page:
    """The events of `only` after a position: `limit` of them, and the rest of the last one's transaction.

    `til` moves past events that are not for the reader, so that he never stands still. Four queries at most.
    """
    # The head first: what is committed later has a higher seq, and waits for the next page.
    head = ledger.head()
    wanted = Event.objects.filter(only, seq__gt=after, seq__lte=head)
    last = min(head, after + WINDOW)
    found = list(wanted.filter(seq__lte=last)[: limit + 1])
    if len(found) > limit:
        found = found[:limit]
        last = found[-1].seq
    if found and last < head:
        end = _end_of_transaction(found[-1], head)
        found += wanted.filter(seq__gt=found[-1].seq, seq__lte=end)
        last = max(last, end)
    return Page(after, max(last, after), head, last >= head, tuple(found))


def awaited(after: int, *, limit: int, only: Q, seconds: float) -> Page:
    """As `page`; where there is nothing yet, wait so many seconds for the first event of `only`."""
    until = time.monotonic() + seconds
    found = page(after, limit=limit, only=only)
    while not found.events and after <= found.til == found.hoved:
        left = until - time.monotonic()
        if left <= 0 or not waiting.for_news(found.hoved, seconds=left):
            break
        found = replace(page(found.til, limit=limit, only=only), fra=after)
    return found


def _end_of_transaction(event: Event, head: int) -> int:
    """The seq of the last event of an event's transaction: they stand together."""
    later = Event.objects.filter(seq__gt=event.seq).exclude(transaction=event.transaction)
    following = later.order_by("seq").values_list("seq", flat=True).first()
    return head if following is None else following - 1
