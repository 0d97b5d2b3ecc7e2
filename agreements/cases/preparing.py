"""Cases are made known, made ready with a deadline, and given more time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.cases import acting, reading
from agreements.cases.acting import Act
from agreements.cases.reading import OPEN, State
from agreements.models import DataAgreement
from agreements.states import LIVE
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from agreements.models import Case
    from registry.ledger import Actor


@transaction.atomic
def notify(
    cases: Sequence[Case], *, actor: Actor, on: date | None = None, whom: Sequence[str] = (), reason: str = ""
) -> list[Case]:
    """Say that those concerned were told, on a day: `whom`, or the vendors with live agreements on the A-number.

    Raises Refused `sag_laast`.
    """
    held = acting.hold(cases)
    day = on or periods.today()
    vendors = _vendors(held)
    more = {one.pk: {"told": list(whom) or vendors[one.absorbed_id]} for one in held}

    def edit(one: Case) -> None:
        one.notified_on = day

    return acting.perform(held, Act(reading.NOTIFIED, actor, OPEN, reason, more=more), edit=edit)


def _vendors(cases: Sequence[Case]) -> dict[int, list[str]]:
    live = DataAgreement.objects.filter(institution__in=[one.absorbed_id for one in cases], status__in=LIVE)
    found: dict[int, list[str]] = defaultdict(list)
    names = live.order_by("system__vendor__name").values_list("institution", "system__vendor__name")
    for institution, name in names.distinct():
        found[institution].append(name)
    return found


@transaction.atomic
def make_ready(cases: Sequence[Case], *, deadline: date, actor: Actor, reason: str = "") -> list[Case]:
    """Let cases be executed; the deadline is how long what is carried over waits for its data owner.

    Raises Refused `sag_laast`, `for_tidlig_dag`.
    """
    _check_ahead(deadline)

    def edit(one: Case) -> None:
        one.ready, one.deadline = True, deadline

    return acting.perform(acting.hold(cases), Act(reading.READY, actor, OPEN, reason), edit=edit)


@transaction.atomic
def extend(cases: Sequence[Case], *, deadline: date, actor: Actor, reason: str = "") -> list[Case]:
    """Give the data owners longer. Raises Refused `sag_laast`, `for_tidlig_dag`."""
    _check_ahead(deadline)

    def edit(one: Case) -> None:
        if one.deadline and deadline < one.deadline:
            raise _too_early(one.deadline)
        one.deadline = deadline

    act = Act(reading.EXTENDED, actor, (State.READY, State.EXECUTED), reason)
    return acting.perform(acting.hold(cases), act, edit=edit)


def _check_ahead(deadline: date) -> None:
    if deadline <= periods.today():
        raise _too_early(periods.today())


def _too_early(day: date) -> Refused:
    return Refused("for_tidlig_dag", _("Fristen skal ligge efter den %(day)s.") % {"day": f"{day:%d.%m.%Y}"},
                   field="deadline")  # fmt: skip
