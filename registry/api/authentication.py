"""Who calls: a token's system, or nobody. A token that is not good is refused, also where none is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission

from registry import credentials
from registry.callers import Caller

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Bearer(OAuth2Authentication):
    """A token in the header `Authorization`, and nowhere else."""

    www_authenticate_realm = "dagtilbudsregisteret"

    def authenticate(self, request: Request) -> tuple[Caller, Any] | None:
        """The caller and the token; None without a header. Raises AuthenticationFailed `ugyldigt_token`."""
        if not request.headers.get("Authorization", "").strip():
            return None
        # The request beneath: the framework's own would read what is sent, before a view has said how.
        valid, asked = get_oauthlib_core().verify_request(request._request, scopes=[])  # noqa: SLF001
        token = asked.access_token if valid and asked else None
        caller = credentials.caller(token.application, token.scope) if token and token.application else None
        if caller is None:
            vars(request)["oauth2_error"] = {"error": "invalid_token"}
            raise AuthenticationFailed(_("Tokenet er ukendt, udløbet eller trukket tilbage."), code="ugyldigt_token")
        return caller, token


class TooLittle(PermissionDenied):
    """The token is good, and not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__(_("Kaldet kræver et token med scope »%(scope)s«.") % {"scope": scope}, code="mangler_scope")
        self.auth_header = f'Bearer error="insufficient_scope",scope="{scope}"'


class Scoped(BasePermission):
    """Lets a call through that needs no token, or whose token has the scope that `view.scopes` names for its method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises NotAuthenticated, or TooLittle (`mangler_scope`)."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method.lower() not in view.http_method_names:
            return True  # what is not there is answered alike to everyone
        scope = getattr(view, "scopes", {}).get(method)
        if scope is None:
            return True
        if scope not in caller(request).scopes:
            raise TooLittle(scope)
        return True


def caller(request: Request) -> Caller:
    """The system that calls, in a view that needs one. Raises NotAuthenticated."""
    found = known(request)
    if found is None:
        raise NotAuthenticated
    return found


def known(request: Request) -> Caller | None:
    """The system that calls, in a view that anyone may call; None for anyone else."""
    user: object = request.user
    return user if isinstance(user, Caller) else None
