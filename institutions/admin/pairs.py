"""A pair: both records, the evidence as a sum, a little map, and what a person says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import access, timelines
from institutions.admin import choices, maps, sections
from institutions.admin.comparing import side_by_side
from institutions.consolidation import SURVIVORS
from institutions.duplicates import queue, verdicts, whereabouts, wording
from institutions.models import Answer, Cause, Proposal, Verdict, Version
from registry import ledger, periods
from registry.forms import ActForm
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from institutions.duplicates.scoring import Score
    from institutions.duplicates.verdicts import Pair
    from institutions.models import Candidate, Institution
    from registry.models import Event

# Hundredths of log-odds that fill a bar.
WHOLE_BAR = 8.0
TAKE_BACK = "fortryd"
CAUSES = {Proposal.MERGER: Cause.MERGED, Proposal.TAKEOVER: Cause.TAKEN_OVER}


class VerdictForm(ActForm):
    """What a person says of a pair, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Begrundelse"), required=False, max_length=1000,
        widget=forms.TextInput(attrs={"data-key": "b", "autocomplete": "off"}),
        help_text=gettext_lazy("Må være tom: grundene ovenfor skrives med."),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the sum: what it says, its weight, and the bar that shows it, in per cent of the half."""

    text: str
    weight: float
    start: float
    width: float


def url(one: Institution, other: Institution, filters: str = "") -> str:
    """The pair's page, with the queue that it is looked at in."""
    page = reverse("admin:institutions_candidate_pair", args=[one.number, other.number])
    return f"{page}?{filters}" if filters else page


def page(request: HttpRequest, one: Institution, other: Institution, *, site: AdminSite) -> HttpResponse:
    """Show the pair, or take down what is said of it and go on to the next."""
    filters = request.GET.urlencode()
    listed = list(choices.chosen(request.user, request.GET.dict()).values_list("leaving__number", "staying__number"))
    form = VerdictForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            return _answer(request, one, other, form, listed, filters)
    except Refused as refused:
        form.refuse(refused)
    try:
        pair = verdicts.judge(one, other)
    except Refused as refused:
        messages.warning(request, f"{refused.detail} {refused.problem.remedy}")
        return HttpResponseRedirect(reverse("admin:institutions_candidate_changelist"))
    return _show(request, pair, form, listed, filters, site=site)


def _answer(
    request: HttpRequest,
    one: Institution,
    other: Institution,
    form: VerdictForm,
    listed: Sequence[tuple[str, str]],
    filters: str,
) -> HttpResponse:
    given, actor = form.cleaned_data, ledger.person(request.user, door="admin")
    said = request.POST.get("svar", "")
    names = {"one": one.number, "other": other.number}
    if said == TAKE_BACK:
        verdict = standing(one, other)
        if verdict is None:
            raise Refused("intet_at_fortryde", _("Der er ingen afgørelse om %(one)s og %(other)s.") % names)
        verdicts.take_back(verdict, actor=actor, reason=given["reason"])
        messages.success(request, _("Afgørelsen om %(one)s og %(other)s er taget tilbage.") % names)
        return HttpResponseRedirect(url(one, other, filters))
    # Before it is decided: then it is no longer in the list.
    _place, _before, following = queue.beside(listed, (one.number, other.number))
    verdict = verdicts.give(one, other, answer=said, actor=actor, reason=given["reason"], seen=given["seen"] or 0)
    messages.success(request, format_html(
        '{} <a href="{}" data-key="z">{}</a>',
        _("%(one)s og %(other)s: %(answer)s.") % {**names, "answer": verdict.get_answer_display()},
        url(one, other, filters), _("Se den igen, eller fortryd"),
    ))  # fmt: skip
    if following is None:
        return HttpResponseRedirect(f"{reverse('admin:institutions_candidate_changelist')}?{filters}")
    return HttpResponseRedirect(_to(following, filters))


def _to(pair: tuple[str, str], filters: str) -> str:
    page = reverse("admin:institutions_candidate_pair", args=pair)
    return f"{page}?{filters}" if filters else page


def standing(one: Institution, other: Institution) -> Verdict | None:
    """What somebody has said of a pair; None while nobody has."""
    first, second = sorted((one, other), key=lambda institution: institution.number)
    return Verdict.objects.filter(first=first, second=second).exclude(answer="").first()


