"""What every page for people who are signed in has: who they are, and never a copy of it kept on the way."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, cast

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agreements import access
from institutions.views.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

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
    whom = "STIL" if seen.registrar else ", ".join(one.party for one in access.affiliations_of(request.user))
    return render(request, template, {"sight": seen, "whom": whom, **context}, status=status)


def user_of(request: HttpRequest) -> User:
    """The person, who is signed in."""
    return cast("User", request.user)
