"""What a system sends: a delivery in one of three forms, or an object; read whole, refused with everything wrong."""

from __future__ import annotations

import difflib
import hashlib
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import UnsupportedMediaType

from institutions import deliveries
from institutions.deliveries import fields, planning
from institutions.models import Delivery
from registry import periods
from registry.api import parameters
from registry.api.bodies import loads
from registry.api.negotiation import Csv, Xlsx
from registry.api.parameters import Parameter, Unreadable, day, one_of
from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rest_framework.request import Request

KEY = "Idempotency-Key"
LONGEST_KEY = 200
LONGEST_TEXT = 2000
JSON = "application/json"


def text(value: str) -> str:
    """Reads a text of some lines."""
    if len(value) > LONGEST_TEXT:
        raise Unreadable(_("Teksten har %(count)s tegn; der er plads til %(most)s.")
                         % {"count": len(value), "most": LONGEST_TEXT})  # fmt: skip
    return value


MODE = Parameter(
    "tilstand", one_of(Delivery.Mode.values),
    gettext_lazy("Kun planen; alle rækker eller ingen; eller de rækker, der kan."), "alt-eller-intet",
    choices=Delivery.Mode.values,
)  # fmt: skip
FROM = Parameter("gaelderFra", day, gettext_lazy("Dagen, rækkerne gælder fra. Udeladt: i dag."), "2026-08-01")
REASON = Parameter("begrundelse", text, gettext_lazy("Skrives i registerets log."))
DESPITE = Parameter(
    "opretTrodsDublet", text,
    gettext_lazy("Hvorfor nye rækker, der ligner noget i registeret, skal oprettes alligevel."),
)  # fmt: skip
WRONG = "fejl"
OUTCOME = Parameter(
    "resultat", one_of((WRONG, *planning.ALL)),
    gettext_lazy("Kun rækker med det udfald; fejl er de afviste."), WRONG, choices=(WRONG, *planning.ALL),
)  # fmt: skip
GIVEN = (MODE, FROM, REASON, DESPITE)


def delivery(request: Request) -> deliveries.Request:
    """What is to be planned. Raises Invalid, Refused, UnsupportedMediaType."""
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind not in {JSON, Csv.media_type, Xlsx.media_type}:
        raise UnsupportedMediaType(kind)
    sent = content(request)
    if kind == JSON:
        parameters.read(request, ())
        told = an_object(sent)
        rows = told.pop("raekker", None)
        given = values(told, {one.name: one.read for one in GIVEN})
        if not isinstance(rows, list):
            raise Invalid([Refused("ugyldig_parameter", _("»raekker« skal være en liste."), field="raekker")])
        lines = fields.of_json(rows)
    else:
        given = parameters.read(request, GIVEN)
        lines = fields.of_file(sent)
    if MODE.name not in given:
        raise Invalid([Refused("ugyldig_parameter", _("Angiv »tilstand«."), field=MODE.name,
                               suggestions=Delivery.Mode.values)])  # fmt: skip
    query = request.META.get("QUERY_STRING", "")
    return deliveries.Request(
        mode=given[MODE.name], on=given.get(FROM.name) or periods.today(), rows=lines,
        body_hash=hashlib.sha256(b"\0".join([kind.encode(), query.encode(), sent])).hexdigest(), key=key(request),
        reason=given.get(REASON.name, ""), despite=given.get(DESPITE.name, ""),
    )  # fmt: skip


def content(request: Request) -> bytes:
    """What was sent. Raises Refused `for_stort_indhold`."""
    # The stream itself: Django's own bound is meant for forms.
    sent: bytes = request._request.read(fields.MOST_BYTES + 1)  # noqa: SLF001
    if len(sent) > fields.MOST_BYTES:
        raise Refused("for_stort_indhold", _("Indholdet er større end %(most)s MB.")
                      % {"most": fields.MOST_BYTES // 1_000_000})  # fmt: skip
    return sent


def an_object(sent: bytes) -> dict[str, Any]:
    """A JSON object. Raises Invalid."""
    try:
        told = loads(sent)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Invalid([Refused("ugyldig_forespoergsel", _("Indholdet skal være et JSON-objekt, og kun tekst."))])
    return told


def values(told: Mapping[str, Any], readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The texts of an object, each read; what is null or empty is left out. Raises Invalid with all that is wrong."""
    given: dict[str, Any] = {}
    refusals: list[Refused] = []
    for name, value in told.items():
        try:
            read = _reader(name, readers)
            if value not in (None, ""):
                given[name] = read(_text(name, value))
        except Unreadable as error:
            refusals.append(Refused(error.code, str(error), field=name, suggestions=error.suggestions))
    if refusals:
        raise Invalid(refusals)
    return given


def _reader(name: str, readers: Mapping[str, Callable[[str], Any]]) -> Callable[[str], Any]:
    if name not in readers:
        near = difflib.get_close_matches(name, readers, cutoff=0.5) or sorted(readers)
        raise Unreadable(_("Feltet »%(name)s« findes ikke.") % {"name": name[:40]}, near, code="ukendt_parameter")
    return readers[name]


def etag(request: Request) -> str:
    """The ETag of the answer that a call builds upon. Raises Refused `if_match_mangler`."""
    found = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not found:
        raise Refused("if_match_mangler", _("Kaldet kræver hovedet If-Match."))
    return found


def _text(name: str, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(_("»%(name)s« skal være en tekst.") % {"name": name})
    told = str(value)
    if "\0" in told:
        raise Unreadable(_("»%(name)s« har tegn, som ikke er tekst.") % {"name": name})
    return told


def key(request: Request) -> str:
    """The Idempotency-Key; empty where none is sent. Raises Invalid."""
    found = request.headers.get(KEY, "").strip()
    if len(found) > LONGEST_KEY or not found.isprintable():
        raise Invalid([Refused("ugyldig_parameter", _("Idempotency-Key er højst %(most)s tegn.")
                               % {"most": LONGEST_KEY}, field=KEY)])  # fmt: skip
    return found
