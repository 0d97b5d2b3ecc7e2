"""A rule's refusal in the admin's own form: on the field at fault, or as a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from registry.problems import Refused

FORBIDDEN = frozenset({"ikke_tilladt", "ikke_logget_ind"})


def as_message(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Show the refusal as a message on the page that the person came from."""
    if refused.code in FORBIDDEN:
        raise PermissionDenied(refused.detail)
    messages.error(request, sentence(refused))
    back = request.headers.get("Referer", "")
    here = request.build_absolute_uri()
    if back == here or not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = reverse("admin:index")
    return HttpResponseRedirect(back)


def sentence(refused: Refused) -> str:
    """What is wrong, and what to do about it."""
    return f"{refused.detail} {refused.problem.remedy}"
