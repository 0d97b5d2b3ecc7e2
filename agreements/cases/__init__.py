"""Cases of consolidation: opened, prepared, previewed, executed, undone; the rules that every edge calls.

Locks are taken in one order: institutions by number, cases, agreements, the ledger.
"""

from agreements.cases.choosing import approve_ahead, choose
from agreements.cases.executing import Item, Outcome, execute, execute_many, execute_one, undo
from agreements.cases.opening import Opened, change_survivor, drop, open_case, open_many, reopen
from agreements.cases.preparing import extend, make_ready, notify
from agreements.cases.previewing import Preview, Totals, Warned, preview, preview_many, totals
from agreements.cases.reading import ACTIONS, OPEN, State, states, with_state
from agreements.cases.window import end_window, undecided

__all__ = [
    "ACTIONS",
    "OPEN",
    "Item",
    "Opened",
    "Outcome",
    "Preview",
    "State",
    "Totals",
    "Warned",
    "approve_ahead",
    "change_survivor",
    "choose",
    "drop",
    "end_window",
    "execute",
    "execute_many",
    "execute_one",
    "extend",
    "make_ready",
    "notify",
    "open_case",
    "open_many",
    "preview",
    "preview_many",
    "reopen",
    "states",
    "totals",
    "undecided",
    "undo",
    "with_state",
]
