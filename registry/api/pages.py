"""Pages of a list: opaque keyset cursors, so that no page skips or repeats what stays in the list."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.api.parameters import Parameter, Unreadable, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rest_framework.request import Request

USUAL, MOST = 100, 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: after a key, or before it."""

    key: str
    backwards: bool = False

    def __str__(self) -> str:
        told = json.dumps([self.key, self.backwards], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor(value: str) -> Cursor:
    """Reads a cursor that an earlier page gave."""
    try:
        told = json.loads(base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        told = None
    match told:
        case [str(key), bool(backwards)] if key and "\0" not in key:
            return Cursor(key, backwards)
    raise Unreadable(_("Markøren er ikke en, som en tidligere side har givet. Begynd forfra uden den."))


CURSOR = Parameter("cursor", cursor, gettext_lazy("Hvor siden begynder; tag den fra `naeste` eller `forrige`."))
COUNT = Parameter(
    "antal", whole(1, MOST), gettext_lazy("Højeste antal på en side, op til 1000."), default=USUAL, kind=int
)


def envelope(
    request: Request, results: Sequence[Any], *, following: Cursor | None = None, previous: Cursor | None = None
) -> dict[str, Any]:
    """A page as every list gives it."""
    return {
        "resultater": list(results),
        "naeste": _link(request, following),
        "forrige": _link(request, previous),
    }


def link_header(request: Request, *, following: Cursor | None) -> dict[str, str]:
    """The next page for a form that has no room for links in itself (RFC 8288)."""
    return {"Link": f'<{_link(request, following)}>; rel="next"'} if following else {}


def _link(request: Request, place: Cursor | None) -> str | None:
    if place is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = str(place)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
