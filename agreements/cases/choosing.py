"""What is said of single agreements on a case: another way than by default, or the data owner's yes in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements import access, owners
from agreements.carrying import Way, fates, ways
from agreements.cases import acting, reading
from agreements.cases.acting import Act
from agreements.cases.reading import OPEN
from agreements.models import Choice
from agreements.states import Status
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreements.carrying import Fate
    from agreements.models import Case, DataAgreement
    from registry.ledger import Actor


@transaction.atomic
def choose(case: Case, agreement: DataAgreement, way: str, *, actor: Actor, reason: str = "") -> Case:
    """Choose what becomes of an agreement. Ending one that would not end by itself is a named decision with a reason.

    Raises Refused `sag_laast`, `ulovligt_valg`, `begrundelse_mangler`.
    """
    (held,) = acting.hold([case])
    fate = _fate(held, agreement)
    lawful = ways(fate.row, fate.there)
    if way not in lawful:
        raise Refused(
            "ulovligt_valg",
            _("Aftale %(number)s er %(status)s: det kan ikke ske med den.")
            % {"number": fate.row.number, "status": fate.row.get_status_display().lower()},
            field="way", value=way, suggestions=[str(one) for one in lawful],
        )  # fmt: skip
    if way == Way.END and way != lawful[0] and not reason.strip():
        raise Refused("begrundelse_mangler", _("Skriv, hvorfor aftale %(number)s skal ophøre.")
                      % {"number": fate.row.number}, field="reason")  # fmt: skip
    chosen = way if way != lawful[0] else ""
    by = actor.name if chosen else ""

    def edit(one: Case) -> None:
        _say(one, fate, way=chosen, reason=reason if chosen else "", by=by)

    (changed,) = acting.perform([held], Act(reading.CHOSEN, actor, OPEN, reason), edit=edit)
    return changed


@transaction.atomic
def approve_ahead(
    case: Case, agreements: Sequence[DataAgreement], *, actor: Actor, approved: bool = True, reason: str = ""
) -> Case:
    """Let the successors of approved agreements be in force at once, as their data owner says; or take that back.

    The data owner is the survivor's, whose institution the successors rest on; where STIL acts in the owner's place
    the ledger says so, and why. Raises Refused `sag_laast`, `ulovligt_valg`, `anden_dataejers_aftale`, `ikke_tilladt`,
    `begrundelse_mangler`.
    """
    (held,) = acting.hold([case])
    in_place = access.stands_in(held.survivor, actor)
    if in_place and approved and not reason.strip():
        raise Refused("begrundelse_mangler", _("Skriv, hvordan dataejeren har sagt ja."), field="reason")
    found = [_fate(held, one) for one in agreements]
    for fate in found:
        if approved and (fate.row.status != Status.GODKENDT or fate.way != Way.CARRY):
            raise Refused("ulovligt_valg", _("Aftale %(number)s føres ikke over på sagen.")
                          % {"number": fate.row.number}, field="agreements")  # fmt: skip

    def edit(one: Case) -> None:
        for fate in found:
            _say(one, fate, approved_by=actor.name if approved else "")

    owner = owners.names([held.survivor_id]).get(held.survivor_id, "")
    act = Act(reading.APPROVED, actor, OPEN, reason, on_behalf_of=owner)
    act.more[held.pk] = {"in_place_of_owner": in_place, "approved": approved}
    (changed,) = acting.perform([held], act, edit=edit)
    return changed


def _fate(case: Case, agreement: DataAgreement) -> Fate:
    for fate in fates(case.survivor, case.absorbed):
        if fate.row.pk == agreement.pk:
            return fate
    raise Refused("ulovligt_valg", _("Aftale %(number)s hviler ikke på %(absorbed)s.")
                  % {"number": agreement.number, "absorbed": case.absorbed.number})  # fmt: skip


def _say(case: Case, fate: Fate, **said: str) -> None:
    """Keep what is said; what was said of the agreement in another status no longer counts."""
    choice = Choice.objects.filter(case=case, agreement=fate.row).first()
    if choice is None or choice.status != fate.row.status:
        if choice:
            choice.delete()
        choice = Choice(case=case, agreement=fate.row, status=fate.row.status)
    for name, value in said.items():
        setattr(choice, name, value)
    if choice.way or choice.approved_by:
        choice.save()
    elif choice.pk:
        choice.delete()
