"""The A-numbers that become a data owner's units: what happens to their agreements, and a yes in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import access, cases
from agreements.carrying import Way, fates_of
from agreements.cases import OPEN, State
from agreements.views.pages import personal, show, user_of
from institutions.views.search import page_numbers
from registry import ledger
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from agreements.carrying import Fate

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def overview(request: HttpRequest, seen: Sight) -> HttpResponse:
    """The cases, the nearest deadline first; what is ticked on one is approved in advance, what is not is not."""
    mine = cases.listed(access.cases_to_approve(request.user, seen=seen))
    if request.method == "POST":
        saved = {**request.GET.dict(), "gemt": _approve(request, mine).absorbed.number}
        return redirect(f"{reverse('agreements:cases')}?{urlencode(saved)}")
    shown = mine.filter(Q(state__in=OPEN) | Q(state=State.EXECUTED, undecided__gt=0))
    order = (F("deadline").asc(nulls_last=True), "absorbed__number")
    found = Paginator(shown.order_by(*order), PER_PAGE).get_page(request.GET.get("side"))
    told = {
        "found": found, "rows": rows(found.object_list), "saved": request.GET.get("gemt", ""),
        "page_numbers": page_numbers(found.number, found.paginator.num_pages),
    }  # fmt: skip
    return show(request, "agreements/cases.html", seen, told)


def rows(found: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Each case with the agreements that may be approved in advance, and those with another way in figures."""
    listed = list(found)
    becomes = fates_of([(one.survivor, one.absorbed) for one in listed])
    return [_row(one, becomes[one.absorbed_id]) for one in listed]


def _row(case: Any, fates: Sequence[Fate]) -> Mapping[str, Any]:  # noqa: ANN401 - annotated
    is_open = case.state in OPEN
    carried = [one for one in fates if one.way == Way.CARRY] if is_open else []
    return {"case": case, "is_open": is_open, "carried": carried, "others": _others(fates)}


def _others(fates: Sequence[Fate]) -> list[tuple[int, str]]:
    words = {Way.MOVE: _("flytter med som anmodning"), Way.END: _("ophører, fordi den er dækket")}
    counted = [(sum(one.way == way for one in fates), told) for way, told in words.items()]
    return [(count, told) for count, told in counted if count]


@transaction.atomic
def _approve(request: HttpRequest, mine: QuerySet[Any]) -> Any:  # noqa: ANN401 - annotated
    """Take down what is ticked otherwise than it was shown. Gives the case."""
    key = request.POST.get("sag", "")
    case = mine.filter(pk=int(key[:18])).first() if key.isascii() and key.isdecimal() else None
    if case is None:
        raise Refused("ikke_fundet", _("Sagen findes ikke, eller den er ikke jeres."))
    ticked, before = set(request.POST.getlist("aftale")), set(request.POST.getlist("vist"))
    there = {str(fate.row.number): fate.row for fate in fates_of([(case.survivor, case.absorbed)])[case.absorbed_id]}
    actor = ledger.person(user_of(request), door="side")
    for numbers, approved in ((ticked - before, True), (before - ticked, False)):
        if gone := numbers - there.keys():
            raise Refused("ulovligt_valg", _("Aftale %(numbers)s hviler ikke længere på %(absorbed)s.")
                          % {"numbers": ", ".join(sorted(gone))[:80], "absorbed": case.absorbed.number})  # fmt: skip
        if numbers:
            chosen = [there[number] for number in sorted(numbers)]
            cases.approve_ahead(case, chosen, actor=actor, approved=approved,
                                reason=request.POST.get("begrundelse", ""))  # fmt: skip
    return case
