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
    from collections.abc import Iterable, Iterator
    from datetime import date

    from institutions.models import Consolidation
    from registry.ledger import Actor

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
    state = reading.states([held])[held.pk]
    if state in (State.PROPOSED, State.NOTIFIED):
        raise Refused("sag_ikke_klar", _("Sagen om %(number)s er %(state)s, ikke klar.")
                      % {"number": held.absorbed.number, "state": state.label})  # fmt: skip
    # One that is executed is told so by the consolidation itself.
    acting.check(held, state, (State.READY, State.EXECUTED))
    return consolidation.absorb(held.survivor, held.absorbed, on=on or periods.today(), fingerprint=fingerprint,
                                actor=actor, reason=reason)  # fmt: skip


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
    """Execute one after the other, each in a transaction of its own; whoever asks for no more stops it."""
    for item in items:
        yield execute_one(item, actor=actor, reason=reason)


def execute_one(item: Item, *, actor: Actor, reason: str = "") -> Outcome:
    """Execute one of many: what fails is explained and never raised. Executing it again does nothing."""
    case = Case.objects.select_related("absorbed", "survivor").filter(pk=item.case).first()
    if case is None:
        return Outcome(item, "", code="ikke_fundet", text=_("Sagen findes ikke længere."))
    number = case.absorbed.number
    try:
        done = execute(case, fingerprint=item.fingerprint, actor=actor, on=item.on, reason=reason)
    except Refused as refused:
        already = refused.code == "er_konsolideret" and reading.states([case])[case.pk] == State.EXECUTED
        return Outcome(item, number, code=refused.code, text=str(refused.detail), already=already)
    except Error:
        # A deadlock or a lost lock: nothing of it was done, and the others go on.
        log.exception("Case %s could not be executed.", case.subject)
        return Outcome(item, number, code="intern_fejl", text=_("Der skete en fejl hos os. Prøv sagen igen."))
    return Outcome(item, number, done=done)
