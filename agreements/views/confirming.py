"""The yearly duty: a municipality sees its whole organisation, confirms it, or reports what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements import access
from agreements.forms.pages import ConfirmForm, ReportForm
from agreements.views.pages import personal, show, user_of
from institutions import codes, confirming, stories
from institutions.models import Report
from institutions.views import municipality as organisation
from institutions.views import notes
from institutions.views.notes import Note
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from institutions.models import Municipality

MOST = 50  # changes and reports shown


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def confirm(request: HttpRequest, seen: Sight, kode: str) -> HttpResponse:
    """Show it all; confirm it, or take a report. What has changed meanwhile is shown before it is confirmed."""
    one = access.municipality(kode, request.user)
    if request.method != "POST":
        return _page(request, seen, one, {})
    access.require_own(one, seen)
    actor = ledger.person(user_of(request), door="side")
    if "meld" in request.POST:
        form = ReportForm(request.POST)
        if not form.is_valid():
            return _page(request, seen, one, {"report_form": form}, status=422)
        confirming.report(one, text=form.cleaned_data["tekst"], institution=form.cleaned_data["nummer"], actor=actor)
        return redirect(f"{request.path}?gjort=meldt#meldinger")
    position = ConfirmForm(request.POST)
    if not position.is_valid():
        raise Refused(
            "ugyldig_forespoergsel", " ".join(str(text) for found in position.errors.values() for text in found)
        )
    try:
        confirming.confirm(one, seen=position.cleaned_data["set"], actor=actor)
    except Refused as refused:
        if refused.code != "har_flyttet_sig":
            raise
        told = {"moved": refused, "shown_at": position.cleaned_data["set"]}
        return _page(request, seen, one, told, status=409)
    return redirect(f"{request.path}?gjort=bekraeftet")


def _page(
    request: HttpRequest, seen: Sight, one: Municipality, more: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The position is read before the rest: what happens meanwhile is later than it."""
    head, last = ledger.head(), confirming.last(one)
    since = confirming.changes(one, since=last.position if last else 0)
    changed = since.count() if last else 0
    versions = organisation.of(one, on=periods.today())
    reports = Report.objects.filter(municipality=one).select_related("institution")
    told = {
        "municipality": one, "position": head, "last": last, "may": one.pk in seen.municipalities,
        "asks": last is None or last.stale or changed, "report_form": ReportForm(),
        **organisation.organisation(versions, codes.as_of()),
        "changes": stories.tell(since[:MOST]) if last else [], "changed": changed, "most": MOST,
        "reports": reports[:MOST], "done": request.GET.get("gjort"), **more,
    }  # fmt: skip
    return show(request, "agreements/confirm.html", seen, told, status=status)


@notes.add
def duty(request: HttpRequest, one: Municipality) -> Note | None:
    """Whether the municipality has done its duty, and the way to its own pages; for its people and STIL's staff."""
    try:
        found = access.municipality(one.code, request.user)
    except Refused:
        return None
    return Note("agreements/_duty.html", {"municipality": found, "last": confirming.last(found)})
