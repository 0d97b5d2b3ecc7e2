"""One or many cases taken out under lock, edited, put back with their lines in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agreements.cases import reading
from agreements.lifecycle import rows
from agreements.models import Case
from registry import copying
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from agreements.cases.reading import State
    from registry.ledger import Actor

EDITED = ("survivor", "notified_on", "ready", "dropped", "deadline")


@dataclass(slots=True)
class Act:
    """What is done to cases: the ledger's action, by whom and why, and the states that allow it."""

    action: str
    actor: Actor
    allowed: Collection[State]
    reason: str = ""
    on_behalf_of: str = ""
    # What the ledger tells besides, by the case's primary key.
    more: dict[int, dict[str, Any]] = field(default_factory=dict)
    # Lines on other rows that changed with them, each in somebody's name.
    lines: list[tuple[Entry, str]] = field(default_factory=list)


def hold(cases: Sequence[Case], *, also: Collection[int] = ()) -> list[Case]:
    """Lock cases until commit, after both institutions of each and `also` these; gives them as they are, in order.

    Raises Refused `har_flyttet_sig` where a case got another G-number just before, or is gone.
    """
    keys = [one.pk for one in cases]
    seen = _ends(keys)
    rows.hold_keys({*also, *(key for pair in seen.values() for key in pair)})
    found = Case.objects.filter(pk__in=keys).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk"))
    held = {one.pk: one for one in found.select_related("absorbed__absorbed_into", "survivor")}
    if {key: (one.absorbed_id, one.survivor_id) for key, one in held.items()} != seen or len(seen) != len(set(keys)):
        raise Refused("har_flyttet_sig", _("En af sagerne er netop ændret af en anden. Se den igen."))
    return [held[key] for key in dict.fromkeys(keys)]


def perform(cases: Sequence[Case], act: Act, *, edit: Callable[[Case], None]) -> list[Case]:
    """Edit cases that are held and write a line for each. Raises Refused `sag_laast` where one stands otherwise."""
    by = reading.states(cases)
    for one in cases:
        check(one, by[one.pk], act.allowed)
    before = reading.told(cases, by)
    for one in cases:
        edit(one)
    copying.update(Case, cases, EDITED)
    after = reading.told(cases, {one.pk: reading.prepared(one, by[one.pk]) for one in cases})
    entries = [
        Entry(act.action, one.subject, {"before": before[one.pk], "after": after[one.pk], **act.more.get(one.pk, {})},
              act.reason)
        for one in cases
    ]  # fmt: skip
    rows.record([*((entry, act.on_behalf_of) for entry in entries), *act.lines], actor=act.actor)
    return list(cases)


def check(case: Case, state: State, allowed: Collection[State]) -> None:
    """Raise Refused `sag_laast` where a case does not stand so that it may be done."""
    if state not in allowed:
        raise Refused(
            "sag_laast",
            _("Sagen om %(number)s er %(state)s.") % {"number": case.absorbed.number, "state": state.label},
            value=case.subject,
        )


def _ends(keys: Collection[int]) -> dict[int, tuple[int, int]]:
    found = Case.objects.filter(pk__in=keys).order_by()
    return {key: (one, other) for key, one, other in found.values_list("pk", "absorbed_id", "survivor_id")}
