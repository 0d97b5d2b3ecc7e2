"""Which pairs can be likely doubles at all: a bound on their points that costs a fraction of the comparison. Pure.

Nothing is decided here. A pair that is let through is compared in full; one that is not could not be likely, whatever
its other fields say. What each field may add at most is read from the weights.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from institutions.duplicates import contacts, inside, placing

if TYPE_CHECKING:
    from collections.abc import Hashable

    from institutions.duplicates.inside import Entry
    from institutions.duplicates.names import Name
    from institutions.duplicates.records import Record

_SHARED = ("same", "few", "shared")


class _Most(NamedTuple):
    """The most points (hundredths of log-odds) that each field adds, by what is cheap to ask of it."""

    always: int
    same_name: int
    other_name: int
    numeral: int
    parent: int
    phone: int
    mail: int
    p_number: int
    p_number_near: int
    cvr: int
    there: int
    owner: int
    moved: int
    elsewhere: int
    unknown: int


@lru_cache(1)
def _most() -> _Most:
    by = inside.weights()

    def best(field: str, *, without: str = "-") -> int:
        said = (points for code, points in by.points.items() if code.startswith(field) and not code.startswith(without))
        return max(0, *said)

    def shared(field: str) -> int:
        # More than nothing: that they are the same is told by it too.
        return max(1, *(by.points[f"{field}.{how}"] for how in _SHARED))

    return _Most(
        always=by.start + by.points["inside.rare"] + best("kind.") + best("level.") + best("place."),
        same_name=best("name.same."),
        other_name=best("name.", without="name.same.") + by.points["inside.word"],
        numeral=best("numeral."), parent=best("parent."),
        phone=shared("phone"), mail=shared("mail"), p_number=shared("p_number"),
        p_number_near=max(0, by.points["p_number.near"]), cvr=shared("cvr"),
        there=max(best("address."), best("all.")), owner=by.points["inside.owner"],
        moved=by.points["address.other.moved"],
        elsewhere=max(by.points[level] for level in placing.ELSEWHERE), unknown=by.points["all.moved"],
    )  # fmt: skip


def may_be_likely(one: Entry, two: Entry) -> bool:
    """False only where the two cannot be likely; of their two readings the one of the first holds against it."""
    most, here, there = _most(), one.record, two.record
    same = _same_name(here.name, there.name)
    points = most.always + (most.same_name if same else most.other_name) + _apart(one, two)
    if here.name.numerals and here.name.numerals == there.name.numerals:
        points += most.numeral
    if there.above.whole:
        points += most.parent
    shared = _shared(here, there, most)
    points += shared + _other_contacts(here, there, most)
    if points + most.there + (most.owner if same else 0) < 0:
        return False
    if not placing.elsewhere(here.address, there.address):
        return True
    if points + most.elsewhere + (most.unknown if same else 0) >= 0:
        return True
    return points + most.moved >= 0 and bool(shared or _are_close(here, there))


def marks(entry: Entry) -> set[Hashable]:
    """Two new ones that share none of these cannot be likely: they have neither a contact nor a whole name in common.

    That follows from the weights too: see `is_enough`.
    """
    record = entry.record
    name, kind = record.name, (record.kind, record.name.numerals, inside.branches(entry.name))
    found: set[Hashable] = {("phone", phone) for phone in record.phones}
    if record.email.whole:
        found.add(("mail", record.email.whole))
    if record.p_number:
        found.add(("p_number", record.p_number))
    if name.whole:
        found |= {("name", name.whole, kind), ("stems", tuple(sorted(name.stems)), kind)}
    return found


def is_enough() -> bool:
    """Whether the weights still say what `marks` rests on."""
    most, apart = _most(), max(inside.POINTS[f"inside.{what}"] for what in ("number", "type", "branch"))
    rest = most.always + most.numeral + most.p_number_near + most.cvr + most.there
    return rest + most.other_name < 0 and rest + most.same_name + most.owner + apart < 0


def _apart(one: Entry, two: Entry) -> int:
    points = 0
    if one.record.name.numerals != two.record.name.numerals:
        points += inside.POINTS["inside.number"]
    if one.record.kind != two.record.kind:
        points += inside.POINTS["inside.type"]
    if inside.branches(one.name) != inside.branches(two.name):
        points += inside.POINTS["inside.branch"]
    return points


def _same_name(one: Name, two: Name) -> bool:
    if not one.whole or not two.whole:
        return False
    if one.whole == two.whole or one.stems == two.stems:
        return True
    return len(one.stems) == len(two.stems) > 1 and sorted(one.stems) == sorted(two.stems)


def _shared(one: Record, two: Record, most: _Most) -> int:
    """For the contacts that are the same: one of them may explain another address."""
    points = 0
    for phone in one.phones:
        if phone in two.phones:
            points = most.phone
    if one.email.whole and one.email.whole == two.email.whole:
        points += most.mail
    if one.p_number and one.p_number == two.p_number:
        points += most.p_number
    return points


def _other_contacts(one: Record, two: Record, most: _Most) -> int:
    points = most.cvr if one.cvr and one.cvr == two.cvr else 0
    return points + (most.p_number_near if one.p_number and two.p_number and one.p_number != two.p_number else 0)


def _are_close(one: Record, two: Record) -> bool:
    """Whether two contacts may be close, which explains another address too."""
    p_numbers = bool(one.p_number and two.p_number) and contacts.one_slip(one.p_number, two.p_number)
    if not p_numbers and not one.email.whole:
        return False
    if p_numbers and one.email.whole:
        return True
    return any(contacts.one_slip(mine, other) for mine in one.phones for other in two.phones)
