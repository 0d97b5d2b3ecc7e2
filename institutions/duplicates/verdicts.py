"""Verdicts: same, different, unsure. The rules that give and take back what a person says of a pair.

»Different« holds until a field that mattered has changed on either side; then the pair is proposed again, and says
which. Every verdict is a line in the ledger; the table holds what stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.duplicates import candidates, doubles, inside, scoring, standing, stored
from institutions.duplicates.levels import START
from institutions.duplicates.scoring import Reason, Score
from institutions.models import Answer, Institution, Level, Proposal, Verdict
from registry import ledger
from registry.ledger import Entry
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from institutions.models import Candidate
    from registry.ledger import Actor

ACTIONS: Mapping[str, str] = {
    Answer.SAME: "duplicate.same", Answer.DIFFERENT: "duplicate.different", Answer.UNSURE: "duplicate.unsure",
}  # fmt: skip
TAKE_BACK = "duplicate.take_back"
STATE = ("answer", "by", "at", "reason", "score", "codes", "seen", "event")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two institutions and how likely they are one: the one that would go, the one that would stay."""

    leaving: Institution
    staying: Institution
    kind: str
    score: Score


def judge(one: Institution, other: Institution) -> Pair:
    """How likely two institutions are one, proposed or not. Raises Refused `kan_ikke_sammenlignes`."""
    if one == other or (Level.UDENFOR not in {one.level, other.level} and one.level != other.level):
        raise _incomparable(one, other)
    if Level.UDENFOR in {one.level, other.level}:
        leaving, staying = (one, other) if one.level == Level.UDENFOR else (other, one)
        return Pair(leaving, staying, Proposal.CONSOLIDATION, _outside(leaving, staying))
    scored = doubles.compare(one.pk, other.pk)
    if scored is None:
        raise _incomparable(one, other)
    leaving_key, _staying, kind = doubles.roles(one.pk, other.pk)
    leaving, staying = (one, other) if one.pk == leaving_key else (other, one)
    return Pair(leaving, staying, kind, scoring.explain(scored, inside.weights()))


def of_candidate(candidate: Candidate) -> Pair:
    """A pair as it is proposed, with the evidence that was shown."""
    told = candidate.reasons
    score = Score(
        total=sum((_weight(one) for one in told), Decimal()), probability=candidate.score,
        start=next((_weight(one) for one in told if one["kode"] == START), Decimal()),
        reasons=tuple(Reason(one["kode"], _weight(one)) for one in told if one["kode"] != START),
    )  # fmt: skip
    return Pair(candidate.leaving, candidate.staying, candidate.kind, score)


def _weight(told: Mapping[str, Any]) -> Decimal:
    return Decimal(str(told["vaegt"])).quantize(Decimal("0.01"))


def _outside(leaving: Institution, staying: Institution) -> Score:
    record = next((record for _key, record in stored.read([leaving.pk])), None)
    found = dict(candidates.look_up(record, also=[staying.pk])) if record else {}
    if staying.level == Level.UDENFOR or staying.pk not in found:
        raise _incomparable(leaving, staying)
    return scoring.explain(found[staying.pk], scoring.weights())


def _incomparable(one: Institution, other: Institution) -> Refused:
    return Refused(
        "kan_ikke_sammenlignes", _("%(one)s og %(other)s kan ikke sammenlignes.")
        % {"one": one.number, "other": other.number},
    )  # fmt: skip


@transaction.atomic
def give(
    one: Institution, other: Institution, *, answer: str, actor: Actor, reason: str = "", seen: int | None = None
) -> Verdict:
    """Say of a pair that it is the same institution, two different ones, or that it cannot be told.

    `seen` is the `event` of the verdict that the person saw, 0 for none. Raises Refused `har_flyttet_sig` where
    somebody else has said something meanwhile, `kan_ikke_sammenlignes`, `ukendt_kode`.
    """
    candidates.catch_up()
    return give_many([judge(one, other)], answer=answer, actor=actor, reason=reason,
                     seen={frozenset((one.pk, other.pk)): seen} if seen is not None else {})[0]  # fmt: skip


@transaction.atomic
def give_many(
    pairs: Sequence[Pair],
    *,
    answer: str,
    actor: Actor,
    reason: str = "",
    seen: Mapping[frozenset[int], int] | None = None,
) -> list[Verdict]:
    """Say the same of many pairs at once: all of them or, where one is refused, none. Raises Refused; see `give`."""
    if answer not in ACTIONS:
        raise Refused("ukendt_kode", _("»%(answer)s« er ikke en afgørelse.") % {"answer": answer[:40]},
                      field="answer", value=answer, suggestions=list(ACTIONS))  # fmt: skip
    ledger.check_text(reason)
    _hold(pairs)
    known = _known(pairs)
    for pair in pairs:
        _refuse_moved(pair, known.get(_key(pair)), seen or {})
    texts = {said["number"]: said for _key_, said in stored.texts(sorted({key for one in pairs for key in _key(one)}))}
    now = timezone.now()
    verdicts, before = [], []
    for pair in pairs:
        first, second = _ordered(pair)
        verdict = known.get(_key(pair)) or Verdict(first=first, second=second, event=0, at=now)
        before.append(state(verdict) if verdict.pk else None)
        verdict.answer, verdict.by, verdict.at, verdict.reason = str(answer), actor.name, now, reason
        verdict.score, verdict.changed = round(pair.score.probability, 6), []
        verdict.codes = [one.code for one in pair.score.reasons]
        verdict.seen = {number: texts[number] for number in (first.number, second.number) if number in texts}
        verdicts.append(verdict)
    return _write(verdicts, before, action=ACTIONS[answer], actor=actor, reason=reason)


