"""What a list of institutions needs of each: the version that stands for it today, and its status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, TextField
from django.db.models.functions import Coalesce

from institutions import fates
from institutions.fates import Status
from institutions.models import Cause, Version
from institutions.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import Field, QuerySet

    from institutions.models import Institution

RELATED = ("parent", "administrative_municipality", "municipality")


def listed(institutions: QuerySet[Institution], on: date) -> QuerySet[Institution]:
    """With what a list orders and filters by, in Danish order; the versions themselves in one query more.

    Most institutions are open: only for the rest is the nearest version looked up, one by one.
    """
    nearest = Version.objects.filter(institution=OuterRef("pk")).order_by("-period")

    def told(name: str, kind: Field[Any, Any]) -> Coalesce:
        return Coalesce(F(f"now__{name}"), Subquery(nearest.values(name)[:1]), output_field=kind)

    return (
        institutions.alias(
            now=FilteredRelation("versions", condition=Q(versions__period__contains=on)),
            shown_type=told("institution_type", TextField()),
            shown_ownership=told("ownership", TextField()),
            shown_municipality=told("administrative_municipality", BigIntegerField()),
        )
        .annotate(danish_name=told("sort_key", TextField(db_collation="C")))
        .prefetch_related(Prefetch("versions", Version.objects.select_related(*RELATED).order_by("period")))
    )


def judged(institution: Institution, on: date) -> tuple[Status, Version | None]:
    """How a listed institution stands on a day, and the version that says so; asks nothing of the database."""
    return fates.judge(Timeline(institution, list(institution.versions.all())), on)


def in_status(institutions: QuerySet[Institution], status: str, on: date) -> QuerySet[Institution]:
    """Those that have a status on a day."""
    stands = fates.standing(on)
    special = (Cause.CONSOLIDATED, Cause.IN_ERROR)
    conditions: Mapping[str, Q] = {
        Status.OPEN: stands["open"],
        Status.COMING: stands["coming"],
        Status.CLOSED: stands["closed"] & ~Q(closing_cause__in=special),
        Status.CONSOLIDATED: stands["closed"] & Q(closing_cause=Cause.CONSOLIDATED),
        Status.IN_ERROR: stands["closed"] & Q(closing_cause=Cause.IN_ERROR),
    }
    if status not in conditions:
        return institutions
    return institutions.filter(pk__in=Version.objects.filter(conditions[status]).values("institution"))
