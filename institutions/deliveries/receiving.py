"""A delivery taken in and planned; and found again by the system that sent it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from institutions.deliveries import planning
from institutions.models import Delivery, DeliveryRow
from registry import copying
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.deliveries.fields import Fields
    from institutions.deliveries.planning import Plan
    from registry.callers import Caller

# The first key of a pair of advisory locks: it keeps these apart from others.
LOCK = 7_332


@dataclass(frozen=True, slots=True)
class Request:
    """What a system asks for. `body_hash` tells whether it is the same as before."""

    mode: str
    on: date
    rows: Sequence[tuple[int, Fields]]
    body_hash: str
    key: str = ""
    reason: str = ""
    despite: str = ""


@transaction.atomic
def receive(request: Request, *, caller: Caller) -> Delivery:
    """Plan a delivery. The same key and content give the delivery that is there already.

    Raises Refused `noegle_genbrugt`, and where the delivery is refused whole.
    """
    if request.key:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, f"{caller.code} {request.key}"])
        earlier = Delivery.objects.filter(system=caller.code, key=request.key).first()
        if earlier and earlier.body_hash != request.body_hash:
            raise Refused("noegle_genbrugt", _("Nøglen »%(key)s« er brugt til indberetningen %(id)s.")
                          % {"key": request.key, "id": earlier.pk}, value=request.key)  # fmt: skip
        if earlier:
            return earlier
    made = Delivery(
        system=caller.code, key=request.key, body_hash=request.body_hash, mode=request.mode, on=request.on,
        reason=request.reason, despite=request.despite, rows_given=[list(row) for row in request.rows],
    )  # fmt: skip
    keep(made, planning.make(made, caller=caller))
    return made


def keep(delivery: Delivery, plan: Plan) -> None:
    """Save a delivery with its plan, a new one in an old one's place."""
    delivery.fingerprint, delivery.counts, delivery.touched = plan.fingerprint, plan.counts, plan.touched()
    delivery.on_behalf_of = plan.book.on_behalf_of
    delivery.save()
    DeliveryRow.objects.filter(delivery=delivery).delete()
    keys = copying.take_keys(DeliveryRow, len(plan.rows))
    for key, row in zip(keys, plan.rows, strict=True):
        row.pk, row.delivery = key, delivery
    copying.insert(DeliveryRow, plan.rows)


def find(text: str, *, caller: Caller) -> Delivery:
    """A system's own delivery. Raises Refused `ikke_fundet`."""
    try:
        found = Delivery.objects.filter(pk=uuid.UUID(text), system=caller.code).defer("rows_given").first()
    except ValueError:
        found = None
    if found is None:
        raise Refused("ikke_fundet", _("Systemet har ingen indberetning med det id."), field="id", value=text[:40])
    return found
