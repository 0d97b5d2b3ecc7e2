"""A municipality's agreements on A-numbers: the overview, the sheet of it, and telling a vendor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access, notices
from agreements.forms.pages import NoticeForm
from agreements.models import Vendor
from agreements.phasing import Phase
from agreements.views.pages import as_file, personal, show, user_of
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from institutions.models import Municipality

MOST_ROWS = 100  # of a vendor on the page; the sheet has all


@require_safe
@personal
def overview(request: HttpRequest, seen: Sight, kode: str) -> HttpResponse:
    """Which agreements rest on A-numbers, by vendor, what each should have, and what the vendor has been told."""
    municipality = access.municipality(kode, request.user)
    groups = notices.groups(municipality)
    counts = Counter(row.standing.phase for group in groups for row in group.rows)
    told = {
        "municipality": municipality, "figures": [(phase, phase.label, counts[phase]) for phase in Phase],
        "groups": [(group, group.rows[:MOST_ROWS], max(0, len(group.rows) - MOST_ROWS)) for group in groups],
        "sent": next((one for one in groups if one.told and one.vendor.cvr_number == request.GET.get("sendt")), None),
    }  # fmt: skip
    return show(request, "agreements/phasing.html", seen, told)


@require_safe
@personal
def sheet(request: HttpRequest, seen: Sight, kode: str) -> HttpResponse:
    """The overview as CSV or a workbook; `?udbyder=` narrows it."""
    del seen
    municipality = access.municipality(kode, request.user)
    asked = request.GET.get("udbyder")
    vendor = get_object_or_404(Vendor, cvr_number=asked) if asked else None
    rows = [row for group in notices.groups(municipality, vendor=vendor) for row in group.rows]
    name = f"a-numre-{municipality.code}-{periods.today():%Y-%m-%d}"
    return as_file(name, request.GET.get("format", ""), notices.SHEET, notices.sheet(rows))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def vendor(request: HttpRequest, seen: Sight, kode: str, cvr: str) -> HttpResponse:
    """The mail to a vendor as it would go out; then send it. Sent already: back to the overview, which says so."""
    municipality = access.municipality(kode, request.user)
    to = get_object_or_404(Vendor, cvr_number=cvr)
    group = notices.of_vendor(municipality, to)
    if not group.rows:
        raise Http404
    form = NoticeForm(request.POST if request.method == "POST" else None)
    contact, refused = _contact(request, seen, municipality), None
    if request.method == "POST" and form.is_valid():
        try:
            notices.tell(municipality, to, contact=contact, comment=form.cleaned_data["besked"],
                         actor=ledger.person(user_of(request), door="side"))  # fmt: skip
        except Refused as found:
            refused = found
        if refused is None or refused.code == "netop_varslet":
            return redirect(f"{reverse('agreements:phasing', args=[municipality.code])}?sendt={cvr}")
    drafts = notices.letters(municipality, group, contact=contact)
    told = {
        "municipality": municipality, "group": group, "form": form, "drafts": drafts, "refused": refused,
        "history": group.told,
    }  # fmt: skip
    status = refused.problem.status if refused else 422 if form.errors else 200
    return show(request, "agreements/notice.html", seen, told, status=status)


def _contact(request: HttpRequest, seen: Sight, municipality: Municipality) -> str:
    """Whom the vendor may ask."""
    user = user_of(request)
    whom = "STIL" if seen.registrar else municipality.long_name
    parts = (user.get_full_name() or user.get_username(), whom, user.email)
    return ", ".join(filter(None, parts))
