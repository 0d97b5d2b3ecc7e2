"""How often one may call: so many calls in a window, counted for all processes and machines in the database.

A process takes small blocks of a caller's calls and spends them from its memory, so that few calls cost a query.
What all processes grant in a window is never more than its calls; what one of them has taken and not spent when the
window ends is lost: `BLOCK` - 1 calls of each process at most.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from registry import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK = 16  # calls that a process takes at once at most
HELD = 10_000  # callers that a process remembers
SWEPT = 1_000  # questions of a process between two looks for rows that are of no use
LONGEST = 80  # characters of a caller's name

# One statement: who comes at the same time waits for the row, and is given what is left after the other.
TAKE = """
INSERT INTO registry_throttle AS held (who, ends_at, spent)
VALUES (%(who)s, clock_timestamp() + %(window)s * interval '1 second', %(wanted)s)
ON CONFLICT (who) DO UPDATE SET
    spent = CASE WHEN held.ends_at > clock_timestamp() THEN least(held.spent, %(quota)s) ELSE 0 END + %(wanted)s,
    ends_at = CASE WHEN held.ends_at > clock_timestamp() THEN held.ends_at ELSE excluded.ends_at END
RETURNING spent, extract(epoch FROM ends_at)::float, extract(epoch FROM ends_at - clock_timestamp())::float
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """So many calls in a window of so many seconds, under the name that the headers use."""

    name: str
    calls: int
    seconds: int = 60


# A whole copy takes three calls and a page for each thousand events since the night; the list in pages of a thousand
# takes 500 for half a million institutions (docs/api.md).
ANYONE = Policy("enhver", 600)
SYSTEM = Policy("system", 3000)
POLICIES: Mapping[str, Policy] = {one.name: one for one in (ANYONE, SYSTEM)}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may be made, how many more there are, and the seconds until there are all of them again."""

    policy: Policy
    allowed: bool
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has it; `Retry-After` where the call may not be made."""
        name, told = self.policy.name, self.policy
        later = {} if self.allowed else {"Retry-After": str(self.seconds)}
        return {
            "RateLimit-Policy": f'"{name}";q={told.calls};w={told.seconds}',
            "RateLimit": f'"{name}";r={self.left};t={self.seconds}', **later,
        }  # fmt: skip


@dataclass(slots=True)
class Lease:
    """Calls of a caller that this process has taken, of one window: how many are left, how many nobody has taken."""

    window: float = 0.0
    until: float = 0.0
    left: int = 0
    beyond: int = 0
    block: int = 1


class Purse:
    """What one process has taken of every caller's calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: dict[str, Lease] = {}
        self._asked = 0

    def spend(self, who: str, policy: Policy, cost: int = 1) -> Decision:
        """Make a call that counts so much. A query where this process has nothing left of the caller's, or less."""
        who = f"{policy.name} {who}"[:LONGEST]
        now = time.monotonic()
        with self._lock:
            lease = self._lease(who, now)
            known = lease.until > now
            if known and lease.left >= cost:
                lease.left -= cost
                return _decision(policy, lease, now, allowed=True)
            if known and lease.left + lease.beyond < cost:
                return _decision(policy, lease, now, allowed=False)
            wanted = max(cost - lease.left, min(lease.block, lease.beyond // BLOCK)) if known else cost
        spent, window, seconds = _take(who, policy, wanted)
        self._asked += 1
        if self._asked % SWEPT == 0:
            forget()
        # From before the question was asked: a window is never thought longer than it is.
        taken = Lease(window, now + seconds, wanted - max(0, spent - policy.calls), max(0, policy.calls - spent), 2)
        with self._lock:
            held = self._lease(who, now)
            if held.window > window:  # a window that another thread has found ended
                return _decision(policy, taken, now, allowed=taken.left >= cost)
            if held.window == window:
                taken.left, taken.block = taken.left + held.left, min(2 * held.block, BLOCK)
            allowed = taken.left >= cost
            taken.left -= cost if allowed else 0
            self._leases[who] = taken
            return _decision(policy, taken, now, allowed=allowed)

    def empty(self) -> None:
        """Forget what was taken."""
        with self._lock:
            self._leases.clear()

    def _lease(self, who: str, now: float) -> Lease:
        if who not in self._leases and len(self._leases) >= HELD:
            self._leases = {name: one for name, one in self._leases.items() if one.until > now}
            if len(self._leases) >= HELD:
                self._leases.clear()
        return self._leases.setdefault(who, Lease())


def _take(who: str, policy: Policy, wanted: int) -> tuple[int, float, float]:
    """Count so many calls. Gives all that are counted in the window, when it ends, and in how many seconds."""
    asked = {"who": who, "wanted": wanted, "window": policy.seconds, "quota": policy.calls}
    [(spent, window, seconds)] = prepared.rows(TAKE, asked)
    return spent, window, seconds


def _decision(policy: Policy, lease: Lease, now: float, *, allowed: bool) -> Decision:
    return Decision(policy, allowed, lease.left + lease.beyond, max(1, math.ceil(lease.until - now)))


def forget() -> int:
    """Drop the callers whose window has ended. Gives how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_throttle WHERE ends_at < clock_timestamp()")
        return int(cursor.rowcount)


purse = Purse()
spend = purse.spend
