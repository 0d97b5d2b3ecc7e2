"""The plan of a consolidation: everything that it would change, read and not written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import timelines
from institutions.keys import Change, InstitutionKey, OnConsolidate, for_many, keys_to_institution
from institutions.models import Cause, Level
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.models import Institution
    from institutions.timeline import Timeline

type Rules = Mapping[InstitutionKey[Any, Any], OnConsolidate]

SURVIVORS = frozenset({Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE})


@dataclass(frozen=True)
class Plan:
    """What a consolidation on a day would change: the absorbed is no more from that day on."""

    survivor: Institution
    absorbed: Institution
    on: date
    changes: tuple[Change, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Names exactly this list: equal fingerprints, equal changes."""
        told = [self.survivor.number, self.absorbed.number, self.on.isoformat(), [asdict(one) for one in self.changes]]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def plan(survivor: Institution, absorbed: Institution, *, on: date | None = None) -> Plan:
    """The changes that a consolidation would make; reads only. Raises Refused `kan_ikke_konsolideres`."""
    on = on or periods.today()
    lines = timelines.load([survivor, absorbed])
    return plan_of(lines[survivor.pk], lines[absorbed.pk], on=on, rules=rules_of([(survivor, absorbed)]))


def plan_many(pairs: Sequence[tuple[Institution, Institution]], *, on: date | None = None) -> list[Plan | Refused]:
    """The plan for each pair of survivor and absorbed as if it alone were executed, or why there is none."""
    on = on or periods.today()
    lines = timelines.load([one for pair in pairs for one in pair])
    rules = rules_of(pairs)
    plans: list[Plan | Refused] = []
    for survivor, absorbed in pairs:
        try:
            plans.append(plan_of(lines[survivor.pk], lines[absorbed.pk], on=on, rules=rules))
        except Refused as refused:
            plans.append(refused)
    return plans


def rules_of(pairs: Sequence[tuple[Institution, Institution]]) -> Rules:
    """What each relation to an institution does with its rows, asked for all pairs at once where it can."""
    return {key: for_many(key.on_consolidate, pairs) for key in keys_to_institution()}


def plan_of(survivor: Timeline, absorbed: Timeline, *, on: date, rules: Rules) -> Plan:
    """The plan from timelines that are at hand. Raises Refused `kan_ikke_konsolideres`, `er_konsolideret`."""
    _check(survivor, absorbed, on=on)
    one, other = survivor.institution, absorbed.institution
    version = absorbed.open_on(on)
    absorbed.refuse_later(version)
    why = _("er nu %(number)s") % {"number": one.number}
    changes = [
        Change.of(other, subject=other.number, why=why, absorbed_into_id=one.pk),
        Change.of(
            version, subject=other.number, why=_("lukkes uden for registeret"),
            period=periods.until(version.period, on), closing_cause=str(Cause.CONSOLIDATED.value),
        ),
    ]  # fmt: skip
    for key, rule in rules.items():
        changes += rule(key, survivor=one, absorbed=other, on=on)
    return Plan(one, other, on, tuple(changes))


def _check(survivor: Timeline, absorbed: Timeline, *, on: date) -> None:
    one, other = survivor.institution, absorbed.institution
    if other.absorbed_into:
        raise Refused(
            "er_konsolideret",
            _("%(number)s er allerede konsolideret ind i %(survivor)s.")
            % {"number": other.number, "survivor": other.absorbed_into.number},
        )
    wrong = ""
    if on > periods.today():
        # The number leads to the survivor at once; an end dated ahead would leave agreements between the two.
        wrong = _("En konsolidering kan ikke gælde fra en senere dag end i dag.")
    elif other.level != Level.UDENFOR:
        wrong = _("%(number)s er ikke et A-nummer.") % {"number": other.number}
    elif one.level not in SURVIVORS:
        wrong = _("%(number)s er en %(level)s; aftaler hviler på en anvisningsenhed eller en alternativ adresse.") % {
            "number": one.number, "level": one.level,
        }  # fmt: skip
    elif not survivor.goes_on_from(on):
        wrong = _("%(number)s er ikke åben fra den %(on)s og frem.") % {
            "number": one.number, "on": f"{on:%d.%m.%Y}",
        }  # fmt: skip
    elif (begins := absorbed.open_on(on).period.lower) == on:
        wrong = _("%(number)s begynder først den %(on)s.") % {"number": other.number, "on": f"{begins:%d.%m.%Y}"}
    if wrong:
        raise Refused("kan_ikke_konsolideres", wrong)
