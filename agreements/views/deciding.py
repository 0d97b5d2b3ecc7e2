"""Decisions on many: marked in the list or read from a sheet, previewed row by row, done as they were previewed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements import access
from agreements.forms.pages import ALL, EACH, ChosenForm, DecisionForm, SheetForm
from agreements.importing import decisions
from agreements.views import listing
from agreements.views.pages import personal, show, user_of
from registry import ledger
from registry.problems import Refused
from registry.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from agreements.importing.decisions import Taken
    from registry.verdicts import Decision

MOST_ROWS = 300  # rows shown of a preview; all are counted, and the refused come first


@require_POST
@personal
def chosen(request: HttpRequest, seen: Sight) -> HttpResponse:
    """Preview a decision on what was marked in the list, or on all that its filters match."""
    mine = access.decidable(request.user, seen=seen)
    form = ChosenForm(request.POST)
    if not form.is_valid():
        raise Refused("ukendt_beslutning", " ".join(map(str, form.errors.get("beslutning", form.errors.values()))))
    if request.POST.get("alle"):
        numbers = list(listing.chosen(request, mine).values_list("number", flat=True))
    else:
        numbers = [int(one) for one in request.POST.getlist("valgt") if decisions.ID.fullmatch(one)]
    if not numbers:
        raise Refused("ingen_valgt", _("Du har ikke valgt nogen aftaler."))
    content = decisions.written((number, form.cleaned_data["beslutning"], "") for number in numbers)
    return _preview(request, seen, content, {"kommentar": form.cleaned_data["kommentar"]})


@personal
def sheet(request: HttpRequest, seen: Sight) -> HttpResponse:
    """Ask for a sheet of decisions, and preview it."""
    access.decidable(request.user, seen=seen)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, seen, form.cleaned_data["fil"].read(), {})
        except Refused as refused:
            form.add_error("fil", f"{refused.detail} {refused.problem.remedy}")
    told = {"form": form, "words": decisions.DECISIONS, "columns": decisions.COLUMNS}
    return show(request, "agreements/sheet.html", seen, told, status=422 if form.errors else 200)


@require_POST
@personal
def done(request: HttpRequest, seen: Sight) -> HttpResponse:
    """Do what was previewed, and tell what became of each row; preview it again where something has changed."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refused("ugyldig_forespoergsel", " ".join(str(one) for errors in form.errors.values() for one in errors))
    given = form.cleaned_data
    content = str(given["raekker"]).encode()
    try:
        taken = decisions.take_in(
            content, mine=access.decidable(request.user, seen=seen), actor=ledger.person(user_of(request), door="side"),
            comment=given["kommentar"], whole=given["tilstand"] == ALL, previewed=given["forhaandsvist"],
        )  # fmt: skip
    except Refused as refused:
        if refused.code != "ikke_det_forhaandsviste":
            raise
        return _preview(request, seen, content, given, moved=refused)
    if not taken.report.applied:
        return _preview(request, seen, content, given)
    return show(request, "agreements/done.html", seen, _summary(taken))


def _preview(
    request: HttpRequest, seen: Sight, content: bytes, given: Mapping[str, Any], *, moved: Refused | None = None
) -> HttpResponse:
    taken = decisions.take_in(
        content, mine=access.decidable(request.user, seen=seen), actor=ledger.person(user_of(request), door="side"),
        trial=True,
    )  # fmt: skip
    form = DecisionForm(initial={
        "raekker": decisions.text(content), "forhaandsvist": taken.fingerprint,
        "tilstand": given.get("tilstand") or EACH, "kommentar": given.get("kommentar", ""),
    })  # fmt: skip
    told = {**_summary(taken), "form": form, "moved": moved, "stopped": given.get("tilstand") == ALL}
    return show(request, "agreements/preview.html", seen, told, status=409 if moved else 200)


def _summary(taken: Taken) -> dict[str, Any]:
    """The counts, the refusals by code, and the rows: the refused first."""
    every = taken.report.decisions
    refused = Counter(problem.code for one in every for problem in one.problems)
    titles = {problem.code: problem.problem.title for one in every for problem in one.problems}
    steps = Counter(one.changes["aftaleStatus"] for one in every if "aftaleStatus" in one.changes)
    return {
        "taken": taken,
        "steps": sorted(steps.items()),
        "changed": sum(steps.values()),
        "unchanged": sum(one.verdict == Verdict.UNCHANGED for one in every),
        "refused": [(titles[code], code, count) for code, count in refused.most_common()],
        "refused_count": sum(one.verdict == Verdict.REFUSED for one in every),
        "rows": sorted(every, key=_importance)[:MOST_ROWS],
        "more": max(0, len(every) - MOST_ROWS),
    }


def _importance(one: Decision) -> tuple[int, int]:
    order = {Verdict.REFUSED: 0, Verdict.CHANGED: 1}
    return order.get(one.verdict, 2), one.line
