"""What is at stake when an institution's number goes: its live agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery

from agreements.models import DataAgreement
from agreements.states import LIVE
from institutions.duplicates import stakes

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


@stakes.add
def live_agreements(column: str) -> Combinable:
    """How many agreements are asked for or in force on the institution in a column."""
    rows = DataAgreement.objects.filter(institution=OuterRef(column), status__in=LIVE).order_by()
    return Subquery(rows.values("institution").annotate(count=Count("pk")).values("count"))
