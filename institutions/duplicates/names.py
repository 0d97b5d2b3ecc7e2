"""The name of an institution taken apart: what it is called, what it is, which number it has. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from institutions.duplicates.text import fold, skeleton, stem
from institutions.duplicates.words import FILLING, Kind, kinds_of, split

_NOISE = re.compile(
    r"\binst\.?\s*nr\.?\s*\d+|\(?\b(?:lukket|nedlagt|test)\b\)?|\bs\s*/\s*i\b|\ba/s\b"
    r"|\(?\b\d[\d,.]*\s*-\s*\d+\s*aar\w*\b\)?|\(\d+\)"
)
# Whose it is (`v/ Hanne Holm`), or what it lies beside (`v/Globus`): no name of its own but where there is no other.
_BESIDE = re.compile(r"\s+v/(.*)$")
_DISTRICTS = frozenset(["c", "n", "s", "v", "k", "m", "j", "f", "oe", "nv", "noe", "sv", "soe", "sj"])
_SHORT = (
    (re.compile(r"\bd\.\s*i\.\s*i\b\.?"), "dii"),
    (re.compile(r"\bb\.\s*h\b\.?"), "bh"),
    (re.compile(r"\bv\.\s*s\b\.?"), "vs"),
    (re.compile(r"\bs\.\s*f\.\s*o\b\.?"), "sfo"),
)
_SPELT_OUT = {
    "sct": "sankt", "skt": "sankt", "gl": "gammel", "gamle": "gammel", "sdr": "soender", "soendre": "soender",
    "ndr": "noerre", "nordre": "noerre", "kgs": "kongens", "chr": "christian",
}  # fmt: skip
_FORMER = re.compile(r"\(?\b(?:tidl|tidligere|fhv|foer)\b\.?:?")
_NOW = re.compile(r"\bnu\b:?")
_BORDER = re.compile(r"\s+-\s+|[,/:;()|]|\bafd[a-z]*\b\.?|\bhus(?=\s+[a-z])|\bfd\b\.")
_WORD = re.compile(r"[a-z0-9?]+")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_COUNTED = {"to": "2", "tre": "3", "fire": "4", "fem": "5"}
# `i` is a preposition and `v` a district of a town, but for a number after these, and `i` at the end.
_ROMAN_OR_NOT = frozenset({"i", "v"})
_NUMBERED = frozenset({"klynge", "klyngen", "omraade", "omraadet", "distrikt", "distriktet", "hus", "gruppe"})
_LONGEST_NUMERAL = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A name, comparable.

    `words` are the folded words of what it is called, `stems` the same by sound and without endings; `parts` are the
    sounds of each segment written together and `whole` those of all; `kinds` what its words say that it is;
    `numerals` its numbers. Where it is called by a number alone (`Klynge 2`), its kind and number
    are its word.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    parts: tuple[str, ...]
    whole: str
    kinds: frozenset[Kind]
    numerals: frozenset[str]


NAMELESS = Name((), (), (), "", frozenset(), frozenset())


@lru_cache(1 << 14)
def parse(text: str) -> Name:
    """Take a name apart, as it stands in the register or as somebody typed it."""
    written = _NOISE.sub(" ", _abbreviations(fold(text)))
    if beside := _BESIDE.search(written):
        alone = _parsed(written[: beside.start()], instead=False)
        return alone if alone.words else _parsed(f"{written[: beside.start()]} {beside[1]}")
    return _parsed(written)


def _parsed(written: str, *, instead: bool = True) -> Name:
    present, former = _in_time(written)
    kinds: set[Kind] = set()
    numerals: set[str] = set()
    words: list[str] = []
    parts: list[str] = []
    for segment in [*_BORDER.split(present), former]:
        own = _segment(segment, kinds, numerals)
        if own:
            words += own
            parts.append("".join(map(skeleton, own)))
    if not words and instead:
        words = _instead(written, kinds, numerals)
        parts = ["".join(map(skeleton, words))] if words and not numerals else []
    return Name(
        tuple(map(intern, words)),
        tuple(intern(stem(word)) for word in words),
        tuple(parts),
        "".join(map(skeleton, words)),
        frozenset(kinds),
        frozenset(numerals),
    )


def _instead(written: str, kinds: set[Kind], numerals: set[str]) -> list[str]:
    """Words for a name without any: its kind and number (`Klynge 2`), or what a kind is called after (`Skov-`)."""
    if numerals:
        return [f"{kind}{number}" for kind in sorted(kinds) for number in sorted(numerals)]
    return [compound[0] for word in _WORD.findall(written) if (compound := split(word))]


def _abbreviations(folded: str) -> str:
    if "." in folded:
        for pattern, meant in _SHORT:
            folded = pattern.sub(meant, folded)
    return folded


def _in_time(folded: str) -> tuple[str, str]:
    """The name of today, and the former one (`X, tidl. Y`; `Y, nu X`)."""
    present, *former = _FORMER.split(folded, maxsplit=1)
    if former:
        return present, former[0]
    before, *now = _NOW.split(folded, maxsplit=1)
    return (now[0], before) if now else (before, "")


def _segment(segment: str, kinds: set[Kind], numerals: set[str]) -> list[str]:
    """The naming words of a segment; its kinds and numerals are added to those given."""
    words: list[str] = []
    found = _WORD.findall(segment)
    for at, written in enumerate(found):
        word = _SPELT_OUT.get(written, written)
        if words and at == len(found) - 1 and word in _DISTRICTS:
            continue
        if word in _ROMAN_OR_NOT:
            if (at and found[at - 1] in _NUMBERED) or (word == "i" and at and at == len(found) - 1):
                numerals.add(_ROMAN[word])
        elif word in FILLING:
            continue
        elif said := kinds_of(word):
            kinds |= said
        elif numeral := _numeral(word):
            numerals.add(numeral)
        elif compound := split(word):
            kinds |= compound[1]
            words.append(compound[0])
        else:
            words.append(word)
    return words


def _numeral(word: str) -> str:
    if word.isdigit():
        return (word.lstrip("0") or "0") if len(word) <= _LONGEST_NUMERAL else ""
    return _ROMAN.get(word) or _COUNTED.get(word) or ""
