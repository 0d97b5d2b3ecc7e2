"""Cases of consolidation: opened, prepared, previewed, executed, undone; the rules that every edge calls.

Locks are taken in one order: institutions by number, cases, agreements, the ledger.
"""

from agreements.cases.choosing import approve_ahead, choose
from agreements.cases.executing import Item, Outcome, execute, execute_many, execute_one, execute_together, undo
from agreements.cases.finding import counts, late, listed, of_municipality, of_vendor, said_to_be_one
from agreements.cases.opening import Opened, change_survivor, drop, open_case, open_many, reopen
from agreements.cases.preparing import extend, make_ready, notify
from agreements.cases.previewing import Preview, Totals, Warned, preview, preview_many, totals
from agreements.cases.reading import ACTIONS, OPEN, State, states, with_state
from agreements.cases.window import end_window, undecided
from agreements.cases.working import begin, under_way

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
    "begin",
    "change_survivor",
    "choose",
    "counts",
    "drop",
    "end_window",
    "execute",
    "execute_many",
    "execute_one",
    "execute_together",
    "extend",
    "late",
    "listed",
    "make_ready",
    "notify",
    "of_municipality",
    "of_vendor",
    "open_case",
    "open_many",
    "preview",
    "preview_many",
    "reopen",
    "said_to_be_one",
    "states",
    "totals",
    "undecided",
    "under_way",
    "undo",
    "with_state",
]
