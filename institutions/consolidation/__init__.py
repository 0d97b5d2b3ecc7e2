"""Consolidation of an A-number into the register: one list of changes, read three ways.

`plan` reads only and gives the list: that list is the preview. `execute` applies it, `undo` applies it backwards; each
change is a compare-and-swap. The list is stored in the ledger.
"""

from institutions.consolidation.executing import (
    ABSORB,
    EXECUTE,
    RELEASE,
    UNDO,
    Seen,
    absorb,
    absorb_many,
    execute,
    standing,
    trial,
    undo,
    undone,
)
from institutions.consolidation.planning import SURVIVORS, Plan, plan, plan_many

__all__ = [
    "ABSORB",
    "EXECUTE",
    "RELEASE",
    "SURVIVORS",
    "UNDO",
    "Plan",
    "Seen",
    "absorb",
    "absorb_many",
    "execute",
    "plan",
    "plan_many",
    "standing",
    "trial",
    "undo",
    "undone",
]
