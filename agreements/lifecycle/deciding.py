"""Decisions on agreements: one or ten thousand through the same function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from agreements import owners
from agreements.lifecycle import rows
from agreements.lifecycle.checks import DECIDED, check_reason, check_revival, check_transition
from agreements.models import DataAgreement
from agreements.states import LIVE, Status
from registry import copying, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreements.lifecycle.rows import Place
    from registry.ledger import Actor

ACTIONS: Mapping[str, str] = {
    Status.VENTER: "agreement.set_back",
    Status.GODKENDT: "agreement.approve",
    Status.AFVIST: "agreement.refuse",
    Status.SLETTET: "agreement.delete",
}
# What a decision on its successor does to an agreement that was carried over.
END = "agreement.end"


@dataclass(frozen=True, slots=True)
class Wish:
    """An agreement, by its primary key, that is to get a status."""

    key: int
    to: str
    comment: str = ""


@dataclass(slots=True)
class Outcome:
    """What a wish leads to: the agreement, its status before, and why not where it is refused.

    `ends` are the agreements that were carried over to this one and end now that it is decided.
    """

    wish: Wish
    agreement: DataAgreement
    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    refused: Refused | None = None
    ends: list[Outcome] = field(default_factory=list)

    @property
    def was(self) -> str:
        """The status before."""
        return str(self.before["status"])


def approve(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """VENTER → GODKENDT. Raises Refused `ulovlig_overgang`."""
    _one(agreement, Status.GODKENDT, actor=actor, comment=comment)


def refuse(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """VENTER → AFVIST. Raises Refused `ulovlig_overgang`."""
    _one(agreement, Status.AFVIST, actor=actor, comment=comment)


def set_back(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """GODKENDT or AFVIST → VENTER. Raises Refused `ulovlig_overgang`."""
    _one(agreement, Status.VENTER, actor=actor, comment=comment)


def delete(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """Anything → SLETTET, which is final; the row stays. Raises Refused `ulovlig_overgang`."""
    _one(agreement, Status.SLETTET, actor=actor, comment=comment)


@transaction.atomic
def decide(wishes: Sequence[Wish], *, actor: Actor, whole: bool = False, trial: bool = False) -> list[Outcome]:
    """Decide many, in their order, and apply those that are lawful; `whole` applies all of them or none.

    A trial applies nothing, but the agreements are locked: what it gives still holds later in the transaction.
    """
    known = rows.lock(wish.key for wish in wishes)
    table = _Table(known)
    outcomes = [table.judge(wish) for wish in wishes]
    if not trial and not (whole and any(one.refused for one in outcomes)):
        _apply([one for one in outcomes if not one.refused], actor=actor)
    return outcomes


class _Table:
    """What is decided on, as the wishes so far have left it."""

    def __init__(self, known: Mapping[int, DataAgreement]) -> None:
        self.known = known
        self.live: set[Place] = rows.live_places(one.institution_id for one in known.values())
        carried = rows.waiting(rows.place_of(one) for one in known.values())
        self.waiting = {place: [known.get(one.pk, one) for one in them] for place, them in carried.items()}

    def judge(self, wish: Wish) -> Outcome:
        """Decide one wish, lawful or not."""
        agreement = self.known[wish.key]
        outcome = Outcome(wish, agreement, rows.state(agreement))
        waiting = self._waiting_for(wish, agreement)
        try:
            check_transition(agreement, wish.to)
            if wish.to in LIVE and agreement.status not in LIVE:
                check_revival(agreement, live=self.live)
            check_reason(wish.to, wish.comment, ends=waiting)
        except Refused as refused:
            outcome.refused = refused
            return outcome
        self._set(outcome)
        for one in waiting:
            ended = Outcome(Wish(one.pk, Status.SLETTET, wish.comment), one, rows.state(one))
            self._set(ended)
            outcome.ends.append(ended)
        return outcome

    def _waiting_for(self, wish: Wish, agreement: DataAgreement) -> list[DataAgreement]:
        if wish.to not in DECIDED:
            return []
        return [one for one in self.waiting.get(rows.place_of(agreement), ()) if one.status in LIVE]

    def _set(self, outcome: Outcome) -> None:
        agreement, to = outcome.agreement, outcome.wish.to
        if to in LIVE:
            self.live.add(rows.place_of(agreement))
        elif agreement.status in LIVE:
            self.live.discard(rows.place_of(agreement))
        agreement.status = to
        agreement.ended_on = periods.today() if to == Status.SLETTET else None
        outcome.after = rows.state(agreement)


def _apply(outcomes: Sequence[Outcome], *, actor: Actor) -> None:
    everything = [each for one in outcomes for each in (one, *one.ends)]
    decided = list({one.agreement.pk: one.agreement for one in everything}.values())
    # What leaves its place goes first: another may have come into it.
    for group in (
        [one for one in decided if one.status not in LIVE],
        [one for one in decided if one.status in LIVE],
    ):
        copying.update(DataAgreement, group, ["status", "ended_on"])
    rows.write_statuses(decided, on=periods.today())
    names = owners.names(one.institution_id for one in decided)
    told = [
        (_entry(each, action), names.get(each.agreement.institution_id, ""))
        for one in outcomes
        for each, action in ((one, ACTIONS[one.wish.to]), *((other, END) for other in one.ends))
    ]
    rows.record(told, actor=actor)


def _entry(one: Outcome, action: str) -> Entry:
    return Entry(action, one.agreement.subject, {"before": one.before, "after": one.after}, one.wish.comment)


def _one(agreement: DataAgreement, to: Status, *, actor: Actor, comment: str) -> None:
    (outcome,) = decide([Wish(agreement.pk, to, comment)], actor=actor, whole=True)
    if outcome.refused:
        raise outcome.refused
    agreement.status, agreement.ended_on = outcome.agreement.status, outcome.agreement.ended_on
