"""A plan done and taken back: each change is a compare-and-swap, and the list is kept in the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from institutions import timelines
from institutions.consolidation.planning import Plan, plan, plan_of, rules_of
from institutions.keys import Change
from institutions.models import Consolidation, Institution
from registry import ledger
from registry.ledger import Entry
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from registry.ledger import Actor

# The states of institutions by primary key, as the ledger holds them.
type States = Mapping[int, dict[str, Any]]

EXECUTE, UNDO = "consolidation.execute", "consolidation.undo"
ABSORB, RELEASE = "consolidation.absorb", "consolidation.release"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw, and wants done: the pair, and the fingerprint of its plan."""

    survivor: Institution
    absorbed: Institution
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the plan, its changes with the keys of the rows that they made, and what ties its lines."""

    plan: Plan
    changes: Sequence[Change]
    correlation: uuid.UUID


def execute(previewed: Plan, *, fingerprint: str, actor: Actor, reason: str = "") -> Consolidation:
    """Do what the preview showed. `fingerprint` is that of the plan that the person saw. See `absorb`."""
    return absorb(previewed.survivor, previewed.absorbed, on=previewed.on, fingerprint=fingerprint, actor=actor,
                  reason=reason)  # fmt: skip


def absorb(
    survivor: Institution, absorbed: Institution, *, on: date, fingerprint: str, actor: Actor, reason: str = ""
) -> Consolidation:
    """Let one be absorbed from a day on, as a plan with this fingerprint showed. Raises Refused: see `absorb_many`."""
    (done,) = absorb_many([Seen(survivor, absorbed, fingerprint)], on=on, actor=actor, reason=reason)
    if isinstance(done, Refused):
        raise done
    return done


@transaction.atomic
def absorb_many(seen: Sequence[Seen], *, on: date, actor: Actor, reason: str = "") -> list[Consolidation | Refused]:
    """Let each be absorbed from a day on as its plan showed, or tell why not: one that is refused stops no other.

    No institution may be in two of the pairs. All are locked in number order and the changes planned again. Refused
    are those that `plan` refuses; `ikke_det_forhaandsviste` where the changes differ from what was seen;
    `har_flyttet_sig` where a row moved.
    """
    both = {one.pk: one for pair in seen for one in (pair.survivor, pair.absorbed)}
    if len(both) < 2 * len(seen):
        message = "An institution is in two of the pairs: the second would be planned as if the first were not done."
        raise ValueError(message)
    lines = timelines.load(both.values(), lock=True)
    before = timelines.states(lines.values())
    pairs = [(lines[one.survivor.pk], lines[one.absorbed.pk]) for one in seen]
    rules = rules_of([(one.institution, other.institution) for one, other in pairs])
    done: list[Done | Refused] = []
    for (survivor, absorbed), one in zip(pairs, seen, strict=True):
        try:
            # What is refused half-way takes itself back, and nothing else.
            with transaction.atomic():
                done.append(_absorb(plan_of(survivor, absorbed, on=on, rules=rules), one.fingerprint))
        except Refused as refused:
            done.append(refused)
    return _written(done, before, actor=actor, reason=reason)


def _absorb(now: Plan, fingerprint: str) -> Done:
    if now.fingerprint != fingerprint:
        raise Refused(
            "ikke_det_forhaandsviste",
            _("%(absorbed)s er ændret, siden konsolideringen ind i %(survivor)s blev forhåndsvist.")
            % {"absorbed": now.absorbed.number, "survivor": now.survivor.number},
        )
    return Done(now, _apply(now.changes), uuid.uuid4())


def _written(
    done: Sequence[Done | Refused], before: States, *, actor: Actor, reason: str
) -> list[Consolidation | Refused]:
    """Tell the ledger of all that were done; the first line of each is its consolidation."""
    acts = [one for one in done if isinstance(one, Done)]
    if not acts:
        return [one for one in done if isinstance(one, Refused)]
    fresh = timelines.load(one for act in acts for one in (act.plan.survivor, act.plan.absorbed))
    after = timelines.states(fresh.values())
    entries = [entry for act in acts for entry in _told(act, before, after, reason=reason)]
    written = ledger.record(entries, actor=actor)
    # Lines of agreements have the action too; a consolidation is the absorbed one's alone.
    made = Consolidation.objects.filter(pk__in=[one.pk for one in written])
    first = {one.correlation: one for one in made}
    return [one if isinstance(one, Refused) else first[one.correlation] for one in done]


def _told(act: Done, before: States, after: States, *, reason: str) -> list[Entry]:
    now = act.plan
    more = {"survivor": now.survivor.number, "absorbed": now.absorbed.number, "on": now.on.isoformat()}
    story = {**more, "changes": [asdict(one) for one in act.changes]}
    both = {one.number: (before[one.pk], after[one.pk]) for one in (now.survivor, now.absorbed)}
    entries = _entries(both, actions=(EXECUTE, ABSORB), more=more, story=story, reason=reason, changes=act.changes)
    return [replace(one, correlation=act.correlation) for one in entries]


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
    after = timelines.states(timelines.load(both).values())
    numbers = {line.institution.number: key for key, line in lines.items()}
    pair = {number: (before[key], after[key]) for number, key in numbers.items()}
    ledger.record(
        _entries(pair, actions=(UNDO, RELEASE), more=more, story=more, reason=reason, changes=changes),
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
    pair: Mapping[str, tuple[dict[str, Any], dict[str, Any]]],
    *,
    actions: tuple[str, str],
    more: dict[str, Any],
    story: dict[str, Any],
    reason: str,
    changes: Iterable[Change],
) -> list[Entry]:
    """The absorbed one's line first, then the survivor's, then one for each other row that changed.

    `pair`: the state before and after of both, by number.
    """
    acts = ((more["absorbed"], actions[0], story), (more["survivor"], actions[1], more))
    told = [
        Entry(action, number, {"before": pair[number][0], "after": pair[number][1], **data}, reason)
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
        if one.subject and one.subject not in pair
    ]
