"""Paste numbers, and be told what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from institutions import access, fates, numbers
from institutions.forms.search import LookupForm
from institutions.views.pages import asked_day, page
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.http import HttpRequest, HttpResponse


@page
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """What became of each number, in the order in which they were written. `?numre=` can be shared."""
    given = request.POST if request.method == "POST" else request.GET
    day, _form = asked_day(request)
    form = LookupForm(given) if "numre" in given else LookupForm()
    if not form.is_bound:
        return render(request, "institutions/lookup.html", {"form": form})
    if not form.is_valid():
        return render(request, "institutions/lookup.html", {"form": form}, status=400)
    answers = _answers(form.cleaned_data["numre"], on=day)
    return render(request, "institutions/lookup.html", {"form": form, "answers": answers})


def _answers(written: list[str], *, on: date) -> Sequence[Mapping[str, Any]]:
    answers: list[dict[str, Any]] = [_read(text) for text in written]
    wanted = {answer["number"] for answer in answers if answer["number"]}
    told = fates.tell(access.institutions().filter(number__in=wanted), on=on)
    for answer in answers:
        answer["fate"] = told.get(answer["number"])
        if answer["number"] and not answer["fate"]:
            answer["problem"] = _("%(number)s er aldrig udstedt af registeret.") % {"number": answer["number"]}
    return answers


def _read(text: str) -> dict[str, Any]:
    """A line with its number, or with what is wrong with it."""
    try:
        return {"text": text, "number": numbers.clean(text), "problem": ""}
    except Refused as refused:
        return {"text": text, "number": "", "problem": str(refused)}
