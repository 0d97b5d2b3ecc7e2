"""From an A-number to its consolidation: choose the other one, see exactly what will change, do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from institutions import access, consolidation, timelines
from institutions.admin import sections
from institutions.admin.comparing import side_by_side
from institutions.forms.lifecycle import ConsolidateForm, PairForm
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from institutions.consolidation import Plan
    from institutions.models import Institution


def page(request: HttpRequest, absorbed: Institution, *, site: AdminSite) -> HttpResponse:
    """Choose, see, do."""
    if done := consolidation.standing(absorbed):
        messages.info(request, _("%(a)s er konsolideret ind i %(g)s.")
                      % {"a": absorbed.number, "g": done.data["survivor"]})  # fmt: skip
        return HttpResponseRedirect(reverse("admin:institutions_consolidation_change", args=[done.pk]))
    pair = PairForm(request.GET if "ind_i" in request.GET else None)
    if not pair.is_bound or not pair.is_valid():
        return _choose(request, absorbed, pair, site=site)
    survivor = pair.cleaned_data["ind_i"]
    form = ConsolidateForm(request.POST) if request.method == "POST" else None
    try:
        if form and form.is_valid():
            return _execute(request, survivor, absorbed, form)
    except Refused as refused:
        form = _again(request, form, refused)
    try:
        plan = consolidation.trial(survivor, absorbed, actor=ledger.person(request.user, door="admin"),
                                   on=form.cleaned_data.get("on") if form else None)  # fmt: skip
    except Refused as refused:
        pair.add_error(None, f"{refused.detail} {refused.problem.remedy}")
        return _choose(request, absorbed, pair, site=site)
    return _preview(request, plan, form, site=site)


def _choose(request: HttpRequest, absorbed: Institution, pair: PairForm, *, site: AdminSite) -> HttpResponse:
    version = timelines.load_one(absorbed).last()
    context = {
        **site.each_context(request), "institution": absorbed, "version": version, "form": pair,
        "title": _("Konsolidér %(number)s %(name)s")
        % {"number": absorbed.number, "name": version.name if version else ""},
        "candidates": access.candidates(request.user).filter(leaving=absorbed),
        "names": _names(request, absorbed),
    }  # fmt: skip
    return TemplateResponse(request, "admin/consolidate_choose.html", context, status=422 if pair.errors else 200)


def _names(request: HttpRequest, absorbed: Institution) -> dict[int, Any]:
    keys = access.candidates(request.user).filter(leaving=absorbed).values("staying")
    return {one.institution_id: one for one in access.versions(periods.today()).filter(institution__in=keys)}


def _preview(request: HttpRequest, plan: Plan, form: ConsolidateForm | None, *, site: AdminSite) -> HttpResponse:
    fresh = {"fingerprint": plan.fingerprint, "on": plan.on}
    if form is None:
        form = ConsolidateForm(initial=fresh)
    else:
        # What is shown now is what the next press of the button agrees to.
        form.data = {**dict(form.data.items()), "fingerprint": plan.fingerprint, "on": plan.on.isoformat()}
    names = {"a": plan.absorbed.number, "g": plan.survivor.number}
    context = {
        **site.each_context(request), "plan": plan, "form": form,
        "lines": side_by_side(plan.absorbed, plan.survivor, on=plan.on),
        "title": _("Konsolidér %(a)s ind i %(g)s") % names,
        "changes": sections.words(plan.changes), "notes": sections.notes(request, plan),
    }  # fmt: skip
    return TemplateResponse(request, "admin/consolidate.html", context, status=422 if form.errors else 200)


def _execute(request: HttpRequest, survivor: Institution, absorbed: Institution, form: ConsolidateForm) -> HttpResponse:
    given = form.cleaned_data
    plan = consolidation.plan(survivor, absorbed, on=given["on"])
    done = consolidation.execute(
        plan, fingerprint=given["fingerprint"], actor=ledger.person(request.user, door="admin"), reason=given["reason"]
    )
    messages.success(
        request,
        format_html(_('<a href="{}">{}</a> er konsolideret ind i <a href="{}">{}</a>.'), _page_of(absorbed),
                    absorbed.number, _page_of(survivor), survivor.number),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("admin:institutions_consolidation_change", args=[done.pk]))


def _page_of(institution: Institution) -> str:
    return reverse("admin:institutions_institution_change", args=[institution.number])


def _again(request: HttpRequest, form: ConsolidateForm | None, refused: Refused) -> ConsolidateForm:
    form = form or ConsolidateForm(request.POST)
    form.refuse(refused)
    return form
