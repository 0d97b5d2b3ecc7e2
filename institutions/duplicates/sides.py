"""A record with what its values are worth: how many of the register share each. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from institutions.duplicates.keys import SIZE, Key, value, written
from institutions.duplicates.text import stem

if TYPE_CHECKING:
    from institutions.duplicates.records import Record


# The kinds whose frequency weighs.
COUNTED = frozenset({Key.PHONE, Key.MAIL, Key.P_NUMBER, Key.CVR, Key.NAME, Key.WORD, Key.ADDRESS})


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many records of the register have a key, and how many A-numbers. A key that is missing has none."""

    register: dict[int, int] = field(default_factory=dict)
    legacy: dict[int, int] = field(default_factory=dict)

    def count(self, kind: Key, text: str) -> int:
        """Records of the register that share it."""
        return self.register.get(value(kind, text), 0)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    `worth` is the information of each stem of the name, in nats; `places` are the stems of its town and municipality.
    """

    record: Record
    worth: tuple[float, ...]
    names: int
    phones: int
    switchboard: int
    mails: int
    p_numbers: int
    cvrs: int
    addresses: int
    places: frozenset[str] = frozenset()


def weigh(record: Record, frequencies: Frequencies) -> Side:
    """The record with the frequencies of its values."""
    count = frequencies.count
    phone_keys = [value(Key.PHONE, phone) for phone in record.phones]
    return Side(
        record,
        worth=tuple(log(1 + SIZE / (1 + max(1, count(Key.WORD, stem)))) for stem in record.name.stems),
        names=count(Key.NAME, record.name.whole) if record.name.whole else 0,
        phones=max((frequencies.register.get(key, 0) for key in phone_keys), default=0),
        switchboard=max((frequencies.legacy.get(key, 0) for key in phone_keys), default=0),
        mails=count(Key.MAIL, record.email.whole) if record.email.whole else 0,
        p_numbers=count(Key.P_NUMBER, record.p_number) if record.p_number else 0,
        cvrs=count(Key.CVR, record.cvr) if record.cvr else 0,
        addresses=count(Key.ADDRESS, written(record)) if record.address.number else 0,
        places=frozenset([stem(said) for said in (record.address.town, record.municipality) if said]),
    )