def _show(
    request: HttpRequest,
    pair: Pair,
    form: VerdictForm,
    listed: Sequence[tuple[str, str]],
    filters: str,
    *,
    site: AdminSite,
) -> HttpResponse:
    today = periods.today()
    verdict = standing(pair.leaving, pair.staying)
    # What is shown now is what the next press of a button answers to.
    seen = verdict.event if verdict else 0
    form.initial["seen"] = seen
    if form.is_bound:
        form.data = {**dict(form.data.items()), "seen": str(seen)}
    place, before, following = queue.beside(listed, (pair.leaving.number, pair.staying.number))
    versions = {key: line.last() for key, line in timelines.load([pair.leaving, pair.staying]).items()}
    context = {
        **site.each_context(request), "pair": pair, "form": form, "verdict": verdict,
        "title": " · ".join(_named(one, versions[one.pk]) for one in (pair.leaving, pair.staying)), "filters": filters,
        "lines": side_by_side(pair.leaving, pair.staying, on=today), "terms": terms(pair.score),
        "map": _map(pair, versions), "others": others(request, pair.leaving, besides=pair.staying),
        "answers": _answers(), "stories": _history(pair), "sections": sections.make(request, pair.leaving),
        "place": place, "total": len(listed), "next_step": _next_step(pair),
        "previous": _to(before, filters) if before else "", "following": _to(following, filters) if following else "",
    }  # fmt: skip
    return TemplateResponse(request, "admin/pair.html", context, status=409 if form.errors else 200)


def _answers() -> list[tuple[str, str, str]]:
    """What may be said: the value, the words, the key."""
    return [(Answer.SAME, _("Ens"), "e"), (Answer.DIFFERENT, _("Forskellige"), "f"), (Answer.UNSURE, _("Usikker"), "u")]


def terms(score: Score) -> list[Term]:
    """The evidence, heaviest first, the start last; the weights add up to the total."""
    return [_term(one["tekst"], one["vaegt"]) for one in wording.told(score)]


def _term(text: str, weight: float) -> Term:
    width = round(50 * min(1.0, abs(weight) / WHOLE_BAR), 1)
    return Term(text, weight, 50.0 if weight > 0 else 50.0 - width, width)


def _map(pair: Pair, versions: dict[int, Version | None]) -> maps.Drawing | None:
    leaving, staying = (whereabouts.of(versions[one.pk]) for one in (pair.leaving, pair.staying))
    known = [one for one in (leaving, staying) if one]
    near = whereabouts.near(known, besides=(pair.leaving.pk, pair.staying.pk)) if known else []
    return maps.draw(leaving, staying, near)


def others(
    request: HttpRequest, leaving: Institution, *, besides: Institution | None = None
) -> list[tuple[Candidate, str]]:
    """The other institutions that the leaving one may be, the likeliest first, with their names."""
    found = list(access.candidates(request.user).filter(leaving=leaving).exclude(staying=besides).order_by("-score"))
    today = access.versions(periods.today()).filter(institution__in=[one.staying_id for one in found])
    names = {one.institution_id: one.name for one in today}
    return [(one, names.get(one.staying_id, "")) for one in found]


def _history(pair: Pair) -> list[Event]:
    first, second = sorted((pair.leaving.number, pair.staying.number))
    return list(ledger.history(f"par:{first}:{second}").order_by("-seq")[:20])


def _next_step(pair: Pair) -> tuple[str, str]:
    """Where a pair goes that is one institution: its address, and the words for it."""
    if pair.kind == Proposal.CONSOLIDATION and pair.staying.level not in SURVIVORS:
        # Agreements rest on a unit: which one, somebody must choose.
        page = reverse("admin:institutions_institution_konsolider", args=[pair.leaving.number])
        return page, _("%(staying)s er en daginstitution: vælg den enhed, som det er") % {
            "staying": pair.staying.number
        }
    if pair.kind == Proposal.CONSOLIDATION:
        page = reverse("admin:institutions_institution_konsolider", args=[pair.leaving.number])
        return f"{page}?ind_i={pair.staying.number}", _("Se, hvad en konsolidering ændrer")
    page = reverse("admin:institutions_institution_nedlaeg", args=[pair.leaving.number])
    cause = CAUSES[Proposal(pair.kind)]
    return (
        f"{page}?cause={cause}&successors={pair.staying.number}",
        _("Nedlæg %(leaving)s med %(staying)s som efterfølger")
        % {"leaving": pair.leaving.number, "staying": pair.staying.number},
    )


def _named(one: Institution, version: Version | None) -> str:
    return f"{one.number} {version.name if version else ''}".strip()
