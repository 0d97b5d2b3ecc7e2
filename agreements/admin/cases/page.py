"""A case: both records side by side, why they are thought one, what becomes of each agreement, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import access, cases, owners
from agreements.admin.agreements import PILLS as AGREEMENT_PILLS
from agreements.admin.cases import choices
from agreements.carrying import Way, ways
from agreements.cases import OPEN, State
from agreements.states import Status
from institutions import consolidation
from institutions.admin import pairs, sections
from institutions.admin.comparing import side_by_side
from institutions.duplicates import queue, verdicts
from institutions.keys import Change
from registry import periods
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from agreements.carrying import Fate
    from agreements.cases import Preview
    from agreements.models import Case, DataAgreement

PILLS: Mapping[State, str] = {
    State.PROPOSED: "waiting", State.NOTIFIED: "coming", State.READY: "coming", State.EXECUTED: "open",
    State.UNDONE: "closed", State.DROPPED: "closed",
}  # fmt: skip
MOST_EVENTS = 30


@dataclass(frozen=True, slots=True)
class Button:
    """A way to an act, and the key that does the same."""

    text: str | Promise
    url: str
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of an agreement, in words."""

    fate: Fate
    pill: str
    there: str
    what: str
    said: str
    may_choose: bool


def url(case: Case, filters: str = "") -> str:
    """The case's page, with the list that it is looked at in."""
    found = reverse("admin:agreements_case_change", args=[case.pk])
    return f"{found}?{filters}" if filters else found


def show(request: HttpRequest, case: Any, *, site: AdminSite) -> HttpResponse:  # noqa: ANN401 - annotated
    """Show it."""
    filters = request.GET.urlencode()
    listed = list(choices.chosen(request.user, request.GET.dict()).values_list("pk", flat=True))
    place, before, following = queue.beside(listed, case.pk)
    preview, state = cases.preview(case), State(case.state)
    context = {
        **site.each_context(request), "case": case, "title": title(case), "state": state, "pill": PILLS[state],
        "late": choices.is_late(case), "filters": filters, "place": place, "total": len(listed),
        "previous": _beside(before, filters), "following": _beside(following, filters),
        "buttons": _buttons(case, state), "owner": owners.names([case.survivor_id]).get(case.survivor_id, ""),
        "is_open": state in OPEN, "carries": any(_carried(one) for one in preview.fates),
        "stories": _stories(case),
        "job": cases.under_way([case.pk]).get(case.pk), **_both(case), **_outcome(request, case, preview),
    }  # fmt: skip
    return TemplateResponse(request, "admin/case.html", context)


def _stories(case: Case) -> list[Event]:
    """What was done to the case, and its being executed and undone."""
    done = Q(subject=case.absorbed.number, action__in=[consolidation.EXECUTE, consolidation.UNDO])
    return list(Event.objects.filter(Q(subject=case.subject) | done).order_by("-seq")[:MOST_EVENTS])


def title(case: Any) -> str:  # noqa: ANN401 - annotated
    """Both, with their names."""
    a, g = (f"{one.number} {name or ''}".strip() for one, name in
            ((case.absorbed, case.absorbed_name), (case.survivor, case.survivor_name)))  # fmt: skip
    return f"{a} → {g}"


def lines(preview: Preview) -> list[Line]:
    """What becomes of each agreement on the A-number, in words."""
    return [_line(one) for one in preview.fates]


def _line(fate: Fate) -> Line:
    there = fate.there
    said = ""
    if fate.chosen and fate.choice:
        said = _("%(by)s: %(reason)s") % {"by": fate.choice.by, "reason": fate.choice.reason}
    return Line(
        fate, AGREEMENT_PILLS[fate.row.status],
        _("aftale %(number)s, %(status)s") % {"number": there.number, "status": there.get_status_display().lower()}
        if there else "",
        _what(fate), said, len(ways(fate.row, there)) > 1,
    )  # fmt: skip


