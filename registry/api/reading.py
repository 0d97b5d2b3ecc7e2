"""What every reading view is: open to anyone, and strict about what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from registry.api import parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rest_framework.request import Request

    from registry.api.parameters import Parameter


class Reading(APIView):
    """Reads public data: no key, no session, throttled."""

    http_method_names: Sequence[str] = ("get", "head")
    authentication_classes = ()
    permission_classes = (AllowAny,)
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    # What a rule's arguments are called outside, for the pointers of a refusal.
    field_names: ClassVar[Mapping[str, str]] = {"number": "nummer"}

    def asked(self, request: Request) -> dict[str, Any]:
        """The query's values by name. Raises Invalid for an unknown name or a bad value."""
        return parameters.read(request, self.parameters)
