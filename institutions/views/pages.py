"""What every public page has: Danish as its language, and one form for a refusal."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from institutions.forms.search import DayForm
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page[**P](view: View[P]) -> View[P]:
    """A page in Danish, or in the language that a person has chosen; a refusal becomes a page of its own.

    A browser's Accept-Language says more about its installation than about its user, and is not followed.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                return render(request, "institutions/problem.html", {"refused": refused}, status=refused.problem.status)

    return answer


def public[**P](view: View[P]) -> View[P]:
    """A page that is only read."""
    return page(require_safe(view))


def shortened(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the address without the fields that a form sent empty; None where there are none.

    An address that is passed on should hold what was asked for alone.
    """
    if "" not in request.GET.values():
        return None
    asked = urlencode([(name, value) for name, value in request.GET.items() if value])
    return redirect(f"{request.path}?{asked}" if asked else request.path)


def asked_day(request: HttpRequest) -> tuple[date, DayForm]:
    """The day that `?dato=` names, today without it. Raises Refused `ugyldig_forespoergsel`."""
    form = DayForm(request.GET)
    if not form.is_valid():
        raise Refused("ugyldig_forespoergsel", str(form.errors["dato"][0]), field="dato", value=request.GET.get("dato"))
    return form.cleaned_data["dato"] or periods.today(), form
