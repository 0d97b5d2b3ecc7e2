"""Which ownership, legal ground and type may stand together on a day."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from institutions import codes, lawful
from institutions.models import LawfulCombination, Table
from registry.problems import Refused

pytestmark = pytest.mark.django_db
LAST, FIRST = date(2023, 12, 31), date(2024, 1, 1)
DAYCARE = ("6010", "6011", "6012", "6014")


def all_lawful(on: date) -> set[tuple[str, str, str]]:
    """The law as the domain's facts tell it, written once more by hand."""
    special = {"50", "51"} if on <= LAST else {"60", "61"}
    return {
        *product("1", {"10", "14"}, DAYCARE), *product("2", {"11"}, DAYCARE),
        *product("4", {"12"}, DAYCARE), *product("3", {"13"}, DAYCARE),
        ("1", "20", "6013"), ("1", "21", "6013"), ("3", "21", "6013"),
        *product("123", {"30"}, {"6020"}), *product("123", {"40"}, {"6021"}),
        *product("12", special, {"6022"}),
    }  # fmt: skip


@pytest.mark.parametrize("on", [LAST, FIRST])
def test_of_all_combinations_exactly_those_of_the_law_hold(on: date) -> None:
    table, tables = lawful.as_of(on), codes.as_of()
    grounds = {*tables.texts[Table.LEGAL_GROUND], "50", "51", "60", "61"}
    everything = product(tables.texts[Table.OWNERSHIP], grounds, tables.texts[Table.INSTITUTION_TYPE])
    held = {
        (ownership, ground, kind)
        for ownership, ground, kind in everything
        if table.holds(ownership=ownership, legal_ground=ground, institution_type=kind)
    }
    assert held == all_lawful(on)


def test_a_daginstitution_has_no_type_so_ownership_and_ground_are_asked() -> None:
    table = lawful.as_of(FIRST)
    assert table.holds(ownership="1", legal_ground="20", institution_type="")
    assert not table.holds(ownership="3", legal_ground="20", institution_type="")


@pytest.mark.parametrize(
    ("ownership", "kind", "on", "ground"),
    [
        ("2", "6012", FIRST, "11"),
        ("3", "6013", FIRST, "21"),
        ("1", "6012", FIRST, ""),  # § 19, stk. 2, with and without a landsbyordning
        ("1", "6022", FIRST, ""),
        ("4", "6013", FIRST, ""),  # none
        ("2", "", FIRST, ""),  # no type, nothing derived
        ("", "", FIRST, ""),
    ],
)
def test_a_ground_is_derived_where_exactly_one_is_lawful(ownership: str, kind: str, on: date, ground: str) -> None:
    assert lawful.as_of(on).derive(ownership=ownership, institution_type=kind) == ground


def test_a_refusal_says_what_would_be_lawful_on_the_day() -> None:
    with pytest.raises(Refused) as refused:
        lawful.as_of(FIRST).check(ownership="1", legal_ground="50", institution_type="6022")
    assert (refused.value.code, refused.value.field) == ("ulovlig_kombination", "legal_ground")
    assert refused.value.suggestions == ("60", "61")
    assert "01.01.2024" in refused.value.detail


def test_where_nothing_is_lawful_the_refusal_says_that() -> None:
    with pytest.raises(Refused, match="Intet lovgrundlag passer") as refused:
        lawful.as_of(FIRST).check(ownership="4", legal_ground="20", institution_type="6013")
    assert refused.value.suggestions == ()


def test_every_code_of_a_combination_is_in_its_table_as_long_as_the_combination_holds() -> None:
    for on in (LAST, FIRST):
        texts = codes.as_of(on).texts
        unknown = [
            str(one)
            for one in LawfulCombination.objects.filter(period__contains=on)
            if one.ownership not in texts[Table.OWNERSHIP]
            or one.legal_ground not in texts[Table.LEGAL_GROUND]
            or one.institution_type not in texts[Table.INSTITUTION_TYPE]
        ]
        assert unknown == []
