"""What every page for people who are signed in has: who they are, and never a copy of it kept on the way."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agreements import access
from institutions.views.pages import page
from registry.spreadsheets import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.http import HttpRequest

    from agreements.access import Sight
    from registry.models import User

type Personal[**P] = Callable[Concatenate[HttpRequest, Sight, P], HttpResponse]
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def personal[**P](view: Personal[P]) -> View[P]:
    """A page for those who act for somebody; a stranger is sent to sign in, and one who acts for nobody is told so."""

    @never_cache
    @page
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("agreements:log_in"))
        return view(request, access.sight(request.user), *args, **kwargs)

    return answer


def show(
    request: HttpRequest, template: str, seen: Sight, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page with the menu of what the person may do."""
    tied = [] if seen.registrar else list(access.affiliations_of(request.user))
    whom = "STIL" if seen.registrar else ", ".join(one.party for one in tied)
    mine = [one.municipality for one in tied if one.municipality]
    told = {"sight": seen, "whom": whom, "own_municipalities": mine, **context}
    return render(request, template, told, status=status)


def as_file(name: str, kind: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A sheet to keep: a workbook where `kind` is xlsx, else CSV."""
    if kind == "xlsx":
        answer = HttpResponse(workbook.write(header, rows), content_type=workbook.MEDIA_TYPE)
    else:
        kind, text = "csv", workbook.comma_separated(header, rows)
        answer = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def user_of(request: HttpRequest) -> User:
    """The person, who is signed in."""
    return cast("User", request.user)
