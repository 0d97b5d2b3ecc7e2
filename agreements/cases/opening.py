"""Cases begin, get another G-number, are given up and taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.cases import acting, reading
from agreements.cases.acting import Act
from agreements.cases.reading import OPEN, State
from agreements.lifecycle import rows
from agreements.models import Case, Choice
from institutions.consolidation import SURVIVORS
from institutions.models import Institution, Level
from registry import copying
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.ledger import Actor


@dataclass(slots=True)
class Opened:
    """What became of a pair: its case, or why there is none."""

    absorbed: Institution
    survivor: Institution
    case: Case | None = None
    refused: Refused | None = None


def open_case(absorbed: Institution, survivor: Institution, *, actor: Actor, reason: str = "") -> Case:
    """Open a case for an A-number. Raises Refused: see `open_many`."""
    (opened,) = open_many([(absorbed, survivor)], actor=actor, reason=reason)
    if opened.case is None:
        raise opened.refused or ValueError(opened)
    return opened.case


@transaction.atomic
def open_many(pairs: Sequence[tuple[Institution, Institution]], *, actor: Actor, reason: str = "") -> list[Opened]:
    """Open a case for each pair of A-number and unit that may have one; the others are told why.

    `kan_ikke_konsolideres`, `er_konsolideret`, `sag_findes`.
    """
    keys = {one.pk for pair in pairs for one in pair}
    rows.hold_keys(keys)
    fresh = Institution.objects.select_related("absorbed_into").in_bulk(keys)
    taken = set(Case.objects.filter(absorbed__in=keys, dropped=False).values_list("absorbed_id", flat=True))
    answers = [Opened(fresh[one.pk], fresh[other.pk]) for one, other in pairs]
    for answer in answers:
        try:
            _check(answer, taken)
        except Refused as refused:
            answer.refused = refused
        else:
            answer.case = Case(absorbed=answer.absorbed, survivor=answer.survivor)
            taken.add(answer.absorbed.pk)
    _write([one.case for one in answers if one.case], actor=actor, reason=reason)
    return answers


def _check(answer: Opened, taken: set[int]) -> None:
    absorbed = answer.absorbed
    if absorbed.absorbed_into:
        raise Refused("er_konsolideret", _("%(number)s er allerede konsolideret ind i %(survivor)s.")
                      % {"number": absorbed.number, "survivor": absorbed.absorbed_into.number})  # fmt: skip
    if absorbed.level != Level.UDENFOR:
        raise Refused("kan_ikke_konsolideres", _("%(number)s er ikke et A-nummer.") % {"number": absorbed.number})
    _check_survivor(answer.survivor)
    if absorbed.pk in taken:
        raise exists(absorbed)


def _check_survivor(survivor: Institution) -> None:
    if survivor.level not in SURVIVORS:
        raise Refused(
            "kan_ikke_konsolideres",
            _("%(number)s er en %(level)s; aftaler hviler på en anvisningsenhed eller en alternativ adresse.")
            % {"number": survivor.number, "level": survivor.level},
        )


def exists(absorbed: Institution) -> Refused:
    """The refusal of a second case."""
    return Refused("sag_findes", _("Der er allerede en sag om %(number)s.") % {"number": absorbed.number},
                   value=absorbed.number)  # fmt: skip


def _write(cases: Sequence[Case], *, actor: Actor, reason: str) -> None:
    if not cases:
        return
    for key, case in zip(copying.take_keys(Case, len(cases)), cases, strict=True):
        case.pk = key
    copying.insert(Case, cases)
    after = reading.told(cases, {one.pk: State.PROPOSED for one in cases})
    entries = [Entry(reading.OPENED, one.subject, {"before": None, "after": after[one.pk]}, reason) for one in cases]
    rows.record([(entry, "") for entry in entries], actor=actor)


@transaction.atomic
def change_survivor(case: Case, survivor: Institution, *, actor: Actor, reason: str = "") -> Case:
    """Let the A-number become another unit: what was said of its agreements, and that it was ready, holds no more.

    Raises Refused `sag_laast`, `kan_ikke_konsolideres`.
    """
    (held,) = acting.hold([case], also=[survivor.pk])
    _check_survivor(survivor)

    def edit(one: Case) -> None:
        one.survivor, one.ready = survivor, False
        Choice.objects.filter(case=one).delete()

    (changed,) = acting.perform([held], Act(reading.SURVIVOR, actor, OPEN, reason), edit=edit)
    return changed


@transaction.atomic
def drop(cases: Sequence[Case], *, actor: Actor, reason: str) -> list[Case]:
    """Give cases up. Raises Refused `sag_laast`."""

    def edit(one: Case) -> None:
        one.dropped = True

    act = Act(reading.DROPPED, actor, (*OPEN, State.UNDONE), reason)
    return acting.perform(acting.hold(cases), act, edit=edit)


@transaction.atomic
def reopen(cases: Sequence[Case], *, actor: Actor, reason: str = "") -> list[Case]:
    """Take up again what was given up or undone; it must be made ready anew. Raises Refused `sag_laast`, `sag_findes`.

    What was said of its agreements still holds.
    """
    held = acting.hold(cases)
    others = Case.objects.filter(absorbed__in=[one.absorbed_id for one in held], dropped=False)
    taken = set(others.exclude(pk__in=[one.pk for one in held]).values_list("absorbed_id", flat=True))
    for one in held:
        if one.absorbed_id in taken:
            raise exists(one.absorbed)

    def edit(one: Case) -> None:
        one.dropped = one.ready = False

    return acting.perform(held, Act(reading.REOPENED, actor, (State.DROPPED, State.UNDONE), reason), edit=edit)
