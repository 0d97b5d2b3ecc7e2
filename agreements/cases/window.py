"""The window in which an agreement that is carried over stays in force; and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements import lifecycle
from agreements.cases import acting, reading
from agreements.cases.acting import Act
from agreements.cases.reading import State
from agreements.lifecycle import rows
from agreements.models import DataAgreement
from agreements.states import LIVE, Status
from registry import copying, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from agreements.models import Case
    from registry.ledger import Actor


def undecided(cases: Sequence[Case]) -> QuerySet[DataAgreement]:
    """The agreements on the cases' A-numbers that still wait for the data owner to decide on their successor."""
    absorbed = [one.absorbed_id for one in cases]
    live = DataAgreement.objects.filter(institution__in=absorbed, carried_by__isnull=False, status__in=LIVE)
    return live.order_by("pk")


@transaction.atomic
def end_window(case: Case, *, actor: Actor, reason: str) -> list[DataAgreement]:
    """End what was carried over and is still undecided, by a named person, with a reason; gives what ended.

    The requests on the new number stay. Raises Refused `sag_ikke_udfoert`, `begrundelse_mangler`.
    """
    if not reason.strip():
        raise Refused("begrundelse_mangler", _("Skriv, hvorfor aftalerne ophører, før de er afgjort."), field="reason")
    (held,) = acting.hold([case])
    if reading.states([held])[held.pk] != State.EXECUTED:
        raise Refused("sag_ikke_udfoert", _("Sagen om %(number)s er ikke udført.") % {"number": held.absorbed.number})
    # Both institutions are held: nobody decides on these, or on their successors, meanwhile.
    ending = list(rows.lock(undecided([held]).values_list("pk", flat=True)).values())
    if not ending:
        return []
    before = {one.pk: rows.state(one) for one in ending}
    for one in ending:
        one.status, one.ended_on = Status.SLETTET, periods.today()
    copying.update(DataAgreement, ending, ["status", "ended_on"])
    entries = [
        Entry(lifecycle.END, one.subject, {"before": before[one.pk], "after": rows.state(one)}, reason)
        for one in ending
    ]
    act = Act(reading.ENDED, actor, (State.EXECUTED,), reason)
    act.more[held.pk] = {"ended": [one.number for one in ending]}
    act.lines += [(entry, "") for entry in entries]
    acting.perform([held], act, edit=lambda _one: None)
    return ending
