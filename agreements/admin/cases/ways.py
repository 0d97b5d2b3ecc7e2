"""The way to a case from an institution's page, from a pair and from a job's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements import access, cases
from agreements.admin.cases.page import PILLS
from agreements.cases import State, working
from institutions.admin import sections
from institutions.admin.sections import Section
from institutions.models import Answer, Level, Verdict
from registry.site import links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from institutions.models import Institution

MOST = 20


@links.add(working.execute_rows)
def case_of_row(given: Mapping[str, Any]) -> str:
    """From the row of a job to its case."""
    return reverse("admin:agreements_case_change", args=[given["case"]])


@sections.add(order=5)
def case(request: HttpRequest, institution: Institution) -> Section | None:
    """An A-number's case, or the way to open one; the cases that lead to a unit."""
    if institution.level == Level.DAGINSTITUTION:
        return None
    own = Q(absorbed=institution) | Q(survivor=institution)
    rows = list(cases.with_state(access.cases(request.user).filter(own)).order_by("-pk")[:MOST])
    outside = institution.level == Level.UDENFOR
    if not (rows or outside):
        return None
    may_open = outside and institution.absorbed_into_id is None and not any(not one.dropped for one in rows)
    said = Verdict.objects.filter(first=institution, answer=Answer.SAME).select_related("second").first()
    return Section(
        slug="case", title=_("Konsolideringssag"), template="admin/sections/case.html",
        context={
            "rows": [(one, State(one.state).label, PILLS[State(one.state)]) for one in rows], "may_open": may_open,
            "institution": institution, "said": said.second.number if said else "",
        },
    )  # fmt: skip
