"""Agreements to and from the database, many at a time: locked, written, told in the ledger."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agreements.models import DataAgreement, StatusPeriod
from agreements.states import LIVE, Status
from institutions.models import Institution
from registry import copying, ledger, periods
from registry.ledger import Actor
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from registry.ledger import Entry

# What tells one live agreement from another: system, service, institution.
type Place = tuple[int, int, int]
RELATED = ("system__vendor", "service", "institution__absorbed_into", "carried_by")
PLACE = ("system", "service", "institution")


def hold(institutions: Iterable[Institution]) -> None:
    """Lock institutions in number order until commit: before several rules in one transaction.

    The first rule takes the ledger's lock; an institution that is locked after it could wait for a rule that waits
    for the ledger.
    """
    hold_keys({one.pk for one in institutions})


def hold_keys(keys: Iterable[int]) -> None:
    """Lock institutions by their primary keys, in number order, until commit."""
    wanted = Institution.objects.filter(pk__in=set(keys)).order_by("number")
    list(wanted.select_for_update(no_key=True).values_list("pk"))


def lock(keys: Iterable[int]) -> dict[int, DataAgreement]:
    """Lock agreements, after the institutions that they rest on; gives them as they are, by primary key.

    What waits for their decision is locked too (see `waiting`). Raises Refused `har_flyttet_sig` where a
    consolidation, or its undoing, came between.
    """
    wanted = set(keys)
    seen = _with_waiting(wanted)
    hold_keys(seen.values())
    # Read anew, for one may have been waited for. From here on no consolidation moves a row of these.
    now = _with_waiting(wanted)
    if now != seen or not wanted <= now.keys():
        raise Refused("har_flyttet_sig", _("En af aftalerne er netop flyttet af en konsolidering. Se dem igen."))
    # A statement of its own: a row that waited for its lock is read anew, but not what is joined to it.
    list(_ordered(now).select_for_update(no_key=True).values_list("pk"))
    return {one.pk: one for one in _ordered(wanted).select_related(*RELATED)}


def waiting(places: Iterable[Place]) -> dict[Place, list[DataAgreement]]:
    """The live agreements that are to end when the one in a place is decided, by that place.

    Each is carried by that one, or by one that was in the same place and has been deleted.
    """
    wanted = set(places)
    carried = DataAgreement.objects.filter(status__in=LIVE, carried_by__institution__in={place[2] for place in wanted})
    found: dict[Place, list[DataAgreement]] = defaultdict(list)
    for one in carried.select_related(*RELATED).order_by("pk"):
        if one.carried_by and (place := place_of(one.carried_by)) in wanted:
            found[place].append(one)
    return found


def _with_waiting(keys: Iterable[int]) -> dict[int, int]:
    """The institution of each agreement, and of each that waits for it; both by primary key."""
    own = dict(_ordered(keys).values_list("pk", "institution_id"))
    places = set(_ordered(keys).values_list("system_id", "service_id", "institution_id"))
    return own | {one.pk: one.institution_id for them in waiting(places).values() for one in them}


def _ordered(keys: Iterable[int]) -> QuerySet[DataAgreement]:
    return DataAgreement.objects.filter(pk__in=set(keys)).order_by("pk")


def place_of(agreement: DataAgreement) -> Place:
    """The place of which there is one live agreement at most."""
    return agreement.system_id, agreement.service_id, agreement.institution_id


def live_places(institutions: Iterable[int]) -> set[Place]:
    """The places of every live agreement that rests on these institutions."""
    live = DataAgreement.objects.filter(institution_id__in=set(institutions), status__in=LIVE)
    return set(live.values_list("system_id", "service_id", "institution_id"))


def state(agreement: DataAgreement) -> dict[str, Any]:
    """An agreement's whole state as JSON, for the ledger. What is not known or has not come is left out."""
    told = {
        "number": agreement.number,
        "system": agreement.system.code,
        "service": agreement.service.code,
        "institution": agreement.institution.number,
        "status": str(agreement.status),
        "created_on": agreement.created_on.isoformat(),
    }
    if agreement.processor_agreement is not None:
        told["processor_agreement"] = agreement.processor_agreement
    if agreement.carried_by:
        told["carried_by"] = agreement.carried_by.number
    return told | ({"ended_on": agreement.ended_on.isoformat()} if agreement.ended_on else {})


def write_statuses(agreements: Iterable[DataAgreement], *, on: date) -> None:
    """Write that each has its status from a day on. What was to hold from the same day is written over."""
    lasting = {one.pk: one for one in agreements if one.status != Status.SLETTET}
    running = StatusPeriod.objects.filter(agreement_id__in=lasting, period__endswith=None)
    same, earlier = [], []
    for one in running:
        if one.period.lower >= on:
            one.status = lasting.pop(one.agreement_id).status
            same.append(one)
        else:
            one.period = periods.until(one.period, on)
            earlier.append(one)
    copying.update(StatusPeriod, same, ["status"])
    copying.update(StatusPeriod, earlier, ["period"])
    insert_statuses((one, on) for one in lasting.values())


def insert_statuses(begun: Iterable[tuple[DataAgreement, date]]) -> None:
    """Write the first status of agreements, each from its day on; a deleted one has none."""
    rows = [
        StatusPeriod(agreement_id=one.pk, status=one.status, period=periods.since(day))
        for one, day in begun
        if one.status != Status.SLETTET
    ]
    for key, row in zip(copying.take_keys(StatusPeriod, len(rows)) if rows else [], rows, strict=True):
        row.pk = key
    copying.insert(StatusPeriod, rows)


def record(told: Sequence[tuple[Entry, str]], *, actor: Actor) -> uuid.UUID:
    """Write entries in the ledger, each in the name of somebody: one act, whose correlation is given back."""
    act = uuid.uuid4()
    by_name: Mapping[str, list[Entry]] = defaultdict(list)
    for entry, name in told:
        by_name[name].append(entry)
    for name, entries in by_name.items():
        named = Actor(actor.name, actor.door, actor.on_behalf_of or name)
        ledger.record(entries, actor=named, correlation=act)
    return act
