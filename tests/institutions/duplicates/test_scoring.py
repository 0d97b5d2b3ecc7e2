"""A score is a sum that adds up, never absurd, and the same whatever the order."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from math import isclose
from typing import TYPE_CHECKING

import pytest

from institutions.duplicates import evidence, records, scoring, sides, wording
from institutions.duplicates.keys import Key
from institutions.duplicates.levels import LEVELS, RIVALS, START, Sign
from institutions.duplicates.memory import Register, repeated
from institutions.duplicates.records import NOWHERE
from tests.institutions.duplicates.worlds import legacy, register

if TYPE_CHECKING:
    from institutions.duplicates.records import Record

BY = scoring.weights()
UNIT = records.build(
    number="G10001", level="anvisningsenhed", name="Børnehaven Solstrålen", line="Egevej 7", postcode="8000",
    town="Aarhus C", municipality="Aarhus", p_number="1012345678", phone="87131234", institution_type="6011",
    cvr="55133018", parent="D10001", above="Dagtilbud Nord",
)  # fmt: skip


def typed(**given: str) -> Record:
    return records.build(**{"number": "A10001", "name": "Bh. Solstrålen", **given})


def levels(one: Record, two: Record = UNIT) -> list[str]:
    nothing = sides.Frequencies()
    return evidence.compare(sides.weigh(one, nothing), sides.weigh(two, nothing))


@pytest.mark.parametrize("seed", range(5))
def test_every_explanation_adds_up_to_its_score_exactly(seed: int) -> None:
    world, typed_ones = Register(register(seed), legacy(seed)), legacy(seed)
    seen = 0
    for record in typed_ones:
        for scored in world.rank(record, BY):
            score = scoring.explain(scored, BY)
            assert sum((reason.weight for reason in score.reasons), score.start) == score.total
            assert isclose(score.probability, 1 / (1 + 2.718281828459045 ** -float(score.total)))
            told = wording.told(score)
            assert round(sum(row["vaegt"] for row in told), 2) == float(score.total)
            assert told[-1]["kode"] == START
            assert all(row["tekst"] and "%" not in row["tekst"] for row in told)
            seen += 1
    assert seen > 40


@pytest.mark.parametrize("seed", range(3))
def test_the_probabilities_of_one_record_are_at_most_1_together_and_come_best_first(seed: int) -> None:
    world = Register(register(seed), legacy(seed))
    for record in legacy(seed):
        likely = [scored.probability for scored in world.rank(record, BY)]
        assert sum(likely) <= 1.02
        assert likely == sorted(likely, reverse=True)


def test_agreement_weighs_nothing_or_more_and_conflict_nothing_or_less() -> None:
    wrong = {code for code, points in BY.points.items() if points * LEVELS[code].sign < 0}
    assert wrong == set()
    assert BY.start < 0


def test_there_is_a_weight_for_every_level_and_for_no_other() -> None:
    assert {*BY.points, START, RIVALS} == set(LEVELS)
    said = json.loads(scoring.WEIGHTS.read_text())["provenance"]
    assert said["sets"] == ["train-1", "train-2", "train-3", "train-4"]
    assert all(level.sign in Sign for level in LEVELS.values())


def test_levels_of_a_record_that_agrees_in_all() -> None:
    told = levels(typed(line="Egevejen 7", postcode="8000", phone="+45 87 13 12 34", p_number="1012345678"))
    assert told == [
        "name.same.1", "kind.same.word", "address.same.named", "place.postcode", "phone.same", "p_number.same",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "Vug. Solstrålen"}, "kind.other"),
        ({"name": "Børnehuset Solstrålen"}, "kind.wide"),
        ({"name": "Solstrålen"}, "kind.silent"),
        ({"name": "Daginstitutionen Solstrålen"}, "kind.silent"),
        ({"name": "Bh. Solstrålen, Aarhus"}, "name.placed.rare"),
        ({"name": "Solstrålen Egevej"}, "name.placed.rare"),
        ({"name": "Solstrålen (Egevej 7)"}, "name.placed.rare"),
        ({"name": "Børnehaven Egevej"}, "name.street"),
        ({"name": "Uglehulen, Solstrålen"}, "name.segment.with.rare"),
        ({"name": "Solstrålens Friskole"}, "kind.foreign"),
        ({"name": "Dagplejen Solstrålen"}, "kind.childminding"),
        ({"name": "Dagtilbud Nord, afd. Solstrålen"}, "parent.both"),
        ({"name": "Dagtilbud Nord"}, "name.parent"),
        ({"name": "Solstraalen 2"}, "numeral.first"),
        ({"name": "Månestrålen"}, "name.little"),
        ({"name": "Uglen"}, "name.other"),
        ({"name": "Uglen", "line": "Egevej 7"}, "name.other.there"),
        ({"name": "Uglen", "line": "Egevej 7", "phone": "87131234"}, "name.other.renamed"),
        ({"line": "Bøgevej 1", "phone": "87131234"}, "address.other.moved"),
        ({"line": "Bøgevej 1"}, "address.other"),
        ({"line": "Egevej 7-9"}, "address.same.named"),
        ({"line": "Egevej 5-9"}, "address.range.named"),
        ({"line": "Egevej 9"}, "address.near"),
        ({"line": "Egevej 90"}, "address.street"),
        ({"line": "Egevej"}, "address.no_number.named"),
        ({"line": "Bøgevej 7", "postcode": "8000"}, "address.number"),
        ({"municipality": "Odense Kommune"}, "place.other"),
        ({"municipality": "Århus"}, "place.municipality"),
        ({"phone": "12345678"}, "phone.other"),
        ({"p_number": "1012345679"}, "p_number.near"),
        ({"mail": "solstraalen@aarhus.dk"}, "mail.name"),
    ],
)
def test_a_difference_has_its_level(given: dict[str, str], expected: str) -> None:
    assert expected in levels(typed(**given))


def test_a_street_in_a_name_says_nothing_beside_an_address() -> None:
    told = levels(typed(name="Solstrålen Egevej", line="Bøgevej 1"))
    assert [level for level in told if level.startswith(("name", "address"))] == ["name.around.rare", "address.other"]


def test_a_part_of_the_name_in_the_register_is_enough() -> None:
    longer = replace(UNIT, name=records.build(number="G1", name="Børnehuset Solstrålen - Uglehulen").name)
    assert "name.segment.of.rare" in levels(typed(name="Solstrålen"), longer)
    assert "kind.same.word" in levels(typed(name="Børnehuset Solstrålen"), longer)


@pytest.mark.parametrize(
    "name", ["Solstrålen", "Børnehaven Solstrålen, Aarhus C", "Bhv. Solstraalen", "solstrålens bh", "Solstrålen Egevej"]
)
def test_a_name_and_a_municipality_are_enough_where_nothing_else_is_known(name: str) -> None:
    others = [
        replace(UNIT, number=f"G2000{index}", name=records.build(number="G1", name=other).name, address=NOWHERE)
        for index, other in enumerate(["Børnehaven Uglehulen", "Vuggestuen Myretuen", "Pilen"])
    ]
    best = Register([UNIT, *others]).rank(typed(name=name, municipality="Aarhus"), BY)[0]
    assert (best.side.record.number, best.probability >= BY.threshold) == ("G10001", True)


def test_a_name_on_its_own_address_is_a_daginstitution_only_where_no_unit_is_named() -> None:
    top = replace(UNIT, number="D10001", level="daginstitution", kind=None, parent="", p_number="")
    assert [level for level in levels(typed(name="Solstrålen"), top) if level.startswith("level")] == [
        "level.parent.same"
    ]
    assert "level.parent.more" in levels(typed(name="Solstrålen, afd. Pilen"), top)


def test_a_daginstitution_that_equals_its_unit_is_the_unit() -> None:
    top = replace(UNIT, number="D10001", level="daginstitution", kind=None, parent="")
    assert repeated([top, UNIT]) == {"D10001"}
    assert repeated([top, replace(UNIT, parent="D10002")]) == set()
    assert [one.number for one in Register([top, UNIT]).candidates(typed(line="Egevej 7", postcode="8000"))] == [
        "G10001"
    ]


def test_a_value_that_many_share_counts_less() -> None:
    phone = typed(phone="87131234")
    shared = Register([replace(UNIT, number=f"G{10001 + index}") for index in range(9)])
    alone = Register([UNIT])
    assert "phone.same" in alone.rank(phone, BY)[0].levels
    assert "phone.shared" in shared.rank(phone, BY)[0].levels
    assert shared.frequencies.count(Key.PHONE, "87131234") == 9


def test_a_rival_takes_probability_and_says_so() -> None:
    twin = replace(UNIT, number="G10002")
    alone, both = Register([UNIT]).rank(typed(), BY)[0], Register([UNIT, twin]).rank(typed(), BY)[0]
    score = scoring.explain(both, BY)
    assert both.probability < alone.probability
    assert [reason.weight for reason in score.reasons if reason.code == RIVALS] == [Decimal(both.rivals).scaleb(-2)]
    assert both.side.record.number == "G10001"
