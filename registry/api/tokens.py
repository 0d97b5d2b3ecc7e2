"""Where a system gets its token and gives it back: the library's own views, with calls counted as everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from registry.api import limiting, problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def _counted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @csrf_exempt
    def counted(request: HttpRequest, **named: Any) -> HttpResponseBase:  # noqa: ANN401
        decided = limiting.anyone(request)
        if not decided.allowed:
            return problems.answer(request, "for_mange_kald", headers=decided.headers)
        answer = view(request, **named)
        for name, value in decided.headers.items():
            answer.headers[name] = value
        return answer

    return counted


# Nobody is known before he has a token: he who guesses at secrets is counted by his address.
give = _counted(TokenView.as_view())
take_back = _counted(RevokeTokenView.as_view())