def _what(fate: Fate) -> str:
    if _carried(fate) and fate.approved:
        ahead = _("føres over og gælder straks på G-nummeret: godkendt på forhånd af %s")
        return str(ahead % fate.choice.approved_by)
    if fate.way == Way.END and fate.there and not fate.chosen:
        covered = fate.there.status == Status.GODKENDT
        told = _("ophører: dækket af aftale %s") if covered else _("ophører: aftale %s er der allerede anmodet om")
        return str(told % fate.there.number)
    return str(Way(fate.way).label)


def _carried(fate: Fate) -> bool:
    return fate.way == Way.CARRY and fate.row.status == Status.GODKENDT


def _both(case: Case) -> dict[str, Any]:
    """The two side by side, on a day on which both are there; and why somebody thinks them one."""
    done = consolidation.standing(case.absorbed)
    day = date.fromisoformat(done.data["on"]) - timedelta(days=1) if done else periods.today()
    try:
        pair = verdicts.judge(case.absorbed, case.survivor)
    except Refused:
        pair = None
    return {
        "lines": side_by_side(case.absorbed, case.survivor, on=day), "pair": pair,
        "terms": pairs.terms(pair.score) if pair else [], "verdict": pairs.standing(case.absorbed, case.survivor),
        "pair_url": pairs.url(case.absorbed, case.survivor),
    }  # fmt: skip


def _outcome(request: HttpRequest, case: Case, preview: Preview) -> dict[str, Any]:
    """What would be done; or what was, and what still waits for its data owner."""
    done = consolidation.standing(case.absorbed)
    if done is None or preview.state != State.EXECUTED:
        return {"preview": preview, "fates": lines(preview)}
    resting = access.agreements_of(case.absorbed, request.user).select_related("carried_by").order_by("number")
    return {
        "done": done, "changes": sections.words([Change(**one) for one in done.data["changes"]]),
        "resting": [(one, AGREEMENT_PILLS[one.status], _left(one)) for one in resting],
        "waits": cases.undecided([case]).count(),
    }  # fmt: skip


def _left(one: DataAgreement) -> str:
    if not one.carried_by:
        return ""
    names = {"number": one.carried_by.number, "status": one.carried_by.get_status_display().lower()}
    return _("ført over i aftale %(number)s, %(status)s") % names


def _beside(key: int | None, filters: str) -> str:
    found = reverse("admin:agreements_case_change", args=[key]) if key else ""
    return f"{found}?{filters}" if found and filters else found


def _buttons(case: Case, state: State) -> Sequence[Button]:
    def act(text: str | Promise, verb: str, kind: str = "") -> Button:
        return Button(text, f"{reverse('admin:agreements_case_act', args=[verb])}?sag={case.pk}", kind)

    def alone(text: str | Promise, name: str, kind: str = "", key: str = "") -> Button:
        return Button(text, reverse(f"admin:agreements_case_{name}", args=[case.pk]), kind, key)

    preview = alone(gettext_lazy("Forhåndsvis"), "udfoer", "primary" if state == State.READY else "", "v")
    ready = act(gettext_lazy("Gør klar"), "klar", "" if state == State.READY else "primary")
    longer, told = act(gettext_lazy("Flyt fristen"), "frist"), act(gettext_lazy("Varslet"), "varsl")
    drop, other = act(gettext_lazy("Opgiv"), "opgiv", "danger"), alone(gettext_lazy("Skift G-nummer"), "g_nummer")
    reopen = act(gettext_lazy("Genåbn"), "genaabn", "primary")
    window = [alone(gettext_lazy("Luk vinduet"), "luk_vindue")] if cases.undecided([case]).exists() else []
    found = {
        State.PROPOSED: [ready, told, preview, other, drop], State.NOTIFIED: [ready, told, preview, other, drop],
        State.READY: [preview, longer, told, other, drop],
        State.EXECUTED: [*window, longer, alone(gettext_lazy("Fortryd"), "fortryd", "danger")],
        State.UNDONE: [reopen, drop], State.DROPPED: [reopen],
    }  # fmt: skip
    return found[state]
