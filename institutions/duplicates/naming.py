"""What two names say: how alike, how rare, whose part, which number, what kind. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.fuzz import ratio

from institutions.duplicates.words import Kind

if TYPE_CHECKING:
    from institutions.duplicates.likeness import Likeness
    from institutions.duplicates.names import Name
    from institutions.duplicates.records import Record
    from institutions.duplicates.sides import Side

# Bounds between the levels, on the scale of `likeness` (0 to 1).
NEAR, ALIKE, LITTLE, ALL_FOUND, SAME_PART, SAME_PARENT = 0.85, 0.72, 0.5, 0.9, 0.9, 0.87
# Nats: a word that one of 900 records of a register of 5,000 has.
RARE = 6.8
FEW, SOME = 3, 10
AGREEING = ("name.same", "name.placed", "name.segment", "name.near", "name.alike", "name.within", "name.around")
_PLAIN = frozenset({Kind.NURSERY, Kind.KINDERGARTEN, Kind.INTEGRATED, Kind.AFTER_SCHOOL, Kind.CLUB})
_SMALL = frozenset({Kind.NURSERY, Kind.KINDERGARTEN})
_WHOLE = frozenset({Kind.INTEGRATED})
_SILENT = frozenset({Kind.GENERIC})
PARENT, ALTERNATIVE = "daginstitution", "alternativ adresse"


def name(a: Side, g: Side, like: Likeness) -> str:
    """The level of the names; `name.little` and `name.other` still want their context. Empty: nothing to compare."""
    one, two = a.record.name, g.record.name
    if not one.whole or not two.whole:
        return ""
    if like.whole == 1 or sorted(one.stems) == sorted(two.stems):
        return "name.same." + _shared_by(g.names)
    if like.placed:
        return "name.placed." + _rarity(like)
    if is_parent(one, g.record):
        return "name.parent"
    if like.street and len(one.whole) == len(g.record.address.spelt):
        return "name.street"
    level = _likeness(like)
    return level if level == "name.near.rare" else _segment(one, two, like) or level


def _segment(one: Name, two: Name, like: Likeness) -> str:
    """Whether the whole of one name is a part of the other, between commas, dashes or brackets."""
    if one.whole in two.parts:
        return "name.segment.of." + _rarity(like)
    return "name.segment.with." + _rarity(like) if two.whole in one.parts else ""


def _likeness(like: Likeness) -> str:
    best = max(like.whole, (like.first_found + like.second_found) / 2)
    agreeing = (
        ("name.near.", best >= NEAR),
        ("name.within.", like.first_found >= ALL_FOUND),
        ("name.around.", like.second_found >= ALL_FOUND),
        ("name.alike.", best >= ALIKE),
    )
    for level, holds in agreeing:
        if holds:
            return level + _rarity(like)
    if like.part >= SAME_PART:
        return "name.part"
    return "name.little" if best >= LITTLE else "name.other"


def _rarity(like: Likeness) -> str:
    return "rare" if like.shared >= RARE else "common"


def _shared_by(count: int) -> str:
    return "1" if count <= 1 else "3" if count <= FEW else "10" if count <= SOME else "many"


def is_parent(one: Name, two: Record) -> bool:
    """Whether the first name is that of the second record's daginstitution, and the second has another."""
    above = two.above.whole
    return bool(above) and above != two.name.whole and _same_parent(one.whole, above)


def _same_parent(one: str, above: str) -> bool:
    return bool(ratio(one, above, score_cutoff=100 * SAME_PARENT))


def names_parent(one: Name, two: Record) -> bool:
    """Whether the first name, or a part of it, is that of the second record's daginstitution."""
    above = two.above.whole
    if not above or not one.whole or above == two.name.whole:
        return False
    return any(_same_parent(part, above) for part in (one.whole, *one.parts))


def numerals(one: Name, two: Name) -> str:
    """Whether the names carry the same number; empty where neither has one."""
    if one.numerals == two.numerals:
        return "numeral.same" if one.numerals else ""
    if one.numerals and two.numerals:
        return "numeral.other"
    return "numeral.first" if one.numerals else "numeral.second"


def kinds(one: Record, two: Record) -> str:
    """Whether the words of the first say what the second is. A nursery may have grown into an integrated one."""
    said, other = one.name.kinds, two.name.kinds
    if Kind.FOREIGN in said and Kind.FOREIGN not in other:
        return "kind.foreign"
    if Kind.CHILDMINDING in said:
        both = Kind.CHILDMINDING in other or two.kind is Kind.CHILDMINDING
        return "kind.same" if both else "kind.childminding"
    core = said & _PLAIN
    if core & other:
        return "kind.same.word"
    actual = frozenset((two.kind,)) if two.kind else other & _PLAIN
    if core and actual:
        return _plain_kinds(core, actual)
    return _other_words(said, other)


def _other_words(said: frozenset[Kind], other: frozenset[Kind]) -> str:
    """What the words say where the first says no type that the second has or lacks."""
    if not said and not other:
        return "kind.unsaid"
    if said & other:
        return "kind.word"
    return "" if said - _SILENT else "kind.silent"


def _plain_kinds(core: frozenset[Kind], actual: frozenset[Kind]) -> str:
    if core & actual or (core >= _SMALL and actual <= _WHOLE):
        return "kind.same"
    if core <= _SMALL and actual <= _WHOLE:
        return "kind.grown"
    if core <= _WHOLE and actual <= _SMALL:
        return "kind.wide"
    return "kind.other" if core | actual <= _SMALL else "kind.odd"


def level(one: Record, two: Record) -> str:
    """What the second record's level says against it."""
    if two.level == PARENT:
        return "level.parent" + _parent(one, two.name)
    if two.level == ALTERNATIVE:
        return "level.alternative"
    said = Kind.PARENT in one.name.kinds and Kind.PARENT not in two.name.kinds | two.above.kinds
    return "level.unit" if said else ""


def _parent(one: Record, two: Name) -> str:
    """How well a name fits a daginstitution: it says so, names a unit too, says a unit's kind, is the same, none."""
    if _says_more(one, two):
        return ".more"
    if Kind.PARENT in one.name.kinds:
        return ".said"
    if one.name.kinds & _PLAIN - two.kinds:
        return ".kind"
    return ".same" if one.name.whole == two.whole else ""


def _says_more(one: Record, two: Name) -> bool:
    """Whether the name has a part that is neither the daginstitution nor a town."""
    parts = one.name.parts
    known = {one.address.town, one.municipality, ""}
    return len(parts) > 1 and any(
        part not in known and not ratio(part, two.whole, score_cutoff=100 * NEAR) for part in parts
    )
