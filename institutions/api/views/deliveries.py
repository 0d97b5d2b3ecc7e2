"""Deliveries: sent, seen, applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from institutions import deliveries
from institutions.api import reported, sent
from institutions.api.sent import OUTCOME, WRONG
from institutions.deliveries import planning
from institutions.models import Delivery, DeliveryRow
from registry.api import pages
from registry.api.authentication import caller
from registry.api.pages import COUNT, CURSOR, USUAL, Cursor
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rest_framework.request import Request

SHOWN = 100  # rows of the plan that stand in the answer itself


class Calling(Reading):
    """What a system that reports may call."""

    scopes: ClassVar[Mapping[str, str]] = {"GET": "skriv", "POST": "skriv"}
    field_names: ClassVar[Mapping[str, str]] = {**planning.POINTERS, "id": "id"}


@reported.send
class Deliveries(Calling):
    """A delivery is planned; nothing is changed yet."""

    http_method_names = ("post",)

    def post(self, request: Request) -> Response:
        """202 with the plan."""
        made = deliveries.receive(sent.delivery(request), caller=caller(request))
        return Response(told(made), status=202, headers={**_headers(made), "Location": _url("delivery", made)})


@reported.delivery
class DeliveryDetail(Calling):
    """How it stands with a delivery."""

    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address's own name
        """The plan, and whether it is applied."""
        self.asked(request)
        found = deliveries.find(id, caller=caller(request))
        return Response(told(found), headers=_headers(found))


@reported.rows
class DeliveryRows(Calling):
    """A delivery's rows, in the order in which they are applied."""

    parameters = (OUTCOME, CURSOR, COUNT)

    def get(self, request: Request, id: str) -> Response:  # noqa: A002
        """A page of them."""
        asked = self.asked(request)
        rows = DeliveryRow.objects.filter(delivery=deliveries.find(id, caller=caller(request)))
        if outcome := asked.get(OUTCOME.name):
            rows = rows.filter(outcome="afvist" if outcome == WRONG else outcome)
        place, count = asked.get("cursor"), asked.get("antal", USUAL)
        if place and (place.backwards or not place.key.isdecimal()):
            raise Invalid([Refused("ugyldig_parameter", _("Markøren hører til en anden liste."), field="cursor")])
        page = list(rows.filter(place__gt=int(place.key) if place else 0)[: count + 1])
        following = Cursor(str(page[count - 1].place)) if len(page) > count else None
        return Response(pages.envelope(request, list(_rows(page[:count])), following=following))


@reported.perform
class Perform(Calling):
    """A plan is applied, exactly as it was shown."""

    http_method_names = ("post",)

    def post(self, request: Request, id: str) -> Response:  # noqa: A002
        """200 with what came of it; 412 where the register has moved."""
        self.asked(request)
        found = deliveries.find(id, caller=caller(request))
        done = deliveries.perform(found, fingerprint=sent.etag(request), caller=caller(request))
        return Response(told(done), headers=_headers(done))


def told(one: Delivery) -> dict[str, Any]:
    """A delivery as its system is told of it."""
    return {
        "id": str(one.pk),
        "url": _url("delivery", one),
        "tilstand": one.mode,
        "status": one.state,
        "gaelderFra": one.on.isoformat(),
        "paaVegneAf": one.on_behalf_of or None,
        "modtaget": timezone.localtime(one.created_at).isoformat(),
        "udfoert": timezone.localtime(one.applied_at).isoformat() if one.applied_at else None,
        "udfald": {name: one.counts.get(name, 0) for name in planning.ALL},
        "beroerer": one.touched,
        "plan": list(_rows(DeliveryRow.objects.filter(delivery=one)[:SHOWN])),
        "raekker": _url("delivery_rows", one),
        "udfoer": _url("perform", one),
    }


def _rows(rows: Iterable[DeliveryRow]) -> Iterable[dict[str, Any]]:
    for one in rows:
        yield {
            "orden": one.place, "raekke": one.line, "udfald": one.outcome, "niveau": one.level or None,
            "institutionsNummer": one.number or None, "eksternId": one.external or None, "navn": one.name or None,
            "aendringer": one.changes, "fejl": one.problems,
        }  # fmt: skip


def _headers(one: Delivery) -> dict[str, str]:
    return {"ETag": f'"{one.fingerprint}"', "Cache-Control": "no-store"}


def _url(name: str, one: Delivery) -> str:
    return reverse(f"api:{name}", args=[one.pk])
