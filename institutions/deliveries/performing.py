"""A plan applied exactly as it was seen, in one transaction: killed half-way, nothing of it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions import external, importing
from institutions.deliveries import planning, receiving
from institutions.models import Delivery
from registry.problems import Refused

if TYPE_CHECKING:
    from institutions.deliveries.planning import Plan
    from registry.callers import Caller


def perform(delivery: Delivery, *, fingerprint: str, caller: Caller) -> Delivery:
    """Apply a delivery's plan, named by its fingerprint. Once applied it stays so: asked again, it is given back.

    Raises Refused `kun_validering`, `raekker_afvist`, and `planen_er_aendret` where the register has moved: the
    delivery has then got a new plan.
    """
    held, moved = _perform(delivery, fingerprint, caller)
    if moved:
        raise Refused("planen_er_aendret", _("Planen passer ikke længere: der er lagt en ny."), value=fingerprint)
    return held


@transaction.atomic
def _perform(delivery: Delivery, fingerprint: str, caller: Caller) -> tuple[Delivery, bool]:
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if held.mode == Delivery.Mode.TRIAL:
        raise Refused("kun_validering", _("Indberetningen er sendt med tilstanden validering."))
    if fingerprint != held.fingerprint:
        return held, True
    if held.state == Delivery.State.APPLIED:
        return held, False
    importing.hold()
    plan = planning.make(held, caller=caller)
    if plan.fingerprint != held.fingerprint:
        receiving.keep(held, plan)
        return held, True
    if held.mode == Delivery.Mode.WHOLE and plan.refused:
        raise Refused("raekker_afvist", _("%(count)s rækker er afvist, så intet er udført.") % {"count": plan.refused})
    _apply(held, plan, caller)
    return held, False


def _apply(held: Delivery, plan: Plan, caller: Caller) -> None:
    """Through the desk; then what the vendor calls the rows; the delivery itself says that it is done."""
    actor = caller.actor(on_behalf_of=plan.book.on_behalf_of)
    plan.load.apply(actor=actor, reason=held.reason)
    numbers = {row.line: row.number for row in plan.load.rows}
    issued = {row.external: row.number for row in plan.load.rows if row.external}
    for row in plan.rows:
        row.number = numbers[row.line] or row.number
        # What was moved under a new one was told so by what the vendor calls that.
        for change in row.changes:
            if change["felt"] == planning.ABOVE:
                change["efter"] = issued.get(change["efter"], change["efter"])
    done = [row for row in plan.rows if row.outcome != "afvist"]
    external.keep(caller.vendor, {row.external: row.number for row in done if row.external}, actor=actor)
    fingerprint = held.fingerprint
    held.state, held.applied_at = Delivery.State.APPLIED, timezone.now()
    receiving.keep(held, plan)
    # The plan's name stays: whoever did not hear the answer asks again with it.
    held.fingerprint = fingerprint
    held.save(update_fields=["fingerprint"])
