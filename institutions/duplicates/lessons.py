"""Labelled sets to learn from: as they lie in a folder, joined, with fields taken away. Pure.

For learning alone, never at run time.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from institutions.duplicates import records
from institutions.duplicates.addresses import Address
from institutions.duplicates.keys import home
from institutions.duplicates.naming import PARENT
from institutions.duplicates.records import Email, Record

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

HALF = 0.5


class Labelled(NamedTuple):
    """A set: the register, the A-numbers, the right number for each (empty: none), and which are mere namesakes."""

    register: list[Record]
    legacy: list[Record]
    truth: dict[str, str]
    namesakes: frozenset[str] = frozenset()


def read(folder: Path) -> Labelled:
    """A labelled set, as it lies in a folder."""
    rows = [row for row in _rows(folder / "register.csv", ";") if row.get("aktivitetsstatus") != "Nedlagt"]
    tops = {row["daginstitutionsNummer"]: row["dagtilbudsNavn"] for row in rows if row["dagtilbudsType"] == PARENT}
    above = ["" if row["dagtilbudsType"] == PARENT else tops.get(row["daginstitutionsNummer"], "") for row in rows]
    register = [records.of_register(row, above=name) for row, name in zip(rows, above, strict=True)]
    legacy = [records.of_legacy(row) for row in _rows(folder / "a-numre.csv", ";")]
    truth = _rows(folder / "truth.csv", ",")
    namesakes = frozenset(row["a_id"] for row in truth if row["category"] == "neg_samename")
    return Labelled(register, legacy, {row["a_id"]: row["g_id"] for row in truth}, namesakes)


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def joined(sets: Sequence[Labelled]) -> Labelled:
    """Several sets as one dense register; each number gets its set's letter."""
    register: list[Record] = []
    legacy: list[Record] = []
    truth: dict[str, str] = {}
    for letter, one in zip("abcdefgh", sets, strict=False):
        parents = {record.number for record in one.register}
        register += [
            replace(it, number=letter + it.number, parent=letter + it.parent if it.parent in parents else "")
            for it in one.register
        ]
        legacy += [replace(it, number=letter + it.number) for it in one.legacy]
        truth |= {letter + number: right and letter + right for number, right in one.truth.items()}
    return Labelled(register, legacy, truth)


def sparse(record: Record, chance: random.Random) -> Record:
    """The record without about half of its fields."""
    gone = {name for name in ("street", "postcode", "phones", "email", "p_number", "cvr") if chance.random() < HALF}
    at = record.address
    if "street" in gone:
        at = Address(postcode=at.postcode, town=at.town)
    if "postcode" in gone:
        at = replace(at, postcode="")
    return replace(
        record,
        address=at,
        phones=() if "phones" in gone else record.phones,
        email=Email() if "email" in gone else record.email,
        p_number="" if "p_number" in gone else record.p_number,
        cvr="" if "cvr" in gone else record.cvr,
    )


def bare(record: Record, chance: random.Random) -> Record:
    """The record with its name, its municipality and, half of the time, its town alone."""
    town = Address(town=record.address.town if chance.random() < HALF else "")
    return Record(record.number, name=record.name, address=town, municipality=home(record))


def tellable(labelled: Labelled) -> Labelled:
    """The set without the namesakes: without an address nobody could tell them from the unit whose name they have."""
    return labelled._replace(legacy=[one for one in labelled.legacy if one.number not in labelled.namesakes])
