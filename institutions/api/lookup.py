"""What is told of an institution beside its row: its state, its parent, the numbers that it took in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from institutions import asof, external, numbers, timelines
from institutions.api import told
from institutions.exporting import states
from registry import ledger
from registry.api import authentication

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rest_framework.request import Request

    from institutions.asof import Row
    from institutions.models import Institution
    from institutions.numbers import Resolved


def resolve(request: Request, text: str) -> Resolved:
    """What a number is today, or what the calling vendor calls so. Raises Refused, see `numbers.resolve`."""
    caller = authentication.known(request)
    return numbers.resolve(external.number(text, vendor=caller.vendor if caller else None))


def state(institution: Institution, known_at: datetime | None) -> dict[str, Any] | None:
    """The whole state in outside names, now or as known at a moment; None where it was not known then."""
    if known_at is None:
        return states.state(timelines.states([timelines.load_one(institution)])[institution.pk])
    events = ledger.history(institution.number).filter(
        seq__lte=ledger.known_at(known_at), data__after__has_key="versions"
    )
    last = events.order_by("-seq").first()
    return states.state(last.data["after"]) if last else None


def first_day(given: Mapping[str, Any]) -> date | None:
    """The day on which the first version of a state in outside names begins."""
    begins = given["versioner"][0]["gyldigFra"] if given["versioner"] else None
    return date.fromisoformat(begins) if begins else None


def parent(row: Row, on: date, known_at: datetime | None) -> dict[str, Any] | None:
    """What an institution stands under, by the name that it has on the day."""
    if row.parent is None:
        return None
    above = asof.one(row.parent, on, known_at)
    return {**link(row.parent), "niveau": above and above.level, "navn": above and above.name}


def absorbed(institution: Institution, known_at: datetime | None) -> list[str]:
    """The numbers that are consolidated into an institution."""
    if known_at is None:
        return list(institution.absorbed.order_by("number").values_list("number", flat=True))
    seq, taken = ledger.known_at(known_at), set()
    for one in ledger.history(institution.number).filter(seq__lte=seq, action__startswith="consolidation."):
        if one.action == "consolidation.absorb":
            taken.add(one.data["absorbed"])
        else:
            taken.discard(one.data.get("absorbed"))
    return sorted(taken)


def link(number: str) -> dict[str, Any]:
    """A number and where it is told of."""
    return {"institutionsNummer": number, "url": told.address(number)}
