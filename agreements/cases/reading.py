"""What a case says, and where it stands: prepared in its own row, executed or undone as the ledger tells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from agreements.models import Case, Choice
from institutions import consolidation
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

OPENED, REOPENED, SURVIVOR = "case.open", "case.reopen", "case.survivor"
CHOSEN, APPROVED, NOTIFIED = "case.choose", "case.approve", "case.notify"
READY, EXTENDED, DROPPED, ENDED = "case.ready", "case.extend", "case.drop", "case.end_window"
# What the ledger's actions are called.
ACTIONS: Mapping[str, StrOrPromise] = {
    OPENED: _("Sag oprettet"), REOPENED: _("Sag genåbnet"), SURVIVOR: _("Sagens G-nummer skiftet"),
    CHOSEN: _("Valg om en aftale"), APPROVED: _("Godkendt på forhånd"), NOTIFIED: _("Sag varslet"),
    READY: _("Sag gjort klar"), EXTENDED: _("Sagens frist flyttet"), DROPPED: _("Sag opgivet"),
    ENDED: _("Vindue lukket"),
}  # fmt: skip


class State(models.TextChoices):
    """Where a case stands."""

    PROPOSED = "foreslået", _("foreslået")
    NOTIFIED = "varslet", _("varslet")
    READY = "klar", _("klar")
    EXECUTED = "udført", _("udført")
    UNDONE = "fortrudt", _("fortrudt")
    DROPPED = "opgivet", _("opgivet")


# Still being prepared.
OPEN = (State.PROPOSED, State.NOTIFIED, State.READY)


def with_state(cases: QuerySet[Case]) -> QuerySet[Any]:
    """Cases with their `state`, to list and filter by."""
    # Undone since it was last begun; an undoing of before it was opened is another story.
    begun = _last(Concat(Value("sag:"), OuterRef("absorbed__number")), OPENED, REOPENED, SURVIVOR)
    undone = _last(OuterRef("absorbed__number"), consolidation.UNDO, _survivor=OuterRef("survivor__number"))
    state = models.Case(
        When(dropped=True, then=Value(State.DROPPED.value)),
        When(absorbed__absorbed_into=F("survivor"), then=Value(State.EXECUTED.value)),
        When(Q(_undone__gt=Coalesce(F("_begun"), Value(0))), then=Value(State.UNDONE.value)),
        When(ready=True, then=Value(State.READY.value)),
        When(notified_on__isnull=False, then=Value(State.NOTIFIED.value)),
        default=Value(State.PROPOSED.value),
    )
    return cases.annotate(_begun=begun, _undone=undone).annotate(state=state)


def _last(subject: Any, *actions: str, **more: Any) -> Subquery:  # noqa: ANN401 - expressions
    named = Event.objects.annotate(_survivor=KT("data__survivor"))
    events = named.filter(subject=subject, action__in=actions, **more)
    return Subquery(events.order_by("-seq").values("seq")[:1])


def states(cases: Iterable[Case]) -> dict[int, State]:
    """Where each case stands, by primary key."""
    found = with_state(Case.objects.filter(pk__in={one.pk for one in cases}).order_by())
    return {key: State(state) for key, state in found.values_list("pk", "state")}


def prepared(case: Case, was: State) -> State:
    """Where a case stands after an edit, before the ledger tells of it. An executed one stays so."""
    if case.dropped:
        return State.DROPPED
    if was == State.EXECUTED:
        return was
    return State.READY if case.ready else State.NOTIFIED if case.notified_on else State.PROPOSED


def told(cases: Iterable[Case], by: Mapping[int, State]) -> dict[int, dict[str, Any]]:
    """Each case's whole state as JSON, for the ledger, by primary key. What is not known is left out."""
    cases = list(cases)
    choices: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = Choice.objects.filter(case__in=[one.pk for one in cases]).select_related("agreement")
    for choice in found.order_by("agreement__number"):
        choices[choice.case_id].append(_filled({
            "agreement": choice.agreement.number, "status": choice.status, "way": choice.way,
            "reason": choice.reason, "by": choice.by, "approved_by": choice.approved_by,
        }))  # fmt: skip
    return {
        one.pk: _filled({
            "absorbed": one.absorbed.number, "survivor": one.survivor.number, "state": str(by[one.pk]),
            "notified_on": one.notified_on and one.notified_on.isoformat(),
            "deadline": one.deadline and one.deadline.isoformat(), "choices": choices[one.pk],
        })
        for one in cases
    }  # fmt: skip


def _filled(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}
