"""What is done to one case alone: another G-number, what becomes of an agreement, undoing, closing the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import cases, owners
from agreements.admin.cases import opening
from agreements.admin.cases import page as pages
from agreements.admin.cases.acts import latest
from agreements.carrying import Way, ways
from agreements.forms.cases import AheadForm, ChooseForm, DropForm, SurvivorForm
from institutions import consolidation
from institutions.admin import sections
from institutions.keys import Change
from registry import ledger
from registry.admin import acts
from registry.admin.acts import Act, Done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from agreements.carrying import Fate
    from agreements.models import Case
    from registry.forms import ActForm

type Do = Callable[[Mapping[str, Any]], str]


def _serve(
    request: HttpRequest,
    case: Case,
    form: ActForm,
    do: Do,
    *,
    site: AdminSite,
    title: str,
    **more: Any,  # noqa: ANN401
) -> HttpResponse:
    """A page over one rule; `do` gives what is said afterwards."""
    back = pages.url(case)

    def perform(given: Mapping[str, Any]) -> Done:
        return Done(do(given), back)

    act = Act(
        title=f"{title}: {pages.title(case)}", button=more.pop("button", title), subject=case.subject,
        perform=perform, back=back, latest=lambda: latest(case), template="admin/case_act.html",
        danger=more.pop("danger", False),
        context={"case": case, **more},
    )  # fmt: skip
    return acts.serve(request, act, form, site=site)


def survivor(request: HttpRequest, case: Case, *, site: AdminSite) -> HttpResponse:
    """Another G-number: what was said of the agreements holds no more."""
    actor = ledger.person(request.user, door="admin")

    def do(given: Mapping[str, Any]) -> str:
        changed = cases.change_survivor(case, given["survivor"], actor=actor, reason=given["reason"])
        return format_html(_("{} bliver til {}."), changed.absorbed.number, changed.survivor.number)

    form = SurvivorForm(request.POST or None, initial={"survivor": request.GET.get("til", "")})
    told = _("Valg og godkendelser på sagen gælder ikke længere, og sagen skal gøres klar igen.")
    return _serve(request, case, form, do, site=site, title=_("Skift G-nummer"), summary=told,
                  likely=opening.likely(request, case.absorbed, besides=case.survivor, address="?til="))  # fmt: skip


def choose(request: HttpRequest, case: Case, number: int, *, site: AdminSite) -> HttpResponse:
    """What becomes of one agreement."""
    actor, fate = ledger.person(request.user, door="admin"), _fate(case, number)
    lawful = ways(fate.row, fate.there)

    def do(given: Mapping[str, Any]) -> str:
        cases.choose(case, fate.row, given["way"], actor=actor, reason=given["reason"])
        return format_html(_("Aftale {}: {}."), number, Way(given["way"]).label)

    form = ChooseForm(
        request.POST or None, ways=[(one, str(Way(one).label).capitalize()) for one in lawful],
        initial={"way": fate.way, "reason": fate.choice.reason if fate.choice else ""},
    )  # fmt: skip
    told = _("%(vendor)s: %(system)s, %(service)s. %(status)s.") % {
        "vendor": fate.row.system.vendor.name, "system": fate.row.system.name, "service": fate.row.service,
        "status": fate.row.get_status_display(),
    }  # fmt: skip
    return _serve(request, case, form, do, site=site, title=_("Aftale %s") % number, summary=told,
                  button=_("Gem valget"))  # fmt: skip


def _fate(case: Case, number: int) -> Fate:
    for fate in cases.preview(case).fates:
        if fate.row.number == number:
            return fate
    raise Http404


def ahead(request: HttpRequest, case: Case, *, site: AdminSite) -> HttpResponse:
    """Which agreements the data owner has approved in advance: what is ticked is, what is not is not."""
    actor = ledger.person(request.user, door="admin")
    carried = {str(one.row.number): one for one in cases.preview(case).fates if one.way == Way.CARRY}

    def do(given: Mapping[str, Any]) -> str:
        wanted = set(given["agreements"])
        for approved in (True, False):
            changed = [one.row for number, one in carried.items()
                       if (number in wanted) is approved and one.approved is not approved]  # fmt: skip
            if changed:
                cases.approve_ahead(case, changed, actor=actor, approved=approved, reason=given["reason"])
        return ngettext("%s aftale er godkendt på forhånd.", "%s aftaler er godkendt på forhånd.",
                        len(wanted)) % len(wanted)  # fmt: skip

    form = AheadForm(
        request.POST or None, initial={"agreements": [number for number, one in carried.items() if one.approved]},
        agreements=[(number, f"{number} {one.row.system.vendor.name}: {one.row.system.name}, {one.row.service}")
                    for number, one in carried.items()],
    )  # fmt: skip
    owner = owners.names([case.survivor_id]).get(case.survivor_id, "")
    told = _("Dataejeren er %s. Du handler i dens sted, og det står i hændelsesloggen.") % owner
    return _serve(request, case, form, do, site=site, title=_("Godkendt på forhånd"), summary=told,
                  button=_("Gem"))  # fmt: skip


def undo(request: HttpRequest, case: Case, *, site: AdminSite) -> HttpResponse:
    """Take an executed case back, having seen what that changes."""
    actor, done = ledger.person(request.user, door="admin"), consolidation.standing(case.absorbed)

    def do(given: Mapping[str, Any]) -> str:
        cases.undo(case, actor=actor, reason=given["reason"])
        return format_html(_("Sagen om {} er fortrudt: alt er, som det var."), case.absorbed.number)

    changes = [Change(**one).backwards() for one in reversed(done.data["changes"])] if done else []
    form = DropForm(request.POST or None)
    return _serve(request, case, form, do, site=site, title=_("Fortryd"), danger=True,
                  changes=sections.words(changes))  # fmt: skip


def window(request: HttpRequest, case: Case, *, site: AdminSite) -> HttpResponse:
    """End what was carried over and is undecided."""
    actor = ledger.person(request.user, door="admin")

    def do(given: Mapping[str, Any]) -> str:
        ended = cases.end_window(case, actor=actor, reason=given["reason"])
        told = ngettext("{} aftale er ophørt.", "{} aftaler er ophørt.", len(ended))
        return format_html(told, len(ended))

    waiting = cases.undecided([case]).select_related("system__vendor", "service")
    told = [
        _("Aftale %(number)s, %(vendor)s: %(system)s, %(service)s: ophører i dag. Anmodningen på %(survivor)s bliver.")
        % {"number": one.number, "vendor": one.system.vendor.name, "system": one.system.name, "service": one.service,
           "survivor": case.survivor.number}
        for one in waiting
    ]  # fmt: skip
    return _serve(request, case, DropForm(request.POST or None), do, site=site, title=_("Luk vinduet"), danger=True,
                  changes=told)  # fmt: skip


PAGES: Mapping[str, Callable[..., HttpResponse]] = {
    "g-nummer": survivor, "godkend": ahead, "fortryd": undo, "luk-vindue": window,
}  # fmt: skip
