"""What rests on an institution: its live agreements, and the vendors that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery

from agreements.models import DataAgreement
from agreements.states import LIVE
from institutions import touching
from institutions.duplicates import stakes

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models.expressions import Combinable


@stakes.add
def live_agreements(column: str) -> Combinable:
    """How many agreements are asked for or in force on the institution in a column."""
    rows = DataAgreement.objects.filter(institution=OuterRef(column), status__in=LIVE).order_by()
    return Subquery(rows.values("institution").annotate(count=Count("pk")).values("count"))


@touching.add
def agreements_and_vendors(keys: Collection[int]) -> dict[str, int]:
    """How many live agreements rest on institutions, and how many vendors have them."""
    live = DataAgreement.objects.filter(institution__in=keys, status__in=LIVE)
    return live.aggregate(dataaftaler=Count("pk"), udbydere=Count("system__vendor", distinct=True))
