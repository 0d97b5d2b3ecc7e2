"""A written address taken apart: street, house number or range, letter, postcode, town. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from institutions.duplicates.text import digits, fold, place, skeleton

_CARE_OF = re.compile(r"^\s*(?:c/o|att\.?)\s[^,]*,\s*")
_WITH_POSTCODE = re.compile(r",?\s*\b(?:dk-?\s?)?(\d{4})\s+([a-z][a-z .\-]+)$")
_POSTCODE = re.compile(r"\b(\d{4})\b")
_NUMBER_FIRST = re.compile(r"^\s*(\d+)\s*([a-z])?[\s,]+([^\d]{4,})$")
_NUMBER = re.compile(r"^(.*?[a-z.].*?)[\s,]*(?:nr\.?\s*)?(\d+)\s*(?:([a-z])(?![a-z]))?(?:\s*-\s*(\d+))?")
# Street types and first names, shortened; a full stop marks the short form where the letters alone would not.
_SHORT = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"(?<=[a-z])v\.", "vej"), (r"\bv\.", "vej"), (r"(?<=[a-z]{2})gd\.", "gade"), (r"\bgd\.", "gade"),
        (r"(?<=[a-z]{3})g\.", "gade"), (r"\bg\.(?=\s|$)", "gade"), (r"pl\.?(?=\s|$)", "plads"),
        (r"\bal\.?(?=\s|$)", "alle"),
        (r"str\.(?=\s|$)", "straede"), (r"\b(?:blvd|bvd|boul)\b\.?", "boulevard"), (r"[^a-z0-9? ]", " "),
        (r"\bg(?:l|amle)\b", "gammel"), (r"\b(?:ndr|nordre|nr)\b", "noerre"), (r"\b(?:sdr|soendre)\b", "soender"),
        (r"\bs[kc]?t\b", "sankt"), (r"\bdr\b", "doktor"), (r"\bkgs\b", "kongens"), (r"\bst\b", "store"),
        (r"\bll\b", "lille"), (r"\b(?:v|vestre)\b", "vester"), (r"\b(?:oe|oestre)\b", "oester"),
        (r"\bchr\b", "christian"), (r"\bth\b", "thorvald"),
    )
)  # fmt: skip
# A street's last word in one letter, so that vej and vejen, plads and pladsen, and a slip in them, are one.
_LAST_WORD = re.compile(r"(vejen|vej|gaden|gade|alle|plads|straede|vaenget|vaenge)$")
_LAST = {"vejen": "v", "vej": "v", "gaden": "g", "gade": "g", "vaenget": "vg", "vaenge": "vg"}


@dataclass(frozen=True, slots=True)
class Address:
    """An address, comparable. `street` is its sound with the last word shortened, `spelt` its sound in full."""

    street: str = ""
    spelt: str = ""
    number: int = 0
    letter: str = ""
    last_number: int = 0
    postcode: str = ""
    town: str = ""


@lru_cache(1 << 12)
def parse(line: str, postcode: str = "", town: str = "") -> Address:
    """Take an address apart; a postcode and a town that stand in the line count where they are not given."""
    folded = _CARE_OF.sub("", fold(line))
    given = _POSTCODE.search(postcode)
    code = given[1] if given else ""
    if inside := _WITH_POSTCODE.search(folded):
        folded, code, town = folded[: inside.start()], code or inside[1], town or inside[2]
    if not town and given:
        town = postcode.replace(given[1], "")
    street, number, letter, last = _numbered(folded)
    spelt = _spelt(street)
    return Address(_short(spelt), skeleton(spelt), number, letter, last, code, place(town))


def _numbered(folded: str) -> tuple[str, int, str, int]:
    """Street, house number (0: none), letter, last number of a range (0: no range)."""
    if first := _NUMBER_FIRST.match(folded):
        return first[3], _house(first[1]), first[2] or "", 0
    if found := _NUMBER.match(folded):
        return found[1], _house(found[2]), found[3] or "", _house(found[4] or "")
    return folded, 0, "", 0


def _house(text: str) -> int:
    """A house number; Danish ones end at 999."""
    number = int(digits(text) or 0)
    return number if number < 1000 else 0  # noqa: PLR2004 - the law on addresses: at most three digits


@lru_cache(1 << 15)
def _spelt(street: str) -> str:
    street = street.strip(" ,.") + ("." if street.rstrip(" ,").endswith(".") else "")
    for pattern, meant in _SHORT:
        street = pattern.sub(meant, street)
    return street.replace(" ", "")


@lru_cache(1 << 15)
def _short(spelt: str) -> str:
    return skeleton(_LAST_WORD.sub(lambda last: _LAST.get(last[1], last[1][0]), spelt))
