# ruff: noqa: S311 - a seed that repeats is the point
"""New institutions looked at all at once: the same answers as one by one, each compared in full."""

from __future__ import annotations

import random
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import importing
from institutions.duplicates import blocking, bound, candidates, inside, keys, records, stored
from institutions.duplicates.arrivals import Arrivals
from institutions.duplicates.doubles import CONTACTS, PLACE
from institutions.duplicates.inside import Entry
from institutions.duplicates.sides import COUNTED
from tests import sheets
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = [
    "Lærkereden", "Børnehuset Lærkereden", "Lærkereden, Pilen", "Pilen", "Pilen 2", "Pilen 3", "Mågen", "Mågereden",
    "Skovbørnehaven Pilen", "Reden Lærke", "Fritidsklubben Pilen",
]  # fmt: skip
STREETS, HOUSES = ["Lærkevej", "Lerkevej", "Pilevej", "Enghavevej"], ["", "1", "3", "3A", "5-9", "60"]
TYPES = ["6010", "6011", "6012", "6012"]
LEVELS = ["anvisningsenhed", "anvisningsenhed", "anvisningsenhed", "alternativ adresse", "daginstitution"]

type Told = tuple[str, str, int, int | None]


def texts(chance: random.Random) -> dict[str, str]:
    """What an institution says of itself: every field is shared, close, different or missing somewhere."""
    return {
        "name": chance.choice(NAMES), "line": f"{chance.choice(STREETS)} {chance.choice(HOUSES)}",
        "postcode": chance.choice(["2400", "2400", "2300"]), "town": "København", "municipality": "København",
        "cvr": chance.choice(["", "55133018", "55133019"]), "institution_type": chance.choice(TYPES),
        "p_number": chance.choice(["", *(f"10123456{each:02d}" for each in range(40))]),
        "phone": chance.choice(["", *(f"331234{each:02d}" for each in range(40))]),
        "mail": chance.choice(["", "info@kk.dk", "pilen@kk.dk", "laerkereden@kk.dk", "laerkeredem@kk.dk"]),
        "ownership": chance.choice(["1", "3"]),
    }  # fmt: skip


def entry(chance: random.Random, number: str = "", **given: str) -> Entry:
    told = {**texts(chance), "level": chance.choice(LEVELS), **given}
    return Entry(records.build(number=number, **told), told["name"])


def register(chance: random.Random, size: int) -> None:
    """Units in København."""
    told = [texts(chance) for _each in range(size)]
    importing.register(
        sheets.register(sheets.top(), *(
            sheets.unit(
                f"G{10500 + place}", dagtilbudsNavn=one["name"], vejNavn=one["line"].partition(" ")[0],
                husNummer=one["line"].partition(" ")[2], postNummer=one["postcode"], instType3=one["institution_type"],
                pNummer=one["p_number"], telefonNummer=one["phone"], email=one["mail"], cvrNummer=one["cvr"],
            ) for place, one in enumerate(told)
        )), actor=ACTOR, on=date(2026, 1, 1),
    )  # fmt: skip
    candidates.catch_up()


def one_by_one(new: Sequence[Entry], *, insisted: bool) -> list[list[Told]]:
    """Each compared in full with all that share a key with it, as long as there is nothing to hurry for."""
    passed: list[Entry] = []
    found = []
    for one in new:
        values = {value for _kind, value in keys.of(one.record)}
        near = [Entry(records.build(**said), said["name"]) for _key, said in stored.texts(blocking.of_one(values))]
        compared: list[tuple[Entry, int | None]] = [(other, None) for other in near]
        compared += [(other, place) for place, other in enumerate(passed) if meets(one) & meets(other)]
        compared = [pair for pair in compared if pair[0].record.level == one.record.level]
        counts = blocking.shared(counted([one, *(other for other, _place in compared)]))
        counts |= {value: counts.get(value, 0) + 1 for value in counted([one])}
        scored = [(other, inside.compare(one, other, counts), place) for other, place in compared]
        likely = [
            (other.record.number, other.name, result.total, place)
            for other, result, place in scored
            if result.probability >= inside.LIKELY
        ]
        found.append(sorted(likely, key=lambda told: (-told[2], told[0])))
        if insisted or not likely:
            passed.append(one)
    return found


def meets(one: Entry) -> set[int]:
    return {value for kind, value in keys.of(one.record) if kind in {*CONTACTS, PLACE}}


def counted(entries: Sequence[Entry]) -> set[int]:
    return {value for one in entries for kind, value in keys.of(one.record) if kind in COUNTED}


def at_once(new: Sequence[Entry], *, insisted: bool) -> list[list[Told]]:
    found = Arrivals().look(new, insisted=insisted)
    return [
        [(one.entry.record.number, one.entry.name, one.scored.total, one.earlier) for one in each] for each in found
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("insisted", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_all_at_once_is_as_one_by_one(seed: int, *, insisted: bool) -> None:
    chance = random.Random(seed)
    register(chance, 60)
    new = [entry(chance) for _each in range(120)]
    expected = one_by_one(new, insisted=insisted)
    assert at_once(new, insisted=insisted) == expected
    told = [one for each in expected for one in each]
    # Some of both kinds, and some of none, or nothing is compared.
    assert any(number for number, *_rest in told)
    assert any(earlier is not None for *_rest, earlier in told)
    assert not all(expected)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_never_compared_is_never_likely(seed: int) -> None:
    chance = random.Random(seed)
    entries = [entry(chance, f"G{place}", level="anvisningsenhed") for place in range(70)]
    let_through = 0
    for one in entries:
        for other in entries:
            if bound.may_be_likely(one, other) and bound.marks(one) & bound.marks(other):
                let_through += 1
                continue
            counts = {value: chance.choice([0, 1, 3, 40]) for value in counted([one, other])}
            assert inside.compare(one, other, counts).probability < inside.LIKELY, (one, other)
    assert 0 < let_through < len(entries) ** 2 / 2


def test_the_weights_let_only_those_be_likely_that_share_a_contact_or_a_name() -> None:
    assert bound.is_enough()


@pytest.mark.django_db
def test_many_are_looked_up_in_as_many_queries_as_one() -> None:
    chance = random.Random(3)
    register(chance, 20)
    asked = []
    for count in (1, 30):
        with CaptureQueriesContext(connection) as captured:
            Arrivals().look([entry(chance) for _each in range(count)])
        asked.append(len(captured))
    assert asked == [3, 3]


@pytest.mark.django_db
@pytest.mark.slow
def test_thousands_that_share_names_and_a_postcode_are_not_compared_each_with_each() -> None:
    chance = random.Random(4)
    new = [
        entry(
            chance, name=f"Lærkereden, {chance.choice(['Hus', 'Sal', 'Have'])} {chr(97 + place % 26) * 4}",
            level="anvisningsenhed", postcode="2400", line=f"{chance.choice(STREETS)} {place % 900}", mail="", cvr="",
            p_number=f"10{place:08d}", phone=f"{20_000_000 + place}",
        )
        for place in range(1500)
    ]  # fmt: skip
    begun = time.monotonic()
    Arrivals().look(new, insisted=True)
    # Each with each took five minutes.
    assert time.monotonic() - begun < 20
