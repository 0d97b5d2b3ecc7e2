"""No institution is registered twice unawares: what seems to be there already is shown first.

Who insists says why. That is a verdict too: the new one and those that it looked like are different, by that person
and with that reason, so nobody is asked about them again until something has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from institutions import desk, lifecycle, timelines
from institutions import wording as told
from institutions.duplicates import candidates, inside, records, scoring, verdicts, wording
from institutions.duplicates.arrivals import Arrivals
from institutions.duplicates.inside import Entry
from institutions.models import Answer, Institution, Municipality, Version
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from institutions.duplicates.arrivals import Found
    from registry.ledger import Actor

_ADDRESS = ("street", "house_number", "floor", "door", "supplementary_town", "postcode", "town")


@dataclass(frozen=True, slots=True)
class Likely:
    """An institution that a new one seems to be: its number and name, how likely, and the reasons, heaviest first.

    One that is just being written has no number yet: `earlier` is its place among those that were let through.
    """

    number: str
    name: str
    address: str
    probability: float
    reasons: Sequence[dict[str, Any]]
    earlier: int | None = None

    @property
    def percent(self) -> int:
        """How likely, in whole per cent, rounded down: nothing is certain."""
        return int(100 * self.probability)


class LikelyDouble(Refused):
    """The register seems to have the institution already. `likely` are those that it may be, likeliest first."""

    def __init__(self, likely: Sequence[Likely]) -> None:
        self.likely = tuple(likely)
        best = self.likely[0]
        detail = _("Den ligner %(number)s %(name)s (%(percent)s %% sandsynlig).") % {
            "number": best.number or _("en tidligere række"), "name": best.name,
            "percent": best.percent,
        }  # fmt: skip
        super().__init__(
            "mulig_dublet", detail, field="despite", suggestions=[one.number for one in self.likely if one.number]
        )


@dataclass(frozen=True, slots=True)
class New:
    """An institution that is to be opened: its facts are columns of Version."""

    level: str
    facts: Mapping[str, Any]
    parent: Institution | None = None


class Watch:
    """Looks at new institutions, one or thousands: against the register, and against those that it let through before.

    Within a transaction, before any institution is locked: of two who open the same, the second sees the first's.
    """

    def __init__(self) -> None:
        candidates.catch_up(hold=True)
        self._arrivals = Arrivals()

    def look(self, news: Sequence[New], *, insisted: bool = False) -> list[list[Likely]]:
        """What each seems to be, likeliest first.

        Those that seem to be something are let through, and remembered, only where that is insisted on.
        """
        entries = [Entry(record_of(one), one.facts["name"]) for one in news]
        found = self._arrivals.look(entries, insisted=insisted)
        places = _addresses({one.entry.record.number for likely in found for one in likely})
        return [[_likely(one, places) for one in likely] for likely in found]


@transaction.atomic
def open(  # noqa: A001 - the verb of the field, as lifecycle.open; and its arguments
    *,
    level: str,
    on: date,
    actor: Actor,
    reason: str = "",
    despite: str = "",
    parent: Institution | None = None,
    **facts: Any,  # noqa: ANN401
) -> Institution:
    """Open an institution that the register does not seem to have; or, saying why, `despite` what it looks like.

    See `lifecycle.open`. Raises LikelyDouble (a Refused, `mulig_dublet`) with what it may be.
    """
    desk.refuse_outside(level)
    watch = Watch()
    above = timelines.load_one(parent) if parent else None
    given = desk.complete({**facts, "parent": parent}, level=level, above=above, on=on)
    (found,) = watch.look([New(level, given, parent)])
    if found and not despite.strip():
        raise LikelyDouble(found)
    made = lifecycle.open(level=level, on=on, actor=actor, reason=reason, parent=parent, **facts)
    insist([(made, one.number) for one in found], actor=actor, reason=despite.strip())
    return made


def insist(pairs: Iterable[tuple[Institution, str]], *, actor: Actor, reason: str) -> None:
    """Write that new institutions are not the numbers that they looked like, by who insisted.

    One dated ahead has no record yet: nothing is written of it.
    """
    wanted = list(pairs)
    if not wanted:
        return
    candidates.catch_up()
    others = {one.number: one for one in Institution.objects.filter(number__in={number for _made, number in wanted})}
    judged = [pair for made, number in wanted if number in others and (pair := _judged(made, others[number]))]
    if judged:
        verdicts.give_many(judged, answer=Answer.DIFFERENT, actor=actor, reason=reason)


def _judged(one: Institution, other: Institution) -> verdicts.Pair | None:
    try:
        return verdicts.judge(one, other)
    except Refused:
        return None


def record_of(new: New) -> records.Record:
    """A new institution as a record to compare."""
    facts, parent = new.facts, new.parent
    municipality: Municipality | None = facts.get("municipality") or facts.get("administrative_municipality")
    said = {name: str(facts.get(name) or "") for name in
            ("name", "postcode", "town", "p_number", "phone", "institution_type", "ownership")}  # fmt: skip
    return records.build(
        number="", level=new.level, line=f"{facts.get('street') or ''} {facts.get('house_number') or ''}",
        municipality=municipality.name if municipality else "", cvr=str(facts.get("cvr_number") or ""),
        mail=str(facts.get("email") or ""), parent=parent.number if parent else "", **said,
    )  # fmt: skip


def _likely(found: Found, places: Mapping[str, str]) -> Likely:
    number, scored = found.entry.record.number, found.scored
    reasons = tuple(wording.told(scoring.explain(scored, inside.weights())))
    return Likely(number, found.entry.name, places.get(number, ""), scored.probability, reasons, found.earlier)


def _addresses(numbers: Iterable[str]) -> dict[str, str]:
    today = Version.objects.filter(institution__number__in=list(numbers), period__contains=periods.today())
    return {one["institution__number"]: told.address(one) for one in today.values("institution__number", *_ADDRESS)}
