"""What a consolidation does to the agreements on the number that goes: nobody who may log in today loses it.

Nothing moves an approval from one number to another (Tilslutning: the vendor asks again, and the data owner approves
again). So an approved agreement stays in force, through the number that now leads to the survivor, until the data
owner has decided on its successor; the two are tied by `carried_by`. One list of changes, as for everything else that
a consolidation does, and so it can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.states import LIVE, Status
from institutions.keys import Change, together
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from institutions.keys import InstitutionKey
    from institutions.models import Institution


class Way(models.TextChoices):
    """What becomes of an agreement on the number that goes."""

    END = "ophører", gettext_lazy("ophører")
    CARRY = "føres over", gettext_lazy("føres over: gælder, til dataejeren har afgjort den nye")
    MOVE = "flytter", gettext_lazy("anmodningen flytter med")
    STAY = "bliver", gettext_lazy("bliver, som den er")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one agreement. `there` is the same system's live agreement on the same service at the survivor.

    `choice` is what its case says of it; `chosen` that the way is another than by default.
    """

    row: Any
    way: str
    there: Any = None
    choice: Any = None

    @property
    def approved(self) -> bool:
        """Whether the data owner has approved the successor in advance."""
        return bool(self.choice and self.choice.approved_by)

    @property
    def chosen(self) -> bool:
        """Whether a person chose another way than the default."""
        return self.way != ways(self.row, self.there)[0]

    @property
    def loses(self) -> bool:
        """Whether an agreement in force ends that nothing in force at the survivor covers."""
        covered = self.there and self.there.status == Status.GODKENDT
        return self.way == Way.END and self.row.status == Status.GODKENDT and not covered


@dataclass(frozen=True, slots=True)
class Deal:
    """The number that agreements go to, and the day from which the other is no more."""

    survivor: Institution
    on: date

    @property
    def names(self) -> dict[str, str]:
        """For the sentences."""
        return {"survivor": self.survivor.number}


def ways(row: Any, there: Any) -> tuple[str, ...]:  # noqa: ANN401
    """What may become of an agreement, the default first.

    Refused or deleted: it stays. Covered at the survivor: it ends. Approved: it is carried over. Asked for: the
    request moves over.
    """
    if row.status not in LIVE:
        return (Way.STAY,)
    if there and (there.status == Status.GODKENDT or row.status == Status.VENTER):
        return (Way.END,)
    return (Way.MOVE if row.status == Status.VENTER else Way.CARRY, Way.END)


def fates(survivor: Institution, absorbed: Institution) -> list[Fate]:
    """What becomes of each agreement on a number that goes, in their order: as chosen on its case, or by default."""
    return fates_of([(survivor, absorbed)])[absorbed.pk]


def fates_of(pairs: Sequence[tuple[Institution, Institution]]) -> dict[int, list[Fate]]:
    """The fates for many pairs of survivor and absorbed, by the absorbed one's key. Four queries."""
    survivors = {absorbed.pk: survivor.pk for survivor, absorbed in pairs}
    told: dict[int, list[Fate]] = {key: [] for key in survivors}
    rows = list(_rows(survivors))
    if not rows:
        return told
    live = _rows(survivors.values()).filter(status__in=LIVE, system__in={one.system_id for one in rows})
    there = {(one.institution_id, one.system_id, one.service_id): one for one in live}
    models.prefetch_related_objects([one for one in (*rows, *there.values()) if one.status in LIVE], "status_periods")
    choices = {(one.case.absorbed_id, one.case.survivor_id, one.agreement_id): one for one in _choices(survivors)}
    for row in rows:
        other = survivors[row.institution_id]
        choice = choices.get((row.institution_id, other, row.pk))
        told[row.institution_id].append(_fate(row, there.get((other, row.system_id, row.service_id)), choice))
    return told


def _rows(institutions: Iterable[int]) -> Any:  # noqa: ANN401
    model: Any = apps.get_model("agreements.dataagreement")
    rows = model.objects.filter(institution__in=set(institutions)).order_by("pk")
    return rows.select_related("system__vendor", "service", "institution")


def _choices(absorbed: Iterable[int]) -> Any:  # noqa: ANN401
    model: Any = apps.get_model("agreements.choice")
    return model.objects.filter(case__absorbed__in=set(absorbed), case__dropped=False).select_related("case")


def _fate(row: Any, there: Any, choice: Any) -> Fate:  # noqa: ANN401
    lawful = ways(row, there)
    # What was said of a request is not said of an agreement that has been approved since.
    choice = choice if choice and choice.status == row.status else None
    return Fate(row, choice.way if choice and choice.way in lawful else lawful[0], there, choice)


def CARRY(  # noqa: N802 - a value like CASCADE or PROTECT
    key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
) -> Sequence[Change]:
    """Each live agreement ends, moves over or is carried over; see `ways`."""
    return _Carrying([(survivor, absorbed)])(key, survivor=survivor, absorbed=absorbed, on=on)


