"""Whatever is typed: taking a conflict away never lowers a score, and the order of rows changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from institutions.duplicates import evidence, records, scoring, sides
from institutions.duplicates.addresses import Address
from institutions.duplicates.memory import Register
from institutions.duplicates.records import Email, Record

BY = scoring.weights()
NAMES = [
    "Børnehaven Solstrålen", "Bh. Solstrålen", "Vuggestuen Solstrålen", "Solstrålen 2", "Dagtilbud Nord, afd. Pilen",
    "Pilen", "Dagtilbud Nord", "Pilens Friskole", "Aarhus Børnehus", "Klynge I", "Dagplejen", "Børnehaven",
]  # fmt: skip
LINES = ["", "Egevej 7", "Egevej 7A", "Egevej 9", "Egevej", "Bøgevej 7", "Egevej 5-9", "Bøgevej 1"]
EMPTY: dict[str, Any] = {
    "address": Address(), "municipality": "", "cvr": "", "p_number": "", "phones": (), "email": Email(),
}  # fmt: skip


def typed(number: str, **more: Any) -> st.SearchStrategy[Record]:  # noqa: ANN401
    return st.builds(
        records.build,
        number=st.just(number),
        name=st.sampled_from(NAMES),
        line=st.sampled_from(LINES),
        postcode=st.sampled_from(["", "8000", "8210", "5000"]),
        municipality=st.sampled_from(["", "Aarhus", "Odense"]),
        cvr=st.sampled_from(["", "55133018", "35209115"]),
        p_number=st.sampled_from(["", "1012345678", "1012345679", "1099999999"]),
        phone=st.sampled_from(["", "87131234", "66131234"]),
        mail=st.sampled_from(["", "info@aarhus.dk", "solstraalen@aarhus.dk", "pilen@odense.dk"]),
        **more,
    )


UNITS = typed(
    "G10001", level=st.sampled_from(["anvisningsenhed", "daginstitution", "alternativ adresse"]),
    institution_type=st.sampled_from(["", "6010", "6011", "6012"]), above=st.sampled_from(["", "Dagtilbud Nord"]),
)  # fmt: skip


def levels(one: Record, two: Record, counts: sides.Frequencies) -> list[str]:
    return evidence.compare(sides.weigh(one, counts), sides.weigh(two, counts))


def field_of(level: str) -> str:
    fields = {"address": "address", "phone": "phones", "mail": "email", "p_number": "p_number", "cvr": "cvr"}
    return fields.get(level.partition(".")[0], "")


@settings(max_examples=400, deadline=None)
@given(one=typed("A10001"), two=UNITS)
def test_taking_away_a_field_that_conflicts_never_lowers_a_score(one: Record, two: Record) -> None:
    """An address has a postcode and a mail address a domain that agree or conflict for themselves."""
    counts = Register([two], [one]).frequencies
    told = levels(one, two, counts)
    before = scoring.own_points(told, BY)
    for level in told:
        name = field_of(level)
        if name and BY.points[level] < 0:
            gone: Any = EMPTY[name]
            if name == "email":
                gone = Email(domain=one.email.domain)
            if name == "address":
                gone = Address(postcode=one.address.postcode, town=one.address.town)
            less = replace(one, **{name: gone})
            assert scoring.own_points(levels(less, two, counts), BY) >= before, (level, told)


@settings(max_examples=60, deadline=None)
@given(
    ones=st.lists(typed("A10001"), min_size=1, max_size=3),
    twos=st.lists(UNITS, min_size=1, max_size=6),
    seed=st.integers(),
)
def test_the_order_of_rows_changes_nothing(ones: list[Record], twos: list[Record], seed: int) -> None:
    register = [replace(two, number=f"{two.level[:1].upper()}{index:05d}") for index, two in enumerate(twos)]
    shuffled = random.Random(seed).sample(register, len(register))  # noqa: S311
    for one in ones:
        told = [
            [(scored.side.record.number, scored.total, scored.levels) for scored in Register(rows, ones).rank(one, BY)]
            for rows in (register, shuffled)
        ]
        assert told[0] == told[1]


@settings(max_examples=200, deadline=None)
@given(one=typed("A10001"), two=typed("A10002"))
def test_where_and_how_to_reach_it_are_compared_alike_from_both_sides(one: Record, two: Record) -> None:
    """Numbers that some hold in the register, ranges and mail that speaks a name do have a side."""
    nothing = sides.Frequencies()
    fields = ("phone", "p_number", "cvr", "numeral.same", "numeral.other", "address.same", "address.street")
    there, back = (
        [level for level in levels(first, second, nothing) if level.startswith(fields)]
        for first, second in ((one, two), (two, one))
    )
    assert [level.partition(".named")[0] for level in there if "there" not in level] == [
        level.partition(".named")[0] for level in back if "there" not in level
    ]
