"""What two addresses say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from institutions.duplicates.keys import home
from institutions.duplicates.text import consonants

if TYPE_CHECKING:
    from institutions.duplicates.addresses import Address
    from institutions.duplicates.records import Record

_jaro_winkler = JaroWinkler.normalized_similarity
SAME_STREET = 0.86
# House numbers this far apart may be one site.
SITE = 4
_SHORTEST = 3
THERE = frozenset({"address.same", "address.range", "address.letter", "address.no_number"})
ELSEWHERE = frozenset({"address.street", "address.other"})


def address(one: Address, two: Address) -> str:
    """The level of the addresses, without its context. Empty: nothing to compare."""
    if not one.street or not two.street:
        return ""
    if same_street(one, two):
        return _houses(one, two)
    here = one.number and one.number == two.number and one.letter == two.letter
    return "address.number" if here and one.postcode and one.postcode == two.postcode else "address.other"


def elsewhere(one: Address, two: Address) -> bool:
    """Whether `address` speaks against the two; numbers that are far apart say so without a look at the streets."""
    numbered = one.street and two.street and one.number and two.number
    return bool(numbered and _far(one, two)) or address(one, two) in ELSEWHERE


def same_street(one: Address, two: Address) -> bool:
    """Whether the streets are one, spelt alike or with a slip."""
    if one.street == two.street or one.spelt == two.spelt:
        return True
    if ratio(one.spelt, two.spelt, score_cutoff=100 * SAME_STREET):
        return True
    if _jaro_winkler(one.street, two.street, score_cutoff=SAME_STREET):
        return True
    if len(one.street) > len(two.street) > _SHORTEST and two.street in one.street:
        return True
    heard = consonants(one.street)
    return len(heard) >= _SHORTEST and heard == consonants(two.street)


def _houses(one: Address, two: Address) -> str:
    if not one.number or not two.number:
        return "address.no_number"
    if one.number == two.number:
        return "address.same" if one.letter == two.letter else "address.letter"
    if _in_range(one, two) or _in_range(two, one):
        return "address.range"
    return "address.near" if abs(one.number - two.number) <= SITE else "address.street"


def _far(one: Address, two: Address) -> bool:
    return abs(one.number - two.number) > SITE and not _in_range(one, two) and not _in_range(two, one)


def _in_range(one: Address, two: Address) -> bool:
    return one.number <= two.number <= one.last_number


def place(one: Record, two: Record) -> str:
    """The level of postcode, municipality and town. Empty: nothing to compare.

    A mail domain may say the municipality; where it is another's (kk.dk, gmail.com) it says nothing.
    """
    here, there = one.address, two.address
    if here.postcode and here.postcode == there.postcode:
        return "place.postcode"
    if home(one) and home(one) == two.municipality:
        return "place.municipality"
    if here.town and here.town in {there.town, two.municipality}:
        return "place.town"
    if one.municipality:
        return "place.other"
    if here.postcode:
        return "place.other_postcode"
    return "place.other" if here.town else ""
