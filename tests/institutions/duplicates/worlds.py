# ruff: noqa: S311 - a seed that repeats is the point
"""Small invented registers and A-numbers, from a seed: every field agrees, conflicts and is missing somewhere."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from institutions.duplicates import records

if TYPE_CHECKING:
    from institutions.duplicates.records import Record

STEMS = [
    "Solstrålen",
    "Lærkereden",
    "Æblehaven",
    "Myretuen",
    "Ugleboet",
    "Skovbrynet",
    "Pilen",
    "Vejrhanen",
    "Klods-Hans",
    "Regnbuen",
]
KINDS = {"Børnehaven": "6011", "Vuggestuen": "6010", "Børnehuset": "6012", "Fritidsklubben": "6021", "": "6012"}
SHORT = {"Børnehaven": "Bh.", "Vuggestuen": "Vug.", "Børnehuset": "Bhus", "Fritidsklubben": "Fritidskl.", "": ""}
STREETS = ["Egevej", "Kærvænget", "Søndergade", "Skolevej"]
TOWNS = {"8000": "Aarhus C", "8210": "Aarhus V", "5000": "Odense C"}
HOMES = {"8": "Aarhus", "5": "Odense"}


def register(seed: int, size: int = 60) -> list[Record]:
    """Daginstitutioner with units of theirs."""
    chance = random.Random(seed)
    made = []
    for index in range(size):
        parent = f"D{10000 + index // 4:05d}"
        if index % 4 == 0:
            made.append(_one(chance, parent, "daginstitution", "", f"Dagtilbud {chance.choice(STEMS)}", ""))
        else:
            kind, code = chance.choice(list(KINDS.items()))
            name = f"{kind} {chance.choice(STEMS)}".strip()
            made.append(_one(chance, f"G{10000 + index:05d}", "anvisningsenhed", parent, name, code))
    return made


def _one(chance: random.Random, number: str, level: str, parent: str, name: str, code: str) -> Record:
    postcode = chance.choice(list(TOWNS))
    return records.build(
        number=number, level=level, name=name, line=f"{chance.choice(STREETS)} {chance.randint(1, 9)}",
        postcode=postcode, town=TOWNS[postcode], municipality=HOMES[postcode[0]], cvr="55133018",
        p_number=f"10{chance.randint(10000000, 10000020)}", phone=f"8713{chance.randint(1000, 1020)}",
        mail=f"post{chance.randint(1, 9)}@kommune.dk", institution_type=code, parent=parent, above="Dagtilbud Nord",
    )  # fmt: skip


def legacy(seed: int, size: int = 40) -> list[Record]:
    """A-numbers, typed by hand: some of what the register says, and something else."""
    chance = random.Random(seed)
    return [_typed(chance, f"A{10000 + index:05d}") for index in range(size)]


def _typed(chance: random.Random, number: str) -> Record:
    postcode = chance.choice(list(TOWNS))
    kind = chance.choice(list(KINDS))
    said = chance.choice([kind, SHORT[kind], kind.upper(), "Dagtilbud Nord, afd.", "Kirke"])
    return records.build(
        number=number, name=f"{said} {chance.choice(STEMS)}",
        line=_or_nothing(chance, f"{chance.choice(STREETS)} {chance.randint(1, 9)}"),
        postcode=_or_nothing(chance, postcode), town=_or_nothing(chance, TOWNS[postcode]),
        municipality=_or_nothing(chance, HOMES[postcode[0]] + " Kommune"),
        cvr=_or_nothing(chance, chance.choice(["55133018", "35209115"])),
        p_number=_or_nothing(chance, f"10{chance.randint(10000000, 10000020)}"),
        phone=_or_nothing(chance, f"8713{chance.randint(1000, 1020)}"),
        mail=_or_nothing(chance, f"post{chance.randint(1, 9)}@kommune.dk"),
    )  # fmt: skip


def _or_nothing(chance: random.Random, text: str) -> str:
    return text if chance.random() < 0.6 else ""
