"""How alike two names are, in figures between 0 and 1. Pure; the hot path of the whole matching."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from institutions.duplicates.text import skeleton

if TYPE_CHECKING:
    from institutions.duplicates.names import Name
    from institutions.duplicates.sides import Side

_jaro_winkler = JaroWinkler.normalized_similarity
# Two words are one, misspelt, from here on; what lies under 1 counts the less.
_SAME_WORD = 0.80
_NOTHING = 0.60
# Words that name the town, the municipality or the street where both lie tell the two apart no further.
PLACE_WORTH = 0.35
_SHORTEST_PLACE, _SHORTEST_STREET = 4, 5


class Likeness(NamedTuple):
    """Of two names: the whole texts, the share of the first one's words found in the other, and the other way.

    `placed`: but for words of the place where they lie the names are the same. `street`: the first has the street of
    the second in its name, and nothing else tells where it lies.
    """

    whole: float
    first_found: float
    second_found: float
    part: float
    shared: float
    placed: bool = False
    street: bool = False


def compare(first: Side, second: Side) -> Likeness:
    """How alike the names of two records are."""
    one, two = first.record.name, second.record.name
    if not one.whole or not two.whole:
        return Likeness(0.0, 0.0, 0.0, 0.0, 0.0)
    if one.whole == two.whole:
        return Likeness(1.0, 1.0, 1.0, 1.0, max(second.worth))
    street = _named_street(first, second)
    places = first.places | second.places
    here_one = [_is_place(word, said, places, street) for word, said in zip(one.words, one.stems, strict=True)]
    here_two = [_is_place(word, said, places, "") for word, said in zip(two.words, two.stems, strict=True)]
    found_one, found_two, shared = _found(first, second, here_one, here_two)
    return Likeness(
        ratio(one.whole, two.whole) / 100, found_one, found_two, best_part(one, two), shared,
        placed=_same_but_places(one, two, here_one, here_two), street=bool(street),
    )  # fmt: skip


def _named_street(first: Side, second: Side) -> str:
    """The second's street, where the first's name says it and its address says none."""
    spelt = second.record.address.spelt
    if first.record.address.street or len(spelt) < _SHORTEST_STREET or spelt in second.record.name.whole:
        return ""
    return spelt if spelt in first.record.name.whole else ""


def _is_place(word: str, said: str, places: frozenset[str], street: str) -> bool:
    if said in places:
        return True
    if len(said) < _SHORTEST_PLACE:
        return False
    for place in places:
        if place.startswith(said) or place.endswith(said):
            return True
    return bool(street) and skeleton(word) in street


def _same_but_places(one: Name, two: Name, here_one: list[bool], here_two: list[bool]) -> bool:
    if True not in here_one and True not in here_two:
        return False
    left = {said for said, here in zip(one.stems, here_one, strict=True) if not here}
    right = {said for said, here in zip(two.stems, here_two, strict=True) if not here}
    return bool(left) and left == right


def best_part(one: Name, two: Name) -> float:
    """The likeness of the two most alike parts."""
    if len(one.parts) == 1 and len(two.parts) == 1:
        return 0.0
    best = 0.0
    for part in one.parts:
        for other in two.parts:
            if len(part) > 2 and len(other) > 2:  # noqa: PLR2004 - two letters are alike by chance
                best = max(best, ratio(part, other, score_cutoff=100 * best) / 100)
    return best


def _found(first: Side, second: Side, here_one: list[bool], here_two: list[bool]) -> tuple[float, float, float]:
    one, two = first.record.name.stems, second.record.name.stems
    weights_one = [worth * (PLACE_WORTH if here else 1) for here, worth in zip(here_one, first.worth, strict=True)]
    weights_two = [worth * (PLACE_WORTH if here else 1) for here, worth in zip(here_two, second.worth, strict=True)]
    best_two = [0.0] * len(two)
    found, shared = 0.0, 0.0
    for said, weight in zip(one, weights_one, strict=True):
        alike, at = _nearest(said, two)
        found += weight * alike
        if alike:
            best_two[at] = max(best_two[at], alike)
            shared = max(shared, alike * weights_two[at])
    return (
        found / sum(weights_one),
        sum(map(mul, weights_two, best_two)) / sum(weights_two),
        shared,
    )


def _nearest(stem: str, others: tuple[str, ...]) -> tuple[float, int]:
    if stem in others:
        return 1.0, others.index(stem)
    best, at = 0.0, 0
    for index, other in enumerate(others):
        alike = _jaro_winkler(stem, other, score_cutoff=_SAME_WORD)
        if alike > best:
            best, at = alike, index
    return ((best - _NOTHING) / (1 - _NOTHING) if best else 0.0), at
