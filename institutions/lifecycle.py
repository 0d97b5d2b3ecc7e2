"""Open, correct, move, close, reopen: the rules that every edge calls.

Each may be dated ahead. Each locks what it touches, in number order, and writes the ledger last.
A refusal has changed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from institutions import desk, hierarchy, numbers
from institutions.desk import Desk, refuse_outside
from institutions.models import Cause, Institution, Level, Succession
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from registry.ledger import Actor


@transaction.atomic
def open(  # noqa: A001 - the verb of the field: lifecycle.open
    *,
    level: str,
    on: date,
    actor: Actor,
    reason: str = "",
    parent: Institution | None = None,
    **facts: Any,  # noqa: ANN401
) -> Institution:
    """Issue a number and let the institution begin on a day.

    `facts` are the columns of Version. A unit takes ownership, legal ground and administrative
    municipality from its parent where they are not given. Raises Refused.
    """
    refuse_outside(level)
    table = Desk([parent] if parent else [], on=on)
    given = desk.complete({**facts, "parent": parent}, level=level, above=table.line(parent) if parent else None, on=on)
    line = table.add([(numbers.issue(level)[0], level)])[0]
    table.open(line, given)
    table.put_back(actor=actor, reason=reason)
    return line.institution


@transaction.atomic
def correct(institution: Institution, *, on: date, actor: Actor, reason: str = "", **facts: Any) -> bool:  # noqa: ANN401
    """Let facts hold from a day on. False, and no event, where they did already.

    What was unlawful before and is not touched may stay; what is touched must be lawful. A new
    administrative municipality is given to a daginstitution, and what stands under it follows.
    Raises Refused; a new parent is `move`.
    """
    refuse_outside(institution.level)
    refuse_move(facts)
    takes_along = "administrative_municipality" in facts and institution.level == Level.DAGINSTITUTION
    below = hierarchy.below(institution, on=on) if takes_along else []
    table = Desk([institution, *below], on=on)
    refuse_absorbed(table.line(institution).institution)
    if takes_along:
        refuse_newcomers(institution, table)
    if not table.correct(institution, facts):
        return False
    for one in below:
        table.follow(one, [institution, *below])
    table.put_back(actor=actor, reason=reason)
    return True


@transaction.atomic
def move(institution: Institution, *, to: Institution, on: date, actor: Actor, reason: str = "") -> bool:
    """Let a unit stand under another daginstitution, or an alternative address under another unit.

    Inside the same administrative municipality only; a unit's alternative addresses follow it, since
    they stand under the unit. False where it stands there already. Raises Refused.
    """
    refuse_outside(institution.level)
    table = Desk([institution, to], on=on)
    if not table.move(institution, to):
        return False
    table.put_back(actor=actor, reason=reason)
    return True


@transaction.atomic
def close(
    institution: Institution,
    *,
    on: date,
    actor: Actor,
    reason: str,
    cause: str = Cause.CLOSED,
    successors: Sequence[Institution] = (),
) -> None:
    """The last day is the day before `on`. Children must be closed first; agreements are not touched.

    `successors` are the institutions that take over. Raises Refused.
    """
    refuse_cause(cause)
    table = Desk([institution], on=on)
    refuse_absorbed(table.line(institution).institution)
    refuse_successors(institution, successors)
    table.close(institution, cause)
    Succession.objects.filter(institution=institution).delete()
    Succession.objects.bulk_create(
        [Succession(institution=institution, successor=one, kind=cause, on=on) for one in successors],
        ignore_conflicts=True,
    )
    table.renew_successors(institution)
    table.put_back(actor=actor, reason=reason)


@transaction.atomic
def reopen(institution: Institution, *, on: date, actor: Actor, reason: str) -> None:
    """Go on from a day as the institution was when it closed. Its parent must be open. Raises Refused."""
    table = Desk([institution], on=on)
    refuse_absorbed(table.line(institution).institution)
    table.reopen(institution)
    follow_itself([institution], table)
    table.put_back(actor=actor, reason=reason)


def follow_itself(reopened: Sequence[Institution], table: Desk) -> None:
    """Let what opens again have no successors any more. Until it does, they are still where its children went."""
    if table.on <= periods.today():
        Succession.objects.filter(institution__in=reopened).delete()
    for institution in reopened:
        table.renew_successors(institution)


@transaction.atomic
def withdraw(institution: Institution, *, on: date, actor: Actor, reason: str) -> None:
    """Take back a change or a closing that was dated ahead to a day and has not taken effect yet.

    The ledger keeps both. What stands under a daginstitution follows it back to its municipality.
    Raises Refused.
    """
    if on <= periods.today():
        raise Refused("for_tidlig_dag", _("Det gælder allerede: ret det i stedet."), field="on", value=on.isoformat())
    below = hierarchy.below(institution, on=on) if institution.level == Level.DAGINSTITUTION else []
    table = Desk([institution, *below], on=on)
    refuse_absorbed(table.line(institution).institution)
    if below:
        refuse_newcomers(institution, table)
    table.withdraw(institution)
    for one in below:
        table.follow(one, [institution, *below])
    Succession.objects.filter(institution=institution, on=on).delete()
    table.renew_successors(institution)
    table.put_back(actor=actor, reason=reason)


def refuse_move(facts: Mapping[str, Any]) -> None:
    """Raise Refused `forkert_overordnet` where a correction names a parent: that is a move."""
    if "parent" in facts:
        raise Refused("forkert_overordnet", _("En ny overordnet er en flytning, ikke en rettelse."), field="parent")


def refuse_absorbed(institution: Institution) -> None:
    """Raise Refused `er_konsolideret` for an institution that lives on in another."""
    if institution.absorbed_into:
        raise Refused(
            "er_konsolideret",
            _("%(number)s er konsolideret ind i %(survivor)s.")
            % {"number": institution.number, "survivor": institution.absorbed_into.number},
        )


def refuse_newcomers(institution: Institution, table: Desk) -> None:
    """Raise Refused `har_flyttet_sig` where something came under it before it was locked."""
    if {one.pk for one in hierarchy.below(institution, on=table.on)} - table.lines.keys():
        raise Refused("har_flyttet_sig", _("Under %(number)s er der netop kommet en enhed til. Prøv igen.")
                      % {"number": institution.number})  # fmt: skip


def refuse_cause(cause: str) -> None:
    """Raise Refused `ukendt_kode` for a cause that is none, or that of a consolidation."""
    lawful = [one.value for one in Cause if one is not Cause.CONSOLIDATED]
    if cause not in lawful:
        raise Refused("ukendt_kode", _("»%(cause)s« er ikke en årsag til at nedlægge.") % {"cause": cause[:40]},
                      field="cause", value=cause, suggestions=lawful)  # fmt: skip


def refuse_successors(institution: Institution, successors: Sequence[Institution]) -> None:
    """Raise Refused `ugyldig_vaerdi` where an institution is named as its own successor."""
    if institution in successors:
        raise Refused(
            "ugyldig_vaerdi",
            _("%(number)s kan ikke være sin egen efterfølger.") % {"number": institution.number},
            field="successors",
            value=institution.number,
        )
