"""Many cases: one preview with those to look at first, then executed behind the scenes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import access, cases
from agreements.admin.cases import acts
from agreements.carrying import Way
from agreements.cases import State
from agreements.forms.cases import ManyForm
from registry import ledger
from registry.problems import Refused
from registry.site import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from agreements.cases import Preview

SLUG = "forhaandsvis"


@dataclass(frozen=True, slots=True)
class Row:
    """A case of the preview: with what both are called, its agreements by what becomes of them, and if it is ticked."""

    preview: Preview
    absorbed_name: str
    survivor_name: str
    ways: Sequence[tuple[str, int]]
    why: Sequence[str]
    possible: bool
    ticked: bool


def page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """See, and execute exactly what was seen."""
    access.cases(request.user)
    chosen = acts.asked(request)
    previews = cases.preview_many(chosen)
    print_now = fingerprint(previews)
    form = ManyForm(request.POST or None, initial={"fingerprint": print_now})
    ticked = set(request.POST.getlist("sag")) if request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["fingerprint"] == print_now:
            wanted = [one for one in previews if str(one.case.pk) in (ticked or ()) and _possible(one)]
            if answer := _begin(request, form, wanted):
                return answer
        else:
            form.add_error(None, _("Noget er ændret, siden siden blev vist. Se igen, og udfør så."))
            form.data = {**dict(form.data.items()), "fingerprint": print_now}
    rows = _rows(previews, {one.pk: one for one in chosen}, ticked)
    possible = [one.preview for one in rows if one.possible]
    context = {
        **site.each_context(request), "title": _title(len(rows)), "form": form, "totals": cases.totals(previews),
        "first": [one for one in rows if one.why], "rest": [one for one in rows if not one.why],
        "unready": acts.url("klar", [one.preview.case.pk for one in rows if one.preview.state in NOT_READY])
        if any(one.preview.state in NOT_READY for one in rows) else "",
        "ways": _told(cases.totals(possible).agreements), "possible": len(possible),
    }  # fmt: skip
    return TemplateResponse(request, "admin/cases_many.html", context, status=409 if form.errors else 200)


NOT_READY = (State.PROPOSED, State.NOTIFIED)


def fingerprint(previews: Sequence[Preview]) -> str:
    """Names exactly what these previews show."""
    told = sorted(f"{one.case.pk}:{one.state}:{one.fingerprint}" for one in previews)
    return hashlib.sha256(",".join(told).encode()).hexdigest()


def _possible(one: Preview) -> bool:
    return one.refused is None and one.state == State.READY


def _begin(request: HttpRequest, form: ManyForm, wanted: Sequence[Preview]) -> HttpResponse | None:
    if not wanted:
        form.add_error(None, _("Der er ikke valgt nogen sager, som kan udføres."))
        return None
    actor = ledger.person(request.user, door="admin")
    try:
        job = cases.begin(wanted, actor=actor, reason=form.cleaned_data["reason"])
    except Refused as refused:
        if refused.code == "sag_i_gang":
            messages.warning(request, refusals.sentence(refused))
            return HttpResponseRedirect(reverse("admin:registry_job_change", args=[refused.value]))
        form.refuse(refused)
        return None
    told = ngettext("%s sag udføres nu i baggrunden.", "%s sager udføres nu i baggrunden.", len(wanted)) % len(wanted)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("admin:registry_job_change", args=[job.pk]))


def _rows(previews: Sequence[Preview], named: Mapping[int, Any], ticked: set[str] | None) -> list[Row]:
    made = []
    for one in previews:
        case = named[one.case.pk]
        why = [one.refused.detail] if one.refused else []
        if one.state in NOT_READY:
            why.append(_("Sagen er %s, ikke klar: den skal først have en frist.") % one.state.label)
        why += [warned.text for warned in one.warnings]
        possible = _possible(one)
        # One that should be looked at is executed only where somebody ticks it.
        marked = str(case.pk) in ticked if ticked is not None else not why
        made.append(Row(one, case.absorbed_name or "", case.survivor_name or "",
                        _told(Counter(str(fate.way) for fate in one.fates)), why, possible,
                        possible and marked))  # fmt: skip
    return made


def _told(found: Counter[str]) -> list[tuple[str, int]]:
    short = {Way.CARRY: _("føres over"), Way.MOVE: _("flytter med"), Way.END: _("ophører"), Way.STAY: _("bliver")}
    return [(words, found[str(way)]) for way, words in short.items() if found[str(way)]]


def _title(count: int) -> str:
    return ngettext("Forhåndsvis %s sag", "Forhåndsvis %s sager", count) % count
