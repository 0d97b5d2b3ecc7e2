"""The likeliest pairs, confirmed at one go: how many, how many of them are wrong, and the least certain shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from institutions import access
from institutions.admin import pairs
from institutions.consolidation import SURVIVORS
from institutions.duplicates import queue, verdicts
from institutions.models import Answer, Proposal
from registry import ledger, periods
from registry.forms import ActForm
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from institutions.models import Candidate

THRESHOLDS = ("0.999", "0.99", "0.95", "0.9")
CHOSEN = "0.99"
# The least certain ones, which the person looks at first.
SHOWN = 10


class ManyForm(ActForm):
    """Exactly the pairs that were shown."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Begrundelse"), required=False, max_length=1000)


@dataclass(frozen=True, slots=True)
class Batch:
    """The best proposal of each A-number above a threshold, and what to expect of them."""

    threshold: float
    rows: Sequence[Candidate]

    @property
    def expected_wrong(self) -> float:
        """How many of them are wrong, if the scores mean what they say: the sum of 1 - p."""
        return sum(1 - one.score for one in self.rows)

    @property
    def fingerprint(self) -> str:
        """Names exactly these pairs."""
        told = ",".join(f"{one.leaving_id}:{one.staying_id}" for one in self.rows)
        return hashlib.sha256(told.encode()).hexdigest()


def page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Choose, see, confirm."""
    access.require_registrar(request.user)
    chosen = request.GET.get("fra", CHOSEN)
    batch = gather(request, chosen if chosen in THRESHOLDS else CHOSEN)
    form = ManyForm(request.POST or None, initial={"fingerprint": batch.fingerprint})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["fingerprint"] == batch.fingerprint:
            return _confirm(request, batch, form)
        form.add_error(None, _("Køen er ændret, siden siden blev vist. Se igen, og bekræft."))
        form.data = {**dict(form.data.items()), "fingerprint": batch.fingerprint}
    shown = sorted(batch.rows, key=lambda one: one.score)[:SHOWN]
    keys = {key for one in shown for key in (one.leaving_id, one.staying_id)}
    names = {one.institution_id: one.name for one in access.versions(periods.today()).filter(institution__in=keys)}
    context: dict[str, Any] = {
        **site.each_context(request), "title": _("Bekræft mange"), "batch": batch, "form": form,
        "thresholds": [(one, one.replace(".", ","), float(one) == batch.threshold) for one in THRESHOLDS],
        "shown": [(one, names.get(one.leaving_id, ""), names.get(one.staying_id, ""),
                   pairs.url(one.leaving, one.staying)) for one in shown],
    }  # fmt: skip
    return TemplateResponse(request, "admin/many.html", context, status=409 if form.errors else 200)


def gather(request: HttpRequest, threshold: str) -> Batch:
    """The pairs that wait above a threshold; of each A-number the likeliest alone."""
    # One that comes again because something has changed is for a person to look at.
    rows = queue.unsaid(queue.unsettled(queue.pairs(request.user)))
    # What agreements cannot rest on is nothing that an A-number can become.
    rows = rows.filter(kind=Proposal.CONSOLIDATION, score__gte=float(threshold), staying__level__in=SURVIVORS)
    best = {one.leaving_id: one for one in rows.order_by("score", "-staying__number")}
    return Batch(float(threshold), sorted(best.values(), key=lambda one: one.leaving.number))


def _confirm(request: HttpRequest, batch: Batch, form: ManyForm) -> HttpResponse:
    try:
        given = verdicts.give_many(
            [verdicts.of_candidate(one) for one in batch.rows], answer=Answer.SAME,
            actor=ledger.person(request.user, door="admin"), reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, f"{refused.detail} {refused.problem.remedy}")
        return HttpResponseRedirect(reverse("admin:institutions_candidate_many"))
    told = ngettext("%s par er bekræftet som ens.", "%s par er bekræftet som ens.", len(given)) % len(given)
    messages.success(request, told)
    return HttpResponseRedirect(f"{reverse('admin:institutions_candidate_changelist')}?tilstand={queue.AGREED}")