@transaction.atomic
def take_back(verdict: Verdict, *, actor: Actor, reason: str = "") -> Verdict:
    """Put back what stood before a verdict: an earlier one, or none. Raises Refused `intet_at_fortryde`."""
    candidates.catch_up()
    _lock([verdict.first, verdict.second])
    fresh = Verdict.objects.select_related("first", "second").get(pk=verdict.pk)
    if not fresh.answer or fresh.event != verdict.event:
        raise Refused("intet_at_fortryde", _("Afgørelsen om %(pair)s er allerede taget tilbage eller ændret.")
                      % {"pair": fresh})  # fmt: skip
    if fresh.first.absorbed_into_id == fresh.second_id:
        raise Refused("er_konsolideret", _("%(first)s er konsolideret ind i %(second)s: fortryd konsolideringen først.")
                      % {"first": fresh.first.number, "second": fresh.second.number})  # fmt: skip
    before = state(fresh)
    earlier = (Event.objects.get(seq=fresh.event).data["before"]) or {}
    fresh.answer, fresh.reason = earlier.get("answer", ""), earlier.get("reason", "")
    if earlier:
        fresh.by, fresh.at, fresh.score = earlier["by"], datetime.fromisoformat(earlier["at"]), earlier["score"]
        fresh.codes, fresh.seen = earlier["codes"], earlier["seen"]
        _hold_against_today(fresh)
    return _write([fresh], [before], action=TAKE_BACK, actor=actor, reason=reason,
                  event=earlier.get("event"))[0]  # fmt: skip


def _hold_against_today(verdict: Verdict) -> None:
    """An earlier verdict stands again: what has changed since it was given still has."""
    verdict.save()
    standing.review({verdict.first_id, verdict.second_id})
    verdict.refresh_from_db(fields=["changed"])


def state(verdict: Verdict) -> dict[str, Any]:
    """What stands of a pair, as JSON, for the ledger."""
    told = {name: getattr(verdict, name) for name in STATE}
    return {**told, "at": verdict.at.isoformat(), "first": verdict.first.number, "second": verdict.second.number}


def _write(
    verdicts: Sequence[Verdict],
    before: Sequence[dict[str, Any] | None],
    *,
    action: str,
    actor: Actor,
    reason: str,
    event: int | None = None,
) -> list[Verdict]:
    """Save, propose again what the verdicts touch, and write the ledger last."""
    for verdict in verdicts:
        verdict.save()
    candidates.refresh_some({one.first_id for one in verdicts} | {one.second_id for one in verdicts if _inside(one)})
    entries = [
        Entry(action, one.subject, {"before": old, "after": {**state(one), "event": None}}, reason)
        for one, old in zip(verdicts, before, strict=True)
    ]
    for written, verdict in zip(ledger.record(entries, actor=actor), verdicts, strict=True):
        verdict.event = event or written.seq
    # The rows are ours since they were locked: nobody waits here while the ledger is held.
    Verdict.objects.bulk_update(verdicts, ["event"], batch_size=500)
    return list(verdicts)


def _inside(verdict: Verdict) -> bool:
    return Level.UDENFOR not in {verdict.first.level, verdict.second.level}


def _ordered(pair: Pair) -> tuple[Institution, Institution]:
    first, second = sorted((pair.leaving, pair.staying), key=lambda one: one.number)
    return first, second


def _key(pair: Pair) -> tuple[int, int]:
    first, second = _ordered(pair)
    return first.pk, second.pk


def _known(pairs: Sequence[Pair]) -> dict[tuple[int, int], Verdict]:
    found = Verdict.objects.filter(
        first__in={_key(one)[0] for one in pairs}, second__in={_key(one)[1] for one in pairs}
    )
    return {(one.first_id, one.second_id): one for one in found.select_related("first", "second")}


def _refuse_moved(pair: Pair, now: Verdict | None, seen: Mapping[frozenset[int], int]) -> None:
    saw = seen.get(frozenset(_key(pair)))
    stands = now.event if now and now.answer else 0
    if saw is not None and saw != stands and now:
        raise Refused(
            "har_flyttet_sig",
            _("%(by)s har imens sagt »%(answer)s« om %(pair)s.")
            % {"by": now.by, "answer": now.get_answer_display() or _("taget tilbage"), "pair": now},
        )


def _hold(pairs: Sequence[Pair]) -> None:
    _lock([institution for pair in pairs for institution in (pair.leaving, pair.staying)])


def _lock(institutions: Sequence[Institution]) -> None:
    """Two people at one pair: the second waits, and sees what the first has said. In number order."""
    wanted = Institution.objects.filter(pk__in={one.pk for one in institutions}).order_by("number")
    list(wanted.select_for_update(no_key=True).values_list("pk"))
