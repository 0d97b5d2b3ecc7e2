"""What speaks for and against two records being one: per field exactly one level, or none where nothing is said. Pure.

A conflict counts less where the rest explains it (moved, renamed, a new telephone at the old address): such a level
stands beside the plain one, and both may only count against the pair. So taking away a field that conflicts never
lowers a score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from institutions.duplicates import contacts, likeness, naming, placing

if TYPE_CHECKING:
    from institutions.duplicates.sides import Side

_EXPLAINED_THERE = frozenset({"phone.other", "mail.other", "p_number.other"})


def compare(a: Side, g: Side) -> list[str]:
    """The codes of the levels that hold of an A-number and an institution in the register."""
    one, two = a.record, g.record
    name = naming.name(a, g, likeness.compare(a, g))
    address = placing.address(one.address, two.address)
    contact = [level for level in (contacts.phone(a, g), contacts.mail(a, g), contacts.p_number(a, g)) if level]
    kind = naming.kinds(one, two)
    agrees, there = name.startswith(naming.AGREEING), address in placing.THERE
    known = sum(contacts.KNOWN.get(level, 0) for level in contact) >= 1
    parent = naming.names_parent(one.name, two)
    found = [
        _name(name, there=there, known=known),
        _parent(there=there, agrees=agrees) if parent else "",
        naming.numerals(one.name, two.name),
        "kind.other.known" if kind == "kind.other" and known else kind,
        naming.level(one, two),
        _address(address, agrees=agrees, known=known),
        placing.place(one, two),
        *(f"{level}.there" if there and level in _EXPLAINED_THERE else level for level in contact),
        contacts.cvr(a, g),
        _together(agrees=agrees, known=known, address=address, contact=contact),
    ]
    return [level for level in found if level]


def _name(name: str, *, there: bool, known: bool) -> str:
    if name not in {"name.little", "name.other"}:
        return name
    return f"{name}.renamed" if there and known else f"{name}.there" if there else name


def _parent(*, there: bool, agrees: bool) -> str:
    return "parent.both" if agrees else "parent.there" if there else "parent.named"


def _address(address: str, *, agrees: bool, known: bool) -> str:
    if address in placing.ELSEWHERE and agrees and known:
        return "address.other.moved"
    return f"{address}.named" if agrees and address in placing.THERE else address


def _together(*, agrees: bool, known: bool, address: str, contact: list[str]) -> str:
    if not agrees or known:
        return ""
    if address in placing.ELSEWHERE:
        return "all.moved"
    against = any(".other" in level or level.endswith((".taken", ".switchboard")) for level in contact)
    return "" if address or against else "all.alone"
