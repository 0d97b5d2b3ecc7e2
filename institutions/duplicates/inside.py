"""Two numbers of the register that may be one institution: what weighs there beside the evidence of `levels`. Pure.

The weights of `weights.json` are fitted on A-numbers, of which every second is in the register. Two open numbers of
one level are hardly ever one, and what people mistype outside is official inside: a type, a numeral, one more word
set lawful neighbours apart (dagplejegrupper at one office, fritidsklub and ungdomsklub in one house, nursery and
kindergarten). No set is labelled for this, so these weights are set by judgement, not fitted: see `docs/matching.md`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from institutions.duplicates import evidence, scoring
from institutions.duplicates.keys import of
from institutions.duplicates.levels import Level, Sign
from institutions.duplicates.scoring import Scored, Weights
from institutions.duplicates.sides import COUNTED, Frequencies, weigh
from institutions.duplicates.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.duplicates.records import Record

LEVELS: Mapping[str, Level] = {
    "inside.rare": Level(Sign.AGAINST, _("to åbne numre i registeret er sjældent den samme")),
    "inside.word": Level(Sign.AGAINST, _("et ord i navnet skiller de to i registeret")),
    "inside.number": Level(Sign.AGAINST, _("et tal i navnet skiller de to i registeret")),
    "inside.branch": Level(Sign.AGAINST, _("navnene siger hver sin slags (fritid og ungdom, natur, special …)")),
    "inside.owner": Level(Sign.FOR, _("samme navn og adresse, men en anden ejer: kan være overtaget")),
    "inside.type": Level(Sign.AGAINST, _("typerne i registeret er forskellige")),
}
# Hundredths of log-odds. About one pair in a hundred that share name and place is one institution: ln(1/99).
POINTS = {
    "inside.rare": -460, "inside.word": -900, "inside.number": -1500, "inside.branch": -1500, "inside.type": -1500,
    "inside.owner": 200,
}  # fmt: skip
# From here on a pair is proposed, or a new institution is held back.
LIKELY = 0.5
_BRANCHES = ("fritid", "ungdom", "junior", "natur", "skov", "special", "idraet", "gaeste", "udflyt", "halvdag")


class Entry(NamedTuple):
    """A record of the register with its name as it is written."""

    record: Record
    name: str


@lru_cache(1)
def weights() -> Weights:
    """The fitted weights with those that weigh inside the register alone."""
    by = scoring.weights()
    return replace(by, points={**by.points, **POINTS})


def compare(one: Entry, two: Entry, counts: Mapping[int, int]) -> Scored:
    """How likely two entries are one institution; the same whichever comes first. The result's side is the second's.

    `counts`: how many of the register share each key. The evidence is read both ways, and the poorer reading holds.
    """
    first, second = sorted((one, two), key=lambda entry: entry.record.number)
    readings = [_read(first, second, counts), _read(second, first, counts)]
    return min(readings, key=lambda scored: scored.own)


def _read(one: Entry, two: Entry, counts: Mapping[int, int]) -> Scored:
    mine = {said for kind, said in of(one.record) if kind in COUNTED}
    # Shared with others than the one that is asked about: as if it stood outside.
    others = {said: counts.get(said, 0) - (said in mine) for said in mine}
    frequencies = Frequencies({**dict(_counted(two.record, counts)), **others})
    here, there = weigh(one.record, frequencies), weigh(two.record, frequencies)
    levels = [*evidence.compare(here, there)]
    levels += ["inside.rare", *_apart(one, two, levels)]
    return Scored(there, tuple(levels), scoring.own_points(levels, weights()), 0)


def _counted(record: Record, counts: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(said, counts.get(said, 0)) for kind, said in of(record) if kind in COUNTED]


def _apart(one: Entry, two: Entry, levels: list[str]) -> list[str]:
    found = []
    if not any(level.startswith("name.same") for level in levels):
        found.append("inside.word")
    if one.record.name.numerals != two.record.name.numerals:
        found.append("inside.number")
    if branches(one.name) != branches(two.name):
        found.append("inside.branch")
    if one.record.kind != two.record.kind:
        found.append("inside.type")
    if not found and "address.same.named" in levels and _owners_differ(one.record, two.record):
        found.append("inside.owner")
    return found


def _owners_differ(one: Record, two: Record) -> bool:
    return bool(one.ownership and two.ownership) and one.ownership != two.ownership


@lru_cache(1 << 14)
def branches(name: str) -> frozenset[str]:
    """The kinds of offer that a name as it is written says."""
    words = fold(name).replace("-", " ").split()
    return frozenset(branch for branch in _BRANCHES if any(branch in word for word in words))
