"""Exactly what cases would change, and what a person should look at before they do."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agreements.carrying import Fate, Way, fates_of
from agreements.cases import reading
from agreements.cases.reading import OPEN, State
from agreements.models import Case
from institutions import consolidation
from institutions.consolidation import Plan
from institutions.models import Answer, Candidate, Verdict
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

# The least likelihood of another unit that is worth a look.
LIKELY = 0.3


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at before a case is executed: a code and a sentence."""

    code: str
    text: str


@dataclass(slots=True)
class Preview:
    """What a case would do on a day: the plan, or why there is none; and what becomes of each agreement."""

    case: Case
    state: State
    on: date
    plan: Plan | None
    refused: Refused | None
    fates: list[Fate]
    warnings: list[Warned] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Names exactly what was seen; empty where there is no plan."""
        return self.plan.fingerprint if self.plan else ""

    @property
    def exceptional(self) -> bool:
        """Whether a person should look at this one first."""
        return bool(self.refused or self.warnings)


@dataclass(frozen=True, slots=True)
class Totals:
    """Many previews in figures: cases, those that can be executed, those to look at, agreements by their way."""

    cases: int
    possible: int
    exceptional: int
    agreements: Counter[str]
    approved_ahead: int
    # Agreements in force that end with nothing in force in their place.
    losing: int


def preview(case: Case, *, on: date | None = None) -> Preview:
    """What a case would do; reads only."""
    return preview_many([case], on=on)[0]


def preview_many(cases: Sequence[Case], *, on: date | None = None) -> list[Preview]:
    """What each case would do if it alone were executed, those to look at first; reads only.

    Of two cases with the same unit the second may look otherwise when the first is done: then it is refused, and
    previewed again.
    """
    day = on or periods.today()
    found = Case.objects.filter(pk__in=[one.pk for one in cases])
    fresh = {one.pk: one for one in found.select_related("absorbed__absorbed_into", "survivor")}
    chosen = [fresh[one.pk] for one in cases if one.pk in fresh]
    pairs = [(one.survivor, one.absorbed) for one in chosen]
    plans = consolidation.plan_many(pairs, on=day)
    by, becomes, looks = reading.states(chosen), fates_of(pairs), _Looks(chosen)
    made = []
    for case, plan in zip(chosen, plans, strict=True):
        one = Preview(
            case, by[case.pk], day, plan if isinstance(plan, Plan) else None,
            plan if isinstance(plan, Refused) else _not_open(case, by[case.pk]), becomes[case.absorbed_id],
        )  # fmt: skip
        one.warnings = looks.warnings(one)
        made.append(one)
    # Refused first, then those with a warning; otherwise as they were chosen.
    return sorted(made, key=lambda one: (one.refused is None, not one.warnings))


def totals(previews: Iterable[Preview]) -> Totals:
    """The figures of many previews."""
    previews = list(previews)
    possible = [one for one in previews if not one.refused]
    told = [fate for one in possible for fate in one.fates]
    return Totals(
        len(previews), len(possible), sum(one.exceptional for one in previews), Counter(str(one.way) for one in told),
        sum(one.approved and one.way == Way.CARRY for one in told), sum(one.loses for one in told),
    )  # fmt: skip


def _not_open(case: Case, state: State) -> Refused | None:
    if state in OPEN:
        return None
    return Refused("sag_laast", _("Sagen om %(number)s er %(state)s.")
                   % {"number": case.absorbed.number, "state": state.label})  # fmt: skip


class _Looks:
    """What is asked for all cases at once, to warn of."""

    def __init__(self, cases: Sequence[Case]) -> None:
        absorbed, survivors = [one.absorbed_id for one in cases], [one.survivor_id for one in cases]
        self.same: dict[int, list[str]] = defaultdict(list)
        others = reading.with_state(Case.objects.filter(survivor__in=survivors)).filter(state__in=OPEN)
        for survivor, number in others.order_by("absorbed__number").values_list("survivor", "absorbed__number"):
            self.same[survivor].append(number)
        self.likely: dict[int, list[tuple[int, str, float]]] = defaultdict(list)
        rows = Candidate.objects.filter(leaving__in=absorbed, score__gte=LIKELY).order_by("-score", "pk")
        for leaving, key, number, score in rows.values_list("leaving", "staying", "staying__number", "score"):
            self.likely[leaving].append((key, number, score))
        said = Verdict.objects.filter(first__in=absorbed, answer=Answer.DIFFERENT)
        self.different = set(said.values_list("first", "second"))

    def warnings(self, one: Preview) -> list[Warned]:
        """What a person should look at."""
        case = one.case
        found = []
        if losing := [str(fate.row.number) for fate in one.fates if fate.loses]:
            found.append(Warned("mister_adgang", _("Aftale %(numbers)s ophører uden at være dækket.")
                                % {"numbers": ", ".join(losing)}))  # fmt: skip
        if (case.absorbed_id, case.survivor_id) in self.different:
            found.append(Warned("sagt_forskellige", _("Nogen har sagt, at %(a)s og %(g)s er forskellige.")
                                % _names(case)))  # fmt: skip
        likely = [f"{number} ({score:.0%})" for key, number, score in self.likely[case.absorbed_id]
                  if key != case.survivor_id]  # fmt: skip
        if likely:
            found.append(Warned("andre_kandidater", _("%(a)s kan også være %(others)s.")
                                % {**_names(case), "others": ", ".join(likely)}))  # fmt: skip
        if others := [number for number in self.same[case.survivor_id] if number != case.absorbed.number]:
            found.append(Warned("samme_g_nummer", _("Også %(others)s skal blive til %(g)s.")
                                % {**_names(case), "others": ", ".join(others)}))  # fmt: skip
        return found


def _names(case: Case) -> dict[str, str]:
    return {"a": case.absorbed.number, "g": case.survivor.number}
