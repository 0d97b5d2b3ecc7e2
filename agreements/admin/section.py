"""An institution's agreements, on its page: counted by status, listed by vendor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from agreements import access
from agreements.admin.agreements import PILLS
from agreements.states import Status
from institutions.admin import sections
from institutions.admin.sections import Section
from institutions.models import Level

if TYPE_CHECKING:
    from django.http import HttpRequest

    from institutions.models import Institution

MOST = 50  # rows; the rest on the list


@sections.add(order=10)
def agreements(request: HttpRequest, institution: Institution) -> Section | None:
    """By status, the live ones first; a daginstitution has none."""
    if institution.level == Level.DAGINSTITUTION:
        return None
    order = {status: place for place, status in enumerate(Status.values)}
    rows = sorted(
        access.agreements_of(institution, request.user),
        key=lambda one: (order[one.status], one.system.vendor.name, one.number),
    )
    counts = Counter(one.status for one in rows)
    return Section(
        slug="agreements", title=_("Dataaftaler"), template="admin/sections/agreements.html", count=len(rows),
        context={
            "rows": [(one, PILLS[one.status]) for one in rows[:MOST]], "more": max(0, len(rows) - MOST),
            "number": institution.number,
            "counts": [(one.label, PILLS[one], counts[one]) for one in Status if counts[one]],
        },
    )  # fmt: skip
