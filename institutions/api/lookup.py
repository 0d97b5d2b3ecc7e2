"""What is told of an institution beside its row: its state, its parent, the numbers that it took in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from institutions import asof, external, numbers
from institutions.api import told
from institutions.asof import Filters
from institutions.exporting import states
from registry import ledger, prepared
from registry.api import authentication

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rest_framework.request import Request

    from institutions.asof import Row
    from institutions.models import Institution
    from institutions.numbers import Resolved

ABSORBED = "SELECT number FROM institutions_institution WHERE absorbed_into_id = %(key)s ORDER BY number"


def resolve(request: Request, text: str) -> Resolved:
    """What a number is today, or what the calling vendor calls so. Raises Refused, see `numbers.resolve`."""
    return numbers.resolve(external.number(text, vendor=vendor(request)))


def vendor(request: Request) -> str | None:
    """Whose system calls; None for anyone else."""
    caller = authentication.known(request)
    return caller.vendor if caller else None


def state(number: str, known_at: datetime | None) -> dict[str, Any] | None:
    """The whole state in outside names, now or as known at a moment; None where it was not known then."""
    return states.last(number, None if known_at is None else ledger.known_at(known_at))


def first_day(given: Mapping[str, Any]) -> date | None:
    """The day on which the first version of a state in outside names begins."""
    begins = given["versioner"][0]["gyldigFra"] if given["versioner"] else None
    return date.fromisoformat(begins) if begins else None


def family(given: Mapping[str, Any], on: date, known_at: datetime | None) -> dict[str, Row]:
    """The rows on a day of an institution, whose state is given in outside names, and of what it ever stood under."""
    above = {one["overordnetNummer"] for one in given["versioner"] if one.get("overordnetNummer")}
    numbers = (given["institutionsNummer"], *sorted(above))
    found = asof.rows(on, known_at, filters=Filters(levels=(), numbers=numbers), limit=len(numbers))
    return {one.number: one for one in found}


def parent(row: Row, rows: Mapping[str, Row]) -> dict[str, Any] | None:
    """What an institution stands under, by the name that it has on the day."""
    if row.parent is None:
        return None
    above = rows.get(row.parent)
    return {**link(row.parent), "niveau": above and above.level, "navn": above and above.name}


def absorbed(institution: Institution, known_at: datetime | None) -> list[str]:
    """The numbers that are consolidated into an institution."""
    if known_at is None:
        return [number for (number,) in prepared.rows(ABSORBED, {"key": institution.pk})]
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
