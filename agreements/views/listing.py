"""The one list of agreements, the sheet of it, and an agreement's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from agreements import access, listing
from agreements.forms.pages import FilterForm
from agreements.importing.decisions import DECISIONS
from agreements.states import TRANSITIONS, Status
from agreements.views.pages import as_file, personal, show
from institutions.views.search import page_numbers
from registry import ledger, periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from agreements.models import DataAgreement

PER_PAGE = 100
# What a status is shown as, in the design system's badges.
BADGES: Mapping[str, str] = {
    Status.VENTER: "warning", Status.GODKENDT: "success", Status.AFVIST: "error", Status.SLETTET: "info",
}  # fmt: skip
VERBS: Mapping[str, str] = {to: word for word, to in DECISIONS.items()}


@require_safe
@personal
def agreements(request: HttpRequest, seen: Sight) -> HttpResponse:
    """All that the person may see, a page at a time; a data owner marks many and decides."""
    if "" in request.GET.values():
        asked = urlencode([(name, value) for name, value in request.GET.items() if value])
        return redirect(f"{request.path}?{asked}" if asked else request.path)
    mine = access.data_agreements(request.user, seen=seen)
    form = FilterForm(request.GET, parties=listing.parties(mine))
    if not form.is_valid():
        return show(request, "agreements/list.html", seen, {"form": form}, status=400)
    found = Paginator(listing.find(mine, form.asked()), PER_PAGE).get_page(request.GET.get("side"))
    told = {
        "form": form, "found": found, "rows": rows(found.object_list), "counts": counts(mine),
        "page_numbers": page_numbers(found.number, found.paginator.num_pages), "asked": asked_again(request),
        "may_decide": seen.registrar or seen.is_owner, "decisions": DECISIONS,
    }  # fmt: skip
    return show(request, "agreements/list.html", seen, told)


@require_safe
@personal
def sheet(request: HttpRequest, seen: Sight) -> HttpResponse:
    """What the list shows, all pages of it, as CSV or a workbook: with room for a decision on each row."""
    found = listing.sheet(chosen(request, access.data_agreements(request.user, seen=seen)))
    name = f"aftaler-{periods.today():%Y-%m-%d}"
    return as_file(name, request.GET.get("format", ""), listing.SHEET, found)


@require_safe
@personal
def agreement(request: HttpRequest, seen: Sight, nummer: int) -> HttpResponse:
    """The facts, the comments and the whole history of one, and what its data owner may decide."""
    one = access.data_agreement(nummer, request.user)
    may = seen.registrar or one.institution_id in seen.institutions
    told = {
        "agreement": one, "badge": BADGES[one.status], "name": listing.names([one]).get(one.institution_id, ""),
        "events": ledger.history(one.subject).order_by("-seq"),
        "verbs": [VERBS[to] for to in DECISIONS.values() if to in TRANSITIONS[one.status]] if may else [],
    }  # fmt: skip
    return show(request, "agreements/agreement.html", seen, told)


def chosen(request: HttpRequest, mine: QuerySet[DataAgreement]) -> QuerySet[DataAgreement]:
    """The agreements that the page's address asks for; none where it cannot be read."""
    form = FilterForm(request.GET, parties=listing.parties(mine))
    return listing.find(mine, form.asked()) if form.is_valid() else mine.none()


def rows(agreements: Iterable[DataAgreement]) -> list[Mapping[str, Any]]:
    """The agreements as the list shows them."""
    listed = list(agreements)
    called = listing.names(listed)
    return [
        {"agreement": one, "name": called.get(one.institution_id, ""), "badge": BADGES[one.status]} for one in listed
    ]


def counts(mine: QuerySet[DataAgreement]) -> list[tuple[Status, int]]:
    """How many there are of each status."""
    found = dict(mine.order_by().values_list("status").annotate(Count("pk")))
    return [(status, found[status]) for status in Status if found.get(status)]


def asked_again(request: HttpRequest) -> str:
    """The filters of the page's address, without the page's number."""
    return urlencode([(name, value) for name, value in request.GET.items() if name != "side"])
