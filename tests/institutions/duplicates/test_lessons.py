"""What is learned from: sets as they are, joined, without namesakes and with fields taken away."""

from __future__ import annotations

import random

from institutions.duplicates import records
from institutions.duplicates.lessons import Labelled, bare, joined, sparse, tellable
from tests.institutions.duplicates.worlds import legacy, register

FULL = records.build(
    number="A10001", name="Pilen", line="Egevej 7", postcode="8300", municipality="Odder", phone="87131234",
    cvr="55133018", p_number="1012345678", mail="pilen@odder.dk",
)  # fmt: skip
SET = Labelled(register(1), legacy(1), {one.number: "" for one in legacy(1)}, frozenset({"A10003"}))


def test_a_bare_record_has_its_name_and_place_alone() -> None:
    assert bare(FULL, random.Random(1)) == records.build(number="A10001", name="Pilen", municipality="Odder")  # noqa: S311


def test_a_sparse_record_keeps_its_name_and_loses_about_half_of_the_rest() -> None:
    chance = random.Random(2)  # noqa: S311
    made = [sparse(FULL, chance) for _ in range(200)]
    assert {(one.name, one.municipality) for one in made} == {(FULL.name, FULL.municipality)}
    for field in ("phones", "cvr", "p_number"):
        assert 70 < sum(bool(getattr(one, field)) for one in made) < 130


def test_namesakes_are_left_out_where_the_address_alone_tells() -> None:
    assert [one.number for one in tellable(SET).legacy] == [one.number for one in SET.legacy if one.number != "A10003"]
    assert tellable(SET).truth == SET.truth


def test_joined_sets_keep_their_numbers_apart() -> None:
    both = joined([SET, SET])
    assert len({one.number for one in both.register}) == 2 * len(SET.register)
    assert len(both.truth) == 2 * len(SET.truth)
