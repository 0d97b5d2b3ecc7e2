"""The institutions' panels on the start page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institutions import quality
from institutions.columns import EVENT_NAMES, VERDICT_NAMES
from institutions.duplicates.queue import waiting
from institutions.models import Level, Version
from registry import periods
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest
    from django.utils.functional import Promise

names.ACTIONS.update({action: name.capitalize() for action, name in {**EVENT_NAMES, **VERDICT_NAMES}.items()})

SOON = timedelta(days=90)
MOST = 8  # rows in a panel


@panels.add(order=10)
def counts(request: HttpRequest) -> Panel:
    """How many of each level are open today."""
    del request
    found = dict(
        Version.objects.filter(period__contains=periods.today()).order_by()
        .values_list("institution__level").annotate(Count("pk"))
    )  # fmt: skip
    page = reverse("admin:institutions_institution_changelist")
    figures = [
        (found.get(level, 0), label, f"{page}?niveau={level}&tilstand=åben")
        for level, label in (
            (Level.DAGINSTITUTION, _("daginstitutioner")), (Level.ANVISNINGSENHED, _("anvisningsenheder")),
            (Level.ALTERNATIV_ADRESSE, _("alternative adresser")), (Level.UDENFOR, _("A-numre uden for registeret")),
        )
    ]  # fmt: skip
    return Panel(title=_("Åbne i dag"), template="admin/panels/figures.html", context={"figures": figures}, wide=True)


@panels.add(order=20)
def candidates(request: HttpRequest) -> Panel:
    """Which pairs wait, best first."""
    pairs = waiting(request.user)
    best = list(pairs[:MOST])
    keys = {one.leaving_id for one in best} | {one.staying_id for one in best}
    names = {one.institution_id: one.name for one in Version.objects.filter(institution__in=keys).order_by("period")}
    rows = [(one, names.get(one.leaving_id, ""), names.get(one.staying_id, "")) for one in best]
    return Panel(
        title=_("Dubletkandidater, der venter"), template="admin/panels/candidates.html",
        context={"rows": rows, "total": pairs.count()}, link="admin:institutions_candidate_changelist",
        link_text=_("Alle kandidater"),
    )  # fmt: skip


@panels.add(order=30)
def soon(request: HttpRequest) -> Panel:
    """What takes effect soon: openings, changes, closings."""
    del request
    today = periods.today()
    last = today + SOON
    starts = Q(period__startswith__gt=today, period__startswith__lte=last)
    ends = Q(period__endswith__gt=today, period__endswith__lte=last) & ~Q(closing_cause="")
    rows: list[tuple[date, Version, str | Promise]] = []
    for version in Version.objects.filter(starts | ends).select_related("institution"):
        if version.period.lower and today < version.period.lower <= last:
            rows.append((version.period.lower, version, _("ændres eller åbner")))
        if version.closing_cause and version.period.upper and today < version.period.upper <= last:
            rows.append((version.period.upper, version, version.get_closing_cause_display()))
    rows.sort(key=lambda row: (row[0], row[1].institution.number))
    return Panel(title=_("Træder i kraft inden for 90 dage"), template="admin/panels/soon.html",
                 context={"rows": rows[:MOST], "more": len(rows) - MOST})  # fmt: skip


@panels.add(order=40)
def quality_list(request: HttpRequest) -> Panel:
    """What is missing or wrong: a count each."""
    del request
    today = periods.today()
    page = reverse("admin:institutions_institution_changelist")
    rows = [(check.title, check.versions(today).count(), f"{page}?kvalitet={check.slug}") for check in quality.CHECKS]
    return Panel(title=_("Kvalitetsliste"), template="admin/panels/quality.html", context={"rows": rows})
