"""Consolidation of an A-number into the register: one list of changes, read three ways.

`plan` reads only and gives the list: that list is the preview. `execute` applies it, `undo`
applies it backwards; each change is a compare-and-swap. The list is stored in the ledger.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from institutions import timelines
from institutions.keys import Change, for_many, keys_to_institution
from institutions.models import Cause, Consolidation, Institution, Level
from registry import ledger, periods
from registry.ledger import Entry
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from institutions.keys import InstitutionKey, OnConsolidate
    from institutions.timeline import Timeline
    from registry.ledger import Actor

type Rules = Mapping[InstitutionKey[Any, Any], OnConsolidate]

EXECUTE, UNDO = "consolidation.execute", "consolidation.undo"
ABSORB, RELEASE = "consolidation.absorb", "consolidation.release"
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
    return _plan(lines[survivor.pk], lines[absorbed.pk], on=on)


def plan_many(pairs: Sequence[tuple[Institution, Institution]], *, on: date | None = None) -> list[Plan | Refused]:
    """The plan for each pair of survivor and absorbed as if it alone were executed, or why there is none."""
    on = on or periods.today()
    lines = timelines.load([one for pair in pairs for one in pair])
    rules = {key: for_many(key.on_consolidate, pairs) for key in keys_to_institution()}
    plans: list[Plan | Refused] = []
    for survivor, absorbed in pairs:
        try:
            plans.append(_plan(lines[survivor.pk], lines[absorbed.pk], on=on, rules=rules))
        except Refused as refused:
            plans.append(refused)
    return plans


def _plan(survivor: Timeline, absorbed: Timeline, *, on: date, rules: Rules | None = None) -> Plan:
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
    for key, rule in (rules or {key: key.on_consolidate for key in keys_to_institution()}).items():
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


def execute(previewed: Plan, *, fingerprint: str, actor: Actor, reason: str = "") -> Consolidation:
    """Do what the preview showed. `fingerprint` is that of the plan that the person saw. See `absorb`."""
    return absorb(previewed.survivor, previewed.absorbed, on=previewed.on, fingerprint=fingerprint, actor=actor,
                  reason=reason)  # fmt: skip


@transaction.atomic
def absorb(
    survivor: Institution, absorbed: Institution, *, on: date, fingerprint: str, actor: Actor, reason: str = ""
) -> Consolidation:
    """Let one be absorbed from a day on, as a plan with this fingerprint showed.

    Both institutions are locked in number order and the changes planned again. Raises Refused
    `ikke_det_forhaandsviste` where they differ from what was seen, `har_flyttet_sig` where a row moved.
    """
    lines = timelines.load([survivor, absorbed], lock=True)
    before = timelines.states(lines.values())
    now = _plan(lines[survivor.pk], lines[absorbed.pk], on=on)
    if now.fingerprint != fingerprint:
        raise Refused(
            "ikke_det_forhaandsviste",
            _("%(absorbed)s er ændret, siden konsolideringen ind i %(survivor)s blev forhåndsvist.")
            % {"absorbed": now.absorbed.number, "survivor": now.survivor.number},
        )
    changes = _apply(now.changes)
    more = {"survivor": now.survivor.number, "absorbed": now.absorbed.number, "on": now.on.isoformat()}
    story = {**more, "changes": [asdict(one) for one in changes]}
    written = ledger.record(
        _entries(lines.values(), before=before, actions=(EXECUTE, ABSORB), more=more, story=story, reason=reason,
                 changes=changes),
        actor=actor,
    )  # fmt: skip
    return Consolidation.objects.get(pk=written[0].pk)


@transaction.atomic
def undo(consolidation: Consolidation, *, actor: Actor, reason: str) -> None:
    """Apply the stored list backwards: every table but the ledger is as before.

    Raises Refused `allerede_fortrudt`, or `har_flyttet_sig`, naming the row, where anything has moved since.
    """
    story = consolidation.data
    both = Institution.objects.filter(number__in=[story["survivor"], story["absorbed"]])
    lines = timelines.load(both, lock=True)
    if undone(consolidation):
        raise Refused("allerede_fortrudt", _("Konsolidering %(id)s er allerede fortrudt.") % {"id": consolidation.pk})
    before = timelines.states(lines.values())
    changes = _apply(Change(**one).backwards() for one in reversed(story["changes"]))
    more = {"survivor": story["survivor"], "absorbed": story["absorbed"], "undoes": consolidation.pk}
    ledger.record(
        _entries(lines.values(), before=before, actions=(UNDO, RELEASE), more=more, story=more, reason=reason,
                 changes=changes),
        actor=actor,
        correlation=consolidation.correlation,
    )  # fmt: skip


def trial(survivor: Institution, absorbed: Institution, *, actor: Actor, on: date | None = None) -> Plan:
    """Plan, execute and roll back: a preview that also shows what the database would refuse."""
    with transaction.atomic():
        planned = plan(survivor, absorbed, on=on)
        execute(planned, fingerprint=planned.fingerprint, actor=actor)
        transaction.set_rollback(True)
    return planned


def undone(consolidation: Consolidation) -> Event | None:
    """The event that undid a consolidation; None while it stands."""
    return Event.objects.filter(correlation=consolidation.correlation, action=UNDO).order_by("seq").first()


def standing(absorbed: Institution) -> Consolidation | None:
    """The consolidation by which an institution is absorbed now; None where it is not."""
    if not absorbed.absorbed_into_id:
        return None
    return Consolidation.objects.filter(subject=absorbed.number).order_by("-seq").first()


def _apply(changes: Iterable[Change]) -> list[Change]:
    """Apply changes in order; gives them as they were done. Raises Refused `har_flyttet_sig`."""
    done: list[Change] = []
    made: dict[str, int] = {}
    for change in changes:
        try:
            # No savepoint each: the refusal takes back the whole act.
            swapped = change.swap(made)
        except IntegrityError as error:
            raise Refused(
                "har_flyttet_sig",
                _("%(row)s kan ikke ændres: databasen siger nej (%(why)s).")
                % {"row": change.label, "why": str(error).splitlines()[0]},
                value=change.label,
            ) from error
        if not swapped:
            raise Refused(
                "har_flyttet_sig",
                _("%(row)s (%(subject)s) er ændret siden.") % {"row": change.label, "subject": change.subject},
                value=change.label,
            )
        done.append(swapped)
    return done


def _entries(
    lines: Iterable[Timeline],
    *,
    before: Mapping[int, dict[str, Any]],
    actions: tuple[str, str],
    more: dict[str, Any],
    story: dict[str, Any],
    reason: str,
    changes: Iterable[Change],
) -> list[Entry]:
    """The absorbed one's line first, then the survivor's, then one for each other row that changed."""
    fresh = timelines.load(line.institution for line in lines)
    after = timelines.states(fresh.values())
    by_number = {line.institution.number: key for key, line in fresh.items()}
    acts = ((more["absorbed"], actions[0], story), (more["survivor"], actions[1], more))
    told = [
        Entry(action, number, {"before": before[by_number[number]], "after": after[by_number[number]], **data}, reason)
        for number, action, data in acts
    ]
    return told + [
        Entry(
            actions[0],
            one.subject,
            {"before": dict(one.before), "after": dict(one.after), **more, "why": one.why},
            reason,
        )
        for one in changes
        if one.subject and one.subject not in by_number
    ]
