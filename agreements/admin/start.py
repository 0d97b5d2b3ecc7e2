"""The agreements' panel on the start page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements import access, cases, coverage
from agreements.states import LIVE, Status
from registry import periods
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from django.http import HttpRequest

names.ACTIONS.update({
    "agreement.request": _("Aftale anmodet"), "agreement.approve": _("Aftale godkendt"),
    "agreement.refuse": _("Aftale afvist"), "agreement.set_back": _("Aftale sat til venter"),
    "agreement.delete": _("Aftale slettet"), "agreement.import": _("Aftale indlæst"),
    "agreement.end": _("Aftale, der blev ført over, ophørt"),
    **cases.ACTIONS,
})  # fmt: skip


@panels.add(order=15)
def agreements(request: HttpRequest) -> Panel:
    """How many of each status, and how many still rest on A-numbers."""
    everything = access.data_agreements(request.user).order_by()
    found = dict(everything.values_list("status").annotate(Count("pk")))
    page = reverse("admin:agreements_dataagreement_changelist")
    figures: list[tuple[int, Any, str]] = [
        (found.get(status, 0), label.lower(), f"{page}?status__exact={status}") for status, label in Status.choices
    ]
    old = everything.filter(institution__number__startswith="A", status__in=LIVE).count()
    figures.append((old, _("gældende på A-numre"), f"{page}?nummer=A&status__exact=GODKENDT"))
    return Panel(title=_("Dataaftaler"), template="admin/panels/figures.html", context={"figures": figures}, wide=True)


@panels.add(order=17)
def consolidation_cases(request: HttpRequest) -> Panel | None:
    """How many cases there are in each state, and how many are past their deadline; nothing while there is none."""
    every = access.cases(request.user)
    found = cases.counts(every)
    if not found:
        return None
    page = reverse("admin:agreements_case_changelist")
    figures: list[tuple[int, Any, str]] = [
        (count, state.label, f"{page}?tilstand={state.value}") for state, count in found.items()
    ]
    late = cases.late(cases.with_state(every)).count()
    figures.append((late, _("med overskredet frist"), f"{page}?tilstand=alle&frist=overskredet"))
    return Panel(
        title=_("Konsolideringssager"), template="admin/panels/figures.html", context={"figures": figures},
        link="admin:agreements_case_tavle", link_text=_("Tavlen"),
    )  # fmt: skip


@panels.add(order=16)
def cover(request: HttpRequest) -> Panel:
    """How many agreements are in force today, how many lead nowhere, and how many institutions none leads to."""
    access.data_agreements(request.user)
    today, page = periods.today(), reverse("agreements:coverage")
    in_force, without = coverage.counted(today)
    bare = len(coverage.uncovered(today))
    figures = [
        (in_force, _("i kraft"), page), (without, _("i kraft uden en åben institution"), page),
        (bare, _("institutioner uden et system"), page),
    ]  # fmt: skip
    return Panel(title=_("Dækning i dag"), template="admin/panels/figures.html", context={"figures": figures})
