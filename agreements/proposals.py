"""Which number of the register an A-number gives way to: what it is consolidated into, else the likely ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from agreements.models import Case
from institutions.duplicates import candidates
from institutions.models import Answer, Candidate, Institution, Level, Verdict, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

# Proposals told of one A-number, and the least probability of one. What nobody has decided is never certain.
MOST, LEAST, SUREST = 3, 0.1, 0.99
# Of an A-number: what says it, the other's primary key, a deadline.
type Decided = tuple[Ground, int, date | None]

# What agreements may rest on.
BEARING = (Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A number of the register, what it is called, and how likely it is the same; 1 where it is decided."""

    number: str
    name: str
    score: float

    def __str__(self) -> str:
        if self.score == 1:
            return self.number
        return f"{self.number} {self.name} ({self.percent} %)"

    @property
    def percent(self) -> int:
        """The likelihood in whole percent."""
        return round(self.score * 100)


class Ground(TextChoices):
    """What says that an A-number is a number of the register, the surest first."""

    CONSOLIDATED = "konsolideret", _("konsolideret")
    CASE = "sag", _("STIL er ved at konsolidere dem")
    SAME = "ens", _("STIL siger, at de er den samme")
    LIKELY = "sandsynlig", _("ligner hinanden")
    NOTHING = "ukendt", _("intet er fundet")


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes an A-number's place: one that is decided, or the likely ones, best first."""

    ground: Ground
    proposals: tuple[Proposal, ...] = ()
    deadline: date | None = None

    @property
    def sure(self) -> bool:
        """Whether it is decided."""
        return self.ground not in {Ground.LIKELY, Ground.NOTHING}

    @property
    def numbers(self) -> list[str]:
        """The numbers, best first."""
        return [one.number for one in self.proposals]


def right_numbers(legacy: Institution) -> list[Proposal]:
    """The numbers that agreements on an A-number should rest on instead, best first; some milliseconds.

    One alone, of score 1, where somebody has decided it.
    """
    if decided := _decided([legacy.pk]):
        _ground, staying, _deadline = decided[legacy.pk]
        return [Proposal(Institution.objects.get(pk=staying).number, "", 1)]
    likely = [(key, one.probability) for key, one in candidates.propose(legacy)[:MOST] if one.probability >= LEAST]
    known = _names(key for key, _score in likely)
    return [Proposal(*known[key], min(score, SUREST)) for key, score in likely if key in known]


def replacements(legacy: Collection[int]) -> dict[int, Replacement]:
    """What takes the place of each A-number, by primary key. A fixed number of queries."""
    candidates.catch_up()
    decided = _decided(legacy)
    likely: dict[int, list[tuple[int, float]]] = defaultdict(list)
    undecided = [key for key in legacy if key not in decided]
    proposed = Candidate.objects.filter(leaving__in=undecided, staying__level__in=BEARING, score__gte=LEAST)
    for key, staying, score in proposed.order_by("-score").values_list("leaving", "staying", "score"):
        likely[key].append((staying, score))
    known = _names(_named(decided, likely))
    survivors = dict(
        Institution.objects.filter(pk__in=[one for _ground, one, _day in decided.values()]).values_list("pk", "number")
    )
    told: dict[int, Replacement] = {}
    for key in legacy:
        if key in decided:
            ground, staying, deadline = decided[key]
            number, name = known.get(staying) or (survivors[staying], "")
            told[key] = Replacement(ground, (Proposal(number, name, 1),), deadline)
        else:
            found = tuple(
                Proposal(*known[one], min(score, SUREST)) for one, score in likely[key][:MOST] if one in known
            )
            told[key] = Replacement(Ground.LIKELY if found else Ground.NOTHING, found)
    return told


def _decided(legacy: Collection[int]) -> dict[int, Decided]:
    """Of each A-number that somebody has decided of."""
    found: dict[int, Decided] = {}
    pair = Q(first__in=legacy, second__level__in=BEARING) | Q(second__in=legacy, first__level__in=BEARING)
    wanted = set(legacy)
    for first, second in Verdict.objects.filter(pair, answer=Answer.SAME).values_list("first", "second"):
        found[first if first in wanted else second] = (Ground.SAME, second if first in wanted else first, None)
    cases = Case.objects.filter(absorbed__in=legacy, dropped=False)
    for key, survivor, deadline in cases.values_list("absorbed", "survivor", "deadline"):
        found[key] = (Ground.CASE, survivor, deadline)
    absorbed = Institution.objects.filter(pk__in=legacy, absorbed_into__isnull=False)
    for one in absorbed:
        if one.absorbed_into_id:
            found[one.pk] = (Ground.CONSOLIDATED, one.absorbed_into_id, found[one.pk][2] if one.pk in found else None)
    return found


def _named(decided: Mapping[int, Decided], likely: Mapping[int, list[tuple[int, float]]]) -> Iterator[int]:
    yield from (one for _ground, one, _deadline in decided.values())
    yield from (one for found in likely.values() for one, _score in found)


def _names(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    open_now = Version.objects.filter(institution__in=list(keys), period__contains=periods.today())
    return {
        key: (number, name) for key, number, name in open_now.values_list("institution", "institution__number", "name")
    }
