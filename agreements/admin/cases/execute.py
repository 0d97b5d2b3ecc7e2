"""A case's preview: exactly what will change; and the button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agreements import cases
from agreements.admin.cases import page as pages
from agreements.admin.cases.acts import latest
from agreements.cases import State
from agreements.forms.cases import ExecuteForm
from institutions import consolidation
from institutions.admin import sections
from registry import ledger
from registry.admin import acts
from registry.admin.acts import Act, Done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from agreements.models import Case


def page(request: HttpRequest, case: Case, *, site: AdminSite) -> HttpResponse:
    """Show what would change today, or do it where it is still what was shown."""
    if told := _done_already(case):
        messages.warning(request, told)
        return HttpResponseRedirect(pages.url(case))
    actor, preview = ledger.person(request.user, door="admin"), cases.preview(case)
    back = pages.url(case)

    def perform(given: Mapping[str, Any]) -> Done:
        cases.execute(case, fingerprint=given["fingerprint"], actor=actor, reason=given["reason"])
        told = _("{} er konsolideret ind i {}. Det kan fortrydes herfra.")
        return Done(format_html(told, case.absorbed.number, case.survivor.number), back)

    act = Act(
        title=_("Forhåndsvis: %s") % pages.title(case), button=_("Udfør"), subject=case.subject, perform=perform,
        back=back, latest=lambda: latest(case), template="admin/case_execute.html",
        context={
            "case": case, "preview": preview, "fates": pages.lines(preview),
            "changes": sections.words(preview.plan.changes) if preview.plan else [],
            "notes": sections.notes(request, preview.plan) if preview.plan else [],
            "is_ready": preview.state == State.READY, "totals": cases.totals([preview]),
        },
    )  # fmt: skip
    form = ExecuteForm(request.POST or None, initial={"fingerprint": preview.fingerprint})
    answer = acts.serve(request, act, form, site=site)
    if form.errors:
        # What is shown now is what the next press of the button agrees to.
        form.data = {**dict(form.data.items()), "fingerprint": preview.fingerprint}
    return answer


def _done_already(case: Case) -> str:
    """Who has executed it, where somebody has."""
    done = consolidation.standing(case.absorbed)
    if done is None:
        return ""
    return _("%(a)s er allerede konsolideret ind i %(g)s, af %(by)s den %(at)s.") % {
        "a": case.absorbed.number, "g": done.data["survivor"], "by": done.actor, "at": f"{done.at:%d.%m.%Y %H:%M}",
    }  # fmt: skip
