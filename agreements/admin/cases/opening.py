"""Cases are opened: for one A-number, or for all the pairs that somebody has said are one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import access, cases
from agreements.admin.cases import page as pages
from agreements.forms.cases import OpenForm, ReasonForm
from agreements.models import Case
from institutions.admin import pairs
from institutions.consolidation import SURVIVORS
from institutions.models import Institution, Level, Version
from registry import ledger
from registry.admin import acts
from registry.admin.acts import Act, Done

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from agreements.cases import Opened
    from institutions.models import Verdict

MOST_REFUSED = 20
MOST = 500  # pairs on a page: each is a field of the form, and Django takes a thousand


def one(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """A case for the A-number and the unit that one types, or that the address names."""
    access.cases(request.user)
    actor = ledger.person(request.user, door="admin")

    def perform(given: Mapping[str, Any]) -> Done:
        case = cases.open_case(given["absorbed"], given["survivor"], actor=actor, reason=given["reason"])
        return Done(format_html(_("Sagen om {} er oprettet."), case.absorbed.number), pages.url(case))

    back = reverse("admin:agreements_case_changelist")
    given = {"absorbed": request.GET.get("a", ""), "survivor": request.GET.get("g", "")}
    there = Case.objects.filter(absorbed__number=given["absorbed"], dropped=False).first()
    if request.method == "GET" and there:
        messages.info(request, _("Der er allerede en sag om %s.") % given["absorbed"])
        return HttpResponseRedirect(pages.url(there))
    absorbed = Institution.objects.filter(number=given["absorbed"], level=Level.UDENFOR).first()
    found = likely(request, absorbed, address=f"?a={absorbed.number}&g=") if absorbed else []
    act = Act(title=_("Opret sag"), button=_("Opret sag"), subject=f"sager/{actor.name}", perform=perform, back=back,
              latest=lambda: None, template="admin/case_act.html", context={"likely": found})  # fmt: skip
    return acts.serve(request, act, OpenForm(request.POST or None, initial=given), site=site)


def likely(
    request: HttpRequest, absorbed: Institution, *, besides: Institution | None = None, address: str
) -> list[tuple[str, str, str, float]]:
    """The units that an A-number may be, likeliest first: the address that chooses one, number, name, likelihood."""
    found = [(one, name) for one, name in pairs.others(request, absorbed, besides=besides)
             if one.staying.level in SURVIVORS]  # fmt: skip
    return [(f"{address}{one.staying.number}", one.staying.number, name, one.score) for one, name in found]


def many(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """A case for each pair that was said to be one, but for those that are not ticked."""
    access.cases(request.user)
    all_of_them = cases.said_to_be_one()
    proposed = list(all_of_them[:MOST])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ticked = set(request.POST.getlist("par"))
        chosen = [(pair.first, pair.second) for pair in proposed if str(pair.pk) in ticked]
        if chosen:
            actor = ledger.person(request.user, door="admin")
            _tell(request, cases.open_many(chosen, actor=actor, reason=form.cleaned_data["reason"]))
            return HttpResponseRedirect(f"{reverse('admin:agreements_case_changelist')}?tilstand=foreslået")
        form.add_error(None, _("Der er ikke valgt nogen par, som mangler en sag. Se listen igen."))
    context = {
        **site.each_context(request), "title": _("Opret sager"), "form": form, "pairs": _named(proposed),
        "more": all_of_them.count() - len(proposed),
    }  # fmt: skip
    return TemplateResponse(request, "admin/cases_open.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, opened: Sequence[Opened]) -> None:
    made = sum(1 for one in opened if one.case)
    messages.success(request, ngettext("%s sag er oprettet.", "%s sager er oprettet.", made) % made)
    refused = [one.refused for one in opened if one.refused]
    for why in refused[:MOST_REFUSED]:
        messages.warning(request, why.detail)
    if len(refused) > MOST_REFUSED:
        messages.warning(request, _("Og %s til.") % (len(refused) - MOST_REFUSED))


def _named(said: Sequence[Verdict]) -> list[tuple[Verdict, str, str]]:
    keys = {key for one in said for key in (one.first_id, one.second_id)}
    versions = Version.objects.filter(institution__in=keys).order_by("period")
    names = dict(versions.values_list("institution", "name"))
    return [(one, names.get(one.first_id, ""), names.get(one.second_id, "")) for one in said]
