"""Request, approve, refuse, set back, delete data agreements, one or many: the rules that every edge calls.

Locks are taken in one order: institutions by number, agreements by primary key, the ledger.
"""

from agreements.lifecycle.checks import check_number, check_transition
from agreements.lifecycle.deciding import (
    ACTIONS,
    END,
    Outcome,
    Wish,
    approve,
    decide,
    delete,
    refuse,
    set_back,
)
from agreements.lifecycle.numbering import continue_after, take_number
from agreements.lifecycle.requesting import Answer, request, request_many
from agreements.lifecycle.rows import hold, insert_statuses, lock, state, write_statuses

__all__ = [
    "ACTIONS",
    "END",
    "Answer",
    "Outcome",
    "Wish",
    "approve",
    "check_number",
    "check_transition",
    "continue_after",
    "decide",
    "delete",
    "hold",
    "insert_statuses",
    "lock",
    "refuse",
    "request",
    "request_many",
    "set_back",
    "state",
    "take_number",
    "write_statuses",
]
