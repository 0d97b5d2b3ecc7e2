# ruff: noqa: RUF001 - the letters that machines make of letters
"""Danish text made comparable: letters, sounds and endings. Pure.

What slips in free typing is taken from Danish spelling itself (Retskrivningsordbogen § 1, § 3: æ ø å and aa; silent d
and h; single and double consonants; hard and soft b d g) and from what machines do to it (ASCII folding, UTF-8 read
as Latin-1).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "y", "é": "e", "è": "e", "ê": "e", "á": "a",
        "ó": "o", "ß": "ss", "\ufffd": "?", "`": "", "'": "", "´": "", "’": "", "\N{NO-BREAK SPACE}": " ",
    }
)  # fmt: skip
# UTF-8 read as Latin-1 or Windows-1252, where not the whole text can be turned back.
_BROKEN = {
    "Ã¦": "æ", "Ã¸": "ø", "Ã¥": "å", "Ã©": "é", "Ã\x86": "Æ", "Ã\x98": "Ø", "Ã\x85": "Å",
    "Ã†": "Æ", "Ã˜": "Ø", "Ã…": "Å",
}  # fmt: skip
# Spellings of one sound, in the order in which they are rewritten.
_SOUNDS = (
    ("aa", "a"), ("ae", "e"), ("oe", "o"), ("ej", "aj"), ("ei", "aj"), ("ks", "x"), ("ck", "k"), ("ch", "k"),
    ("c", "k"), ("w", "v"), ("z", "s"), ("ld", "l"), ("nd", "n"), ("dt", "t"), ("ph", "f"), ("th", "t"),
)  # fmt: skip
_SILENT_START = re.compile(r"^h(?=[jv])")
_DOUBLED = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?:ens|ets|en|et|ne|es|s|e)$")
_HARD_SOFT = str.maketrans(dict(zip("ptkqxwz", "bdgggvs", strict=True)) | dict.fromkeys("aeiouyjh?", ""))
_MUNICIPAL = re.compile(r"\bkommunes?\b|\bkom\b\.?|^dk-|\d")
_DISTRICT = re.compile(r"(?<=[a-z])\s+(?:[a-z]|oe|nv|noe|sv|soe|sj)$")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_NOT_LETTER = re.compile(r"[^a-z]")
_SHORTEST_WITH_ENDING = 6


def mend(text: str) -> str:
    """The text as it was meant: UTF-8 that was read as Latin-1 is turned back."""
    if "Ã" in text:
        try:
            text = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            for broken, meant in _BROKEN.items():
                text = text.replace(broken, meant)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Small letters a-z: æ ø å as ae oe aa; a letter that was lost is a question mark."""
    return mend(text).lower().translate(_LETTERS)


@lru_cache(1 << 16)
def skeleton(word: str) -> str:
    """How a folded word sounds, whatever its spelling: `Kjærvænget`, `Kervenget` and `kjaervaenget` come close."""
    word = _SILENT_START.sub("", word)
    for spelling, sound in _SOUNDS:
        if spelling in word:
            word = word.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(1 << 16)
def stem(word: str) -> str:
    """The skeleton without the ending of a definite, plural or genitive form."""
    bare = skeleton(word)
    return _ENDING.sub("", bare) if len(bare) >= _SHORTEST_WITH_ENDING else bare


@lru_cache(1 << 16)
def consonants(word: str) -> str:
    """The consonants alone, hard and soft as one: survives wrong vowels, doublings and p/b, t/d, k/g."""
    return _DOUBLED.sub(r"\1", skeleton(word).translate(_HARD_SOFT))


@lru_cache(1 << 14)
def place(text: str) -> str:
    """A town or a municipality, comparable: no district letters (`Odense SØ`), no `Kommune`, no signs."""
    folded = _DISTRICT.sub("", _MUNICIPAL.sub(" ", fold(text)).strip())
    return skeleton(_NOT_LETTER.sub("", folded))


def digits(text: str) -> str:
    """The digits of a text."""
    return text if text.isascii() and text.isdigit() else _NOT_DIGIT.sub("", text)
