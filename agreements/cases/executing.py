"""Cases are executed as they were previewed, and undone: one, or many of which one that fails stops no other."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import Error, transaction
from django.utils.translation import gettext as _

from agreements.cases import acting, reading
from agreements.cases.reading import State
from agreements.models import Case
from institutions import consolidation
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from institutions.models import Consolidation
    from registry.ledger import Actor

# Cases executed in one transaction: enough to share what is read, few enough to stop between.
TOGETHER = 25
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One of many to execute: the case by its key, and what was previewed for which day."""

    case: int
    fingerprint: str
    on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: the consolidation, or a problem's code and a sentence.

    `already` says that it had been executed before, as when a job that was stopped goes on.
    """

    item: Item
    number: str
    done: Consolidation | None = None
    code: str = ""
    text: str = ""
    already: bool = False


@transaction.atomic
def execute(case: Case, *, fingerprint: str, actor: Actor, on: date | None = None, reason: str = "") -> Consolidation:
    """Do what the preview of a day showed. Raises Refused `er_konsolideret`, `sag_ikke_klar`, `sag_laast`,
    `ikke_det_forhaandsviste`, and as consolidation does.
    """
    (held,) = acting.hold([case])
    _check(held, reading.states([held])[held.pk])
    return consolidation.absorb(held.survivor, held.absorbed, on=on or periods.today(), fingerprint=fingerprint,
                                actor=actor, reason=reason)  # fmt: skip


def _check(held: Case, state: State) -> None:
    if state in (State.PROPOSED, State.NOTIFIED):
        raise Refused("sag_ikke_klar", _("Sagen om %(number)s er %(state)s, ikke klar.")
                      % {"number": held.absorbed.number, "state": state.label})  # fmt: skip
    # One that is executed is told so by the consolidation itself.
    acting.check(held, state, (State.READY, State.EXECUTED))


@transaction.atomic
def undo(case: Case, *, actor: Actor, reason: str) -> None:
    """Take an executed case back: every table but the ledger is as before.

    Raises Refused `sag_ikke_udfoert`; `har_flyttet_sig`, naming the row, where anything has moved since.
    """
    (held,) = acting.hold([case])
    done = consolidation.standing(held.absorbed)
    if done is None or held.absorbed.absorbed_into_id != held.survivor_id:
        raise Refused("sag_ikke_udfoert", _("Sagen om %(number)s er ikke udført.") % {"number": held.absorbed.number})
    consolidation.undo(done, actor=actor, reason=reason)


def execute_many(items: Iterable[Item], *, actor: Actor, reason: str = "") -> Iterator[Outcome]:
    """Execute lot by lot, each lot in a transaction of its own; whoever asks for no more stops it."""
    left = list(items)
    while left:
        lot, left = left[:TOGETHER], left[TOGETHER:]
        yield from execute_together(lot, actor=actor, reason=reason)


def execute_together(items: Sequence[Item], *, actor: Actor, reason: str = "") -> list[Outcome]:
    """Execute some in one transaction, in their order: what fails is explained, stops no other and leaves nothing.

    They are read together: a case costs a third of what it does alone.
    """
    try:
        with transaction.atomic():
            return _together(items, actor=actor, reason=reason)
    except (Error, Refused):
        # Something that is no single one's: a deadlock, a case that got another G-number just then.
        return [execute_one(item, actor=actor, reason=reason) for item in items]


def _together(items: Sequence[Item], *, actor: Actor, reason: str) -> list[Outcome]:
    there = Case.objects.filter(pk__in={item.case for item in items})
    held = {one.pk: one for one in acting.hold(list(there))}
    by = reading.states(held.values())
    outcomes: list[Outcome] = []
    for run in _runs(items, held):
        wanted = []
        for item in run:
            refused = _refusal(item, held, by)
            if refused is None:
                wanted.append(item)
            else:
                outcomes.append(refused)
        outcomes += _absorbed(wanted, held, by, actor=actor, reason=reason)
    place = {item: nth for nth, item in enumerate(items)}
    return sorted(outcomes, key=lambda one: place[one.item])


def _runs(items: Iterable[Item], held: Mapping[int, Case]) -> Iterator[list[Item]]:
    """Runs of one day in which no institution is twice: what the first does, the second must be planned after."""
    run: list[Item] = []
    taken: set[int] = set()
    for item in items:
        case = held.get(item.case)
        both = {case.absorbed_id, case.survivor_id} if case else set()
        if run and (both & taken or item.on != run[0].on):
            yield run
            run, taken = [], set()
        run.append(item)
        taken |= both
    yield run


def _refusal(item: Item, held: Mapping[int, Case], by: Mapping[int, State]) -> Outcome | None:
    case = held.get(item.case)
    if case is None:
        return _gone(item)
    try:
        _check(case, by[case.pk])
    except Refused as refused:
        return Outcome(item, case.absorbed.number, code=refused.code, text=str(refused.detail))
    return None


def _absorbed(
    items: Sequence[Item], held: Mapping[int, Case], by: Mapping[int, State], *, actor: Actor, reason: str
) -> list[Outcome]:
    if not items:
        return []
    seen = [consolidation.Seen(held[one.case].survivor, held[one.case].absorbed, one.fingerprint) for one in items]
    done = consolidation.absorb_many(seen, on=items[0].on, actor=actor, reason=reason)
    return [_outcome(item, held[item.case], one, by[item.case]) for item, one in zip(items, done, strict=True)]


def _outcome(item: Item, case: Case, done: Consolidation | Refused, state: State) -> Outcome:
    if isinstance(done, Refused):
        already = done.code == "er_konsolideret" and state == State.EXECUTED
        return Outcome(item, case.absorbed.number, code=done.code, text=str(done.detail), already=already)
    return Outcome(item, case.absorbed.number, done=done)


def _gone(item: Item) -> Outcome:
    return Outcome(item, "", code="ikke_fundet", text=_("Sagen findes ikke længere."))


def execute_one(item: Item, *, actor: Actor, reason: str = "") -> Outcome:
    """Execute one of many: what fails is explained and never raised. Executing it again does nothing."""
    case = Case.objects.select_related("absorbed", "survivor").filter(pk=item.case).first()
    if case is None:
        return _gone(item)
    number = case.absorbed.number
    try:
        done = execute(case, fingerprint=item.fingerprint, actor=actor, on=item.on, reason=reason)
    except Refused as refused:
        return _outcome(item, case, refused, reading.states([case])[case.pk])
    except Error:
        # A deadlock or a lost lock: nothing of it was done, and the others go on.
        log.exception("Case %s could not be executed.", case.subject)
        return Outcome(item, number, code="intern_fejl", text=_("Der skete en fejl hos os. Prøv sagen igen."))
    return Outcome(item, number, done=done)