class _Carrying:
    """`CARRY` for pairs that are known beforehand: their agreements are read once."""

    def __init__(self, pairs: Sequence[tuple[Institution, Institution]]) -> None:
        self.fates = fates_of(pairs)

    def __call__(
        self, key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
    ) -> Sequence[Change]:
        """Give the changes."""
        del key
        deal = Deal(survivor, on)
        return [change for fate in self.fates[absorbed.pk] for change in _changes(fate, deal)]


together(CARRY, _Carrying)


def _changes(fate: Fate, deal: Deal) -> list[Change]:
    if fate.way == Way.STAY:
        return []
    if fate.way == Way.MOVE:
        why = _("anmodningen følger med til %(survivor)s") % deal.names
        # The status too, though it stays: whoever has decided it since has moved it.
        return [_of(fate.row, why, status=fate.row.status, institution_id=deal.survivor.pk)]
    if fate.way == Way.END:
        covered = fate.there and fate.there.status == Status.GODKENDT
        since = max(deal.on, _since(fate.there) or deal.on) if covered else deal.on
        return [_end(fate.row, _why_it_ends(fate, deal), on=since)]
    return _carry(fate, deal)


def _why_it_ends(fate: Fate, deal: Deal) -> str:
    if fate.chosen and fate.choice:
        told = {"by": fate.choice.by, "reason": fate.choice.reason}
        return _("ophører efter beslutning af %(by)s: %(reason)s") % told
    names = deal.names | {"absorbed": fate.row.institution.number}
    return _("%(absorbed)s er konsolideret ind i %(survivor)s") % names


def _carry(fate: Fate, deal: Deal) -> list[Change]:
    """The successor, made where there is none; in force at once and the old one ended if its owner has said so."""
    row = fate.row
    since = max(deal.on, _since(row) or deal.on) if fate.approved else deal.on
    if fate.there:
        successor = fate.there.pk
        made, since = _approved(fate.there, on=since) if fate.approved else ([], since)
    else:
        successor, made = f"$ny{row.pk}", _made(row, deal, on=since, approved=fate.approved)
    if fate.approved:
        why = _("dataejeren har godkendt den på %(survivor)s") % deal.names
        return [*made, _end(row, why, on=since, carried_by_id=successor)]
    why = _("gælder, til dataejeren har afgjort den på %(survivor)s") % deal.names
    return [*made, _of(row, why, status=row.status, carried_by_id=successor)]


def _made(row: Any, deal: Deal, *, on: date, approved: bool) -> list[Change]:  # noqa: ANN401
    status = str(Status.GODKENDT if approved else Status.VENTER)
    label = _("Ny aftale for %(system)s om %(service)s med %(number)s") % {
        "system": row.system.name, "service": row.service.code, "number": deal.survivor.number,
    }  # fmt: skip
    why = _("fører aftale %(number)s over") % {"number": row.number}
    agreement = Change.make(
        type(row), handle=f"ny{row.pk}", label=label, why=why, system_id=row.system_id, service_id=row.service_id,
        institution_id=deal.survivor.pk, status=status, created_on=on, processor_agreement=row.processor_agreement,
    )  # fmt: skip
    return [agreement, _period(f"$ny{row.pk}", status, on=on, label=label, why=why)]


def _approved(there: Any, *, on: date) -> tuple[list[Change], date]:  # noqa: ANN401
    """The request that is there already becomes what its owner has approved; and since when."""
    why = _("dataejeren har godkendt den på forhånd")
    status = str(Status.GODKENDT)
    told = _of(there, why, status=status)
    running = _running(there)
    if running and running.period.lower and running.period.lower >= on:
        return [told, _part(running, told, status=status)], running.period.lower
    ended = [_part(running, told, period=periods.until(running.period, on))] if running else []
    return [told, *ended, _period(there.pk, status, on=on, label=told.label, why=why)], on


def _period(agreement: int | str, status: str, *, on: date, label: str, why: str) -> Change:
    model = apps.get_model("agreements.statusperiod")
    made = Change.make(model, handle=f"status{agreement}", label=label, why=why, agreement_id=agreement, status=status,
                       period=periods.since(on))  # fmt: skip
    return replace(made, told=False)


def _part(row: Any, of: Change, **after: Any) -> Change:  # noqa: ANN401
    return replace(Change.of(row, subject="", why=of.why, **after), label=of.label, told=False)


def _running(row: Any) -> Any:  # noqa: ANN401
    return next((one for one in row.status_periods.all() if one.period.upper is None), None)


def _since(row: Any) -> date | None:  # noqa: ANN401
    """Since when an agreement has had its status; None where that is not known."""
    running = _running(row)
    return running.period.lower if running else None


def _end(row: Any, why: str, *, on: date, **more: Any) -> Change:  # noqa: ANN401
    return _of(row, why, status=Status.SLETTET.value, ended_on=on, **more)


def _of(row: Any, why: str, **after: Any) -> Change:  # noqa: ANN401
    return Change.of(row, subject=f"aftale:{row.number}", why=why, **after)
