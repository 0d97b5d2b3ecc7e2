"""Many cases executed behind the scenes: a job with a row for each, as they were previewed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.cases import acting, reading
from agreements.cases.executing import TOGETHER, Item, execute_together
from agreements.cases.reading import State
from registry import jobs
from registry.jobs import Row, work_in_lots
from registry.models import Job, JobRow
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agreements.cases.executing import Outcome
    from agreements.cases.previewing import Preview
    from registry.ledger import Actor


@work_in_lots(TOGETHER)
def execute_rows(given: Sequence[dict[str, Any]], *, actor: Actor) -> list[str | Refused]:
    """Execute cases as they were previewed; one that had been executed before is told so."""
    items = [Item(one["case"], one["fingerprint"], date.fromisoformat(one["on"])) for one in given]
    # A job's rows have one reason.
    return [_told(outcome) for outcome in execute_together(items, actor=actor, reason=given[0]["reason"])]


def _told(outcome: Outcome) -> str | Refused:
    if outcome.already:
        return _("Var allerede udført.")
    if outcome.done is None:
        return Refused(outcome.code, outcome.text)
    return str(_("Konsolideret ind i %s.") % outcome.done.data["survivor"])


@transaction.atomic
def begin(previews: Sequence[Preview], *, actor: Actor, reason: str = "") -> Job:
    """Execute many cases in the background, each as it was previewed. The job's page tells of each.

    Raises Refused `sag_ikke_klar`, and `sag_i_gang` where another job is to execute one of them: of two who ask at
    once, one does.
    """
    held = acting.hold([one.case for one in previews])
    by = reading.states(held)
    if unready := [one.absorbed.number for one in held if by[one.pk] != State.READY]:
        raise Refused("sag_ikke_klar", _("Sagen om %s er ikke klar.") % ", ".join(unready[:10]))
    if busy := under_way([one.pk for one in held]):
        raise Refused(
            "sag_i_gang",
            ngettext(
                "%(count)s af sagerne udføres allerede af opgave %(job)s.",
                "%(count)s af sagerne udføres allerede af opgave %(job)s.", len(busy),
            ) % {"count": len(busy), "job": next(iter(busy.values()))},
            value=str(next(iter(busy.values()))),
        )  # fmt: skip
    rows = [
        Row(str(one.case), {"case": one.case.pk, "fingerprint": one.fingerprint, "on": one.on.isoformat(),
                            "reason": reason})
        for one in previews
    ]  # fmt: skip
    what = ngettext("%s konsolideringssag", "%s konsolideringssager", len(rows)) % len(rows)
    return jobs.start(execute_rows, what=what, rows=rows, actor=actor)


def under_way(cases: Collection[int]) -> dict[int, int]:
    """The cases, of some, that a job is to execute, and the job's key."""
    rows = JobRow.objects.filter(job__work=execute_rows.path, state=JobRow.State.WAITING, data__case__in=list(cases))
    return dict(rows.exclude(job__state=Job.State.DONE).values_list("data__case", "job"))
