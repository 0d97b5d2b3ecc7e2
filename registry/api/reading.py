"""What every view is: strict about what it is asked; open to anyone, unless it says which scope it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework.exceptions import APIException
from rest_framework.views import APIView

from registry.api import limiting, noting, parameters
from registry.api.authentication import Bearer, Scoped, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rest_framework.request import Request

    from registry.api.parameters import Parameter


class Reading(APIView):
    """Reads public data: no key needed, no session, throttled. `scopes` has the methods that need a token."""

    http_method_names: Sequence[str] = ("get", "head")
    authentication_classes = (Bearer,)
    permission_classes = (Scoped,)
    scopes: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    # A protocol of others, whose clients send more than we know of.
    lenient: ClassVar[bool] = False
    # By which schema the register was read: 0 where the reader did not say, None where it was not read.
    read_by_schema: int | None = None
    # What a rule's arguments are called outside, for the pointers of a refusal.
    field_names: ClassVar[Mapping[str, str]] = {"number": "nummer"}

    def initial(self, request: Request, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Count the call before anything is refused: that is a call too. A token that is not good is refused after."""
        refused: APIException | None = None
        try:
            self.perform_authentication(request)
        except APIException as error:
            refused = error
        self.check_throttles(request)
        if refused:
            raise refused
        super().initial(request, *args, **options)

    def check_throttles(self, request: Request) -> None:
        """Once is enough."""
        if not hasattr(request._request, "decided"):  # noqa: SLF001
            super().check_throttles(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Write the call down where a system made it."""
        answer = super().finalize_response(request, response, *args, **options)
        limiting.tell(request, answer)
        if by := known(request):
            noting.note(by, request, answer, schema=self.read_by_schema)
        return answer

    def asked(self, request: Request) -> dict[str, Any]:
        """The query's values by name. Raises Invalid for an unknown name or a bad value."""
        given = parameters.read(request, self.parameters, lenient=self.lenient)
        if parameters.SCHEMA in self.parameters:
            self.read_by_schema = int(given.get(parameters.SCHEMA.name, 0))
        return given
