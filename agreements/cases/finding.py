"""Cases for a list: narrowed, counted, and those that could be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from agreements.cases.reading import OPEN, State, with_state
from agreements.models import Case, DataAgreement
from agreements.states import LIVE, Status
from institutions.consolidation import SURVIVORS
from institutions.models import Answer, Level, Verdict, Version
from registry import periods

if TYPE_CHECKING:
    from django.db.models import QuerySet


def listed(cases: QuerySet[Case]) -> QuerySet[Any]:
    """Cases as a list shows them: `state`, both names, live and `undecided` agreements on the A-number."""
    live = DataAgreement.objects.filter(institution=OuterRef("absorbed"), status__in=LIVE).order_by()
    carried = live.filter(carried_by__isnull=False)
    found: QuerySet[Any] = with_state(cases).annotate(
        absorbed_name=_last_name("absorbed"), survivor_name=_last_name("survivor"), live=_counted(live),
        undecided=_counted(carried),
    )  # fmt: skip
    return found


def late(cases: QuerySet[Any]) -> QuerySet[Any]:
    """Of cases with their state, those past the deadline that are not executed, or where something is undecided."""
    carried = DataAgreement.objects.filter(institution=OuterRef("absorbed"), status__in=LIVE, carried_by__isnull=False)
    waits = Q(state__in=OPEN) | Q(Exists(carried), state=State.EXECUTED)
    return cases.filter(waits, deadline__lt=periods.today())


def of_municipality(cases: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Those of which either institution lies in the municipality, or did last."""
    here = Version.objects.filter(Q(administrative_municipality__code=code) | Q(municipality__code=code))
    return cases.filter(Q(survivor__in=here.values("institution")) | Q(absorbed__in=here.values("institution")))


def of_vendor(cases: QuerySet[Any], vendor: int) -> QuerySet[Any]:
    """Those on whose A-number the vendor has had an agreement that was not refused."""
    rows = DataAgreement.objects.filter(system__vendor=vendor).exclude(status=Status.AFVIST)
    carried = rows.values("carries__institution")
    return cases.filter(Q(absorbed__in=rows.values("institution")) | Q(absorbed__in=carried))


def counts(cases: QuerySet[Case]) -> dict[State, int]:
    """How many cases there are in each state; those without any left out."""
    found = dict(with_state(cases).order_by().values_list("state").annotate(Count("pk")))
    return {state: found[state] for state in State if state in found}


def said_to_be_one() -> QuerySet[Verdict]:
    """The pairs of A-number and unit that somebody has said are one, and that have no case.

    One whose case was dropped is not proposed again: that case can be taken up.
    """
    same = Verdict.objects.filter(
        answer=Answer.SAME, first__level=Level.UDENFOR, first__absorbed_into=None, second__level__in=SURVIVORS
    )
    own = Case.objects.filter(absorbed=OuterRef("first"))
    there = own.filter(Q(dropped=False) | Q(survivor=OuterRef("second")))
    return same.filter(~Exists(there)).select_related("first", "second").order_by("first__number", "second__number")


def _last_name(side: str) -> Subquery:
    versions = Version.objects.filter(institution=OuterRef(side)).order_by("-period")
    return Subquery(versions.values("name")[:1])


def _counted(rows: QuerySet[DataAgreement]) -> Coalesce:
    return Coalesce(Subquery(rows.values("institution").annotate(count=Count("pk")).values("count")), 0)
