"""A vendor's own: its systems, and requests for many institutions at once, previewed number by number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q
from django.views.decorators.http import require_http_methods, require_safe

from agreements import access, lifecycle
from agreements.forms.pages import RequestForm
from agreements.importing import wanted
from agreements.models import ConnectionAgreement
from agreements.states import Status
from agreements.views.pages import personal, show, user_of
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight
    from agreements.lifecycle import Answer

MOST_ROWS = 500  # answers shown; all are counted, and the refused come first


@require_safe
@personal
def systems(request: HttpRequest, seen: Sight) -> HttpResponse:
    """The vendor's systems, what each may call today, and how many agreements of each status it has."""
    connected = ConnectionAgreement.objects.filter(period__contains=periods.today()).select_related("service")
    counted = {
        status.lower(): Count("data_agreements", filter=Q(data_agreements__status=status)) for status in Status.values
    }
    mine = access.systems(request.user).annotate(**counted)
    told = mine.prefetch_related(Prefetch("connections", connected.order_by("service__code"), to_attr="connected"))
    return show(request, "agreements/systems.html", seen, {"systems": told})


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def request_form(request: HttpRequest, seen: Sight) -> HttpResponse:
    """Ask whose data; show what each number would be answered; then ask."""
    mine = access.systems(request.user).filter(passive=False)
    if request.method != "POST":
        form = RequestForm(initial={"system": request.GET.get("system")}, systems=mine)
        return show(request, "agreements/request.html", seen, {"form": form})
    form = RequestForm(request.POST, request.FILES, systems=mine)
    if not form.is_valid():
        return show(request, "agreements/request.html", seen, {"form": form}, status=422)
    if "ret" in request.POST:
        return show(request, "agreements/request.html", seen, {"form": form})
    trial = "udfoer" not in request.POST
    try:
        numbers = _numbers(form.cleaned_data)
        answers = _ask(request, numbers, form.cleaned_data, trial=trial)
    except Refused as refused:
        form.add_error({"numre": "numre", "fil": "fil", "system": "system"}.get(refused.field), refused.detail)
        return show(request, "agreements/request.html", seen, {"form": form}, status=422)
    told = {**_summary(answers), "form": form, "trial": trial, "numbers": "\n".join(numbers)}
    return show(request, "agreements/requested.html", seen, told)


def _numbers(given: Mapping[str, Any]) -> list[str]:
    found = wanted.pasted(given["numre"])
    if given["fil"]:
        try:
            filed = wanted.in_file(given["fil"].read(), system=given["system"].code)
            found = list(dict.fromkeys([*found, *filed]))
        except Refused as refused:
            refused.field = "fil"
            raise
    return wanted.check(found)


def _ask(request: HttpRequest, numbers: Sequence[str], given: Mapping[str, Any], *, trial: bool) -> list[Answer]:
    return lifecycle.request_many(
        numbers, system=given["system"], services=list(given["service"]), comment=given["kommentar"], trial=trial,
        processor_agreement=given["databehandleraftale"], actor=ledger.person(user_of(request), door="side"),
    )  # fmt: skip


def _summary(answers: Sequence[Answer]) -> dict[str, Any]:
    refused = Counter(one.refused.code for one in answers if one.refused)
    titles = {one.refused.code: one.refused.problem.title for one in answers if one.refused}
    rows = sorted(answers, key=lambda one: 0 if one.refused else 1 if one.remark else 2)
    return {
        "asked": sum(not one.refused for one in answers),
        "warned": sum(bool(one.remark) for one in answers),
        "refused": [(titles[code], code, count) for code, count in refused.most_common()],
        "refused_count": sum(refused.values()),
        "rows": rows[:MOST_ROWS],
        "more": max(0, len(answers) - MOST_ROWS),
    }
