"""The keys under which a record is found: two records that share a rare one are worth comparing. Pure.

A key is a kind and a 63-bit number of what it says. About 28 a record; each is chosen so that one slip of the kind
that people make (a letter, a house number, a postcode) leaves others whole.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from math import log
from typing import TYPE_CHECKING

from institutions.duplicates.text import consonants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from institutions.duplicates.records import Record


class Key(IntEnum):
    """What a key says. The numbers are stored: never reuse one."""

    PHONE = 1
    MAIL = 2
    MAIL_USER = 3
    P_NUMBER = 4
    P_NUMBER_NEAR = 5
    CVR = 6
    NAME = 7
    WORD = 8
    PLACE_WORD = 9
    PLACE_SOUND = 10
    PLACE_START = 11
    PLACE_END = 12
    PLACE_PART = 13
    HOUSE = 14
    STREET = 15
    STREET_SOUND = 16
    PLACE_HOUSE = 17
    ADDRESS = 18


# A key that more records of the register share is not followed. Measured on the joined training sets: 150 for all
# found 3,194 of 3,200 with 124 records looked at for each A-number, these caps 3,196 with 80.
CAP = 150
CAPS = {
    Key.CVR: 30, Key.NAME: 60, Key.WORD: 40, Key.PLACE_WORD: 40, Key.PLACE_SOUND: 40, Key.PLACE_START: 40,
    Key.PLACE_END: 40, Key.PLACE_PART: 40, Key.STREET: 60, Key.STREET_SOUND: 60,
}  # fmt: skip
# How much a kind counts in the ranking: the keys of a name come in heaps that say one thing (measured: with all alike,
# a town's name in a name drowns the same telephone number).
WORTH = {
    Key.PHONE: 1.5, Key.MAIL: 1.5, Key.P_NUMBER: 1.5, Key.HOUSE: 1.5, Key.NAME: 0.7, Key.WORD: 0.5,
    Key.PLACE_WORD: 0.3, Key.PLACE_SOUND: 0.2, Key.PLACE_START: 0.3, Key.PLACE_END: 0.3, Key.PLACE_PART: 0.5,
    Key.PLACE_HOUSE: 0.4, Key.STREET: 0.5, Key.STREET_SOUND: 0.5, Key.P_NUMBER_NEAR: 0.5, Key.MAIL_USER: 0.5,
}  # fmt: skip
# About as many numbers as the register has issued. A constant, so that one more institution changes nobody's score.
SIZE = 20_000
# Candidates kept for a record, and the least of them: a third of the best one's points. Measured on the training sets:
# a fifth keeps half as many again, and finds no more of them.
KEPT, LEAST_SHARE = 12, 3
# Counted for their frequency alone: too coarse or too rare to find by.
COUNTED_ONLY = frozenset({Key.ADDRESS})
_MASK = (1 << 63) - 1
_SHORTEST_STEM = 2
_START, _END, _SOUND, _STREET = 5, 6, 6, 5


@lru_cache(1 << 15)
def value(kind: Key, text: str) -> int:
    """The stored number of a key: the same on every machine and in every version of Python."""
    said = f"{kind:d}|{text}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest()) & _MASK


def of(record: Record) -> set[tuple[Key, int]]:
    """Every key of a record."""
    return {(kind, value(kind, text)) for kind, text in _said(record)}


def _said(record: Record) -> Iterator[tuple[Key, str]]:
    yield from _contacts(record)
    places = {one for one in (record.address.postcode, record.address.town, home(record)) if one}
    yield from _names(record, places)
    yield from _addresses(record, places)


def cap(kind: Key) -> int:
    """How many records may share a key that is followed."""
    return CAPS.get(kind, CAP)


def points(kind: Key, sharing: int) -> int:
    """What a key shared by so many counts in the ranking: thousandths of nats, whole so that every order adds up."""
    return round(1000 * WORTH.get(kind, 1.0) * log(SIZE / sharing))


def home(record: Record) -> str:
    """The municipality, or what the mail domain says of it."""
    return record.municipality or record.email.domain


def of_contacts(record: Record) -> set[int]:
    """The numbers of a record's telephone, P-number and CVR keys."""
    said = [*((Key.PHONE, phone) for phone in record.phones), (Key.P_NUMBER, record.p_number), (Key.CVR, record.cvr)]
    return {value(kind, text) for kind, text in said if text}


def _contacts(record: Record) -> Iterator[tuple[Key, str]]:
    for phone in record.phones:
        yield Key.PHONE, phone
    if record.email.whole and not record.email.general:
        yield Key.MAIL, record.email.whole
        if record.email.word:
            yield Key.MAIL_USER, record.email.user
            yield Key.PLACE_WORD, f"{home(record)}|{record.email.word[:_START]}"
    if record.p_number:
        yield Key.P_NUMBER, record.p_number
        yield Key.P_NUMBER_NEAR, record.p_number[:-1]
    if record.cvr:
        yield Key.CVR, record.cvr


def _names(record: Record, places: set[str]) -> Iterator[tuple[Key, str]]:
    name = record.name
    if not name.whole:
        return
    yield Key.NAME, name.whole
    for stem in name.stems:
        yield Key.WORD, stem
    for at in places:
        yield Key.PLACE_START, f"{at}|{name.whole[:_END]}"
        yield Key.PLACE_END, f"{at}|{name.whole[-_END:]}"
        for part in name.parts:
            yield Key.PLACE_PART, f"{at}|{part}"
        for stem, word in zip(name.stems, name.words, strict=True):
            if len(stem) >= _SHORTEST_STEM:
                yield Key.PLACE_WORD, f"{at}|{stem[:_START]}"
                yield Key.PLACE_SOUND, f"{at}|{consonants(word)[:_SOUND]}"


def _addresses(record: Record, places: set[str]) -> Iterator[tuple[Key, str]]:
    address = record.address
    if not address.street:
        return
    if record.municipality:
        yield Key.PLACE_PART, f"{record.municipality}|{address.spelt}"
    if address.number:
        yield Key.HOUSE, f"{address.street}|{address.number}"
        yield Key.ADDRESS, written(record)
        for at in places:
            yield Key.PLACE_HOUSE, f"{at}|{address.number}|{address.street[:2]}"
        if address.postcode:
            yield Key.PLACE_HOUSE, f"{address.postcode}|{address.number}"
    if address.postcode:
        yield Key.STREET, f"{address.postcode}|{address.street[:_STREET]}"
        yield Key.STREET_SOUND, f"{address.postcode}|{consonants(address.street)[:_STREET]}"


def written(record: Record) -> str:
    """Street, number, letter and postcode as one text: what makes two addresses the same."""
    address = record.address
    return f"{address.street}|{address.number}|{address.letter}|{address.postcode}"
