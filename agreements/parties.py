"""Who there is in Tilslutning, and who acts for whom: the one way to add and change them, told in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import (
    Affiliation,
    ConnectionAgreement,
    NotificationAddress,
    Service,
    System,
    Vendor,
)
from registry import ledger, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.models import Institution, Municipality
    from registry.ledger import Actor
    from registry.models import User

type Party = Vendor | System | Service | ConnectionAgreement | Affiliation | NotificationAddress

# What each kind is called in the ledger.
KINDS: Mapping[type[Party], str] = {
    Vendor: "udbyder",
    System: "system",
    Service: "tjeneste",
    ConnectionAgreement: "tilslutning",
    Affiliation: "tilknytning",
    NotificationAddress: "modtager",
}


@transaction.atomic
def save(party: Party, *, actor: Actor, reason: str = "") -> None:
    """Save one, new or changed; no event where nothing differs. Raises Refused `ugyldig_vaerdi`."""
    kind = type(party)
    old = kind._default_manager.select_for_update(of=("self",)).filter(pk=party.pk).first()
    before = state(old) if old else None
    try:
        party.full_clean()
    except ValidationError as error:
        raise Refused("ugyldig_vaerdi", " ".join(error.messages), field=next(iter(error.message_dict), "")) from error
    party.save()
    if before != state(party):
        action = f"{kind._meta.model_name}.{'change' if old else 'add'}"
        data = {"before": before, "after": state(party)}
        ledger.record([Entry(action, subject(party), data, reason)], actor=actor)


def affiliate(
    user: User,
    *,
    municipality: Municipality | None = None,
    institution: Institution | None = None,
    vendor: Vendor | None = None,
    actor: Actor,
    reason: str = "",
) -> Affiliation:
    """A person acts for a party from today on. Raises Refused `ugyldig_vaerdi`, `er_tilknyttet`."""
    made = Affiliation(user=user, municipality=municipality, institution=institution, vendor=vendor,
                       period=periods.since(periods.today()))  # fmt: skip
    join(made, actor=actor, reason=reason)
    return made


@transaction.atomic
def join(made: Affiliation, *, actor: Actor, reason: str = "") -> None:
    """Save a new affiliation. Raises Refused `ugyldig_vaerdi`, and `er_tilknyttet` where there is such a one."""
    type(made.user).objects.select_for_update(no_key=True).get(pk=made.user_id)
    same = Affiliation.objects.filter(
        user=made.user, municipality=made.municipality, institution=made.institution, vendor=made.vendor,
        period__overlap=made.period,
    )  # fmt: skip
    if same.exists():
        raise Refused("er_tilknyttet", _("%(user)s er allerede tilknyttet.") % {"user": made.user}, field="user")
    save(made, actor=actor, reason=reason)


@transaction.atomic
def end(held: Affiliation | ConnectionAgreement, *, actor: Actor, reason: str = "") -> None:
    """End an affiliation or a connection agreement: today is the first day without. Raises Refused `er_ophoert`."""
    today = periods.today()
    fresh = type(held)._default_manager.select_for_update(of=("self",)).get(pk=held.pk)
    if not periods.contains(fresh.period, today):
        raise Refused("er_ophoert", _("%(what)s gælder ikke i dag.") % {"what": fresh})
    before = state(fresh)
    fresh.period = held.period = periods.until(fresh.period, today)
    fresh.save(update_fields=["period"])
    data = {"before": before, "after": state(fresh)}
    action = f"{fresh._meta.model_name}.end"
    ledger.record([Entry(action, subject(held), data, reason)], actor=actor)


def subject(party: Party) -> str:
    """The name in the ledger."""
    return f"{KINDS[type(party)]}:{party.pk}"


def state(party: Party) -> dict[str, Any]:
    """What the ledger holds of one: each column, in words that stand alone; what is empty is left out."""
    told: dict[str, Any] = {}
    for field in party._meta.concrete_fields:
        value = getattr(party, field.name)
        if field.primary_key or value in (None, ""):
            continue
        told[field.name] = value if isinstance(value, bool) else _plain(value)
    return told


def _plain(value: Any) -> str:  # noqa: ANN401 - of any column
    match value:
        case System() | Service():
            return str(value.code)
        case Vendor():
            return str(value.cvr_number)
        case _ if hasattr(value, "lower") and hasattr(value, "upper") and not isinstance(value, str):
            return f"{value.lower or ''}/{value.upper or ''}"
        case _:
            return str(value)
