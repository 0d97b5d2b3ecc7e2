"""The 98 municipalities and the region of each on a day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from institutions import codes
from institutions.models import CodeValue, Membership, Municipality, Table
from registry.problems import Refused

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "kommuner.csv"
BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)


def regions(on: date) -> Counter[str]:
    names = dict(CodeValue.objects.filter(table=Table.REGION, period__contains=on).values_list("code", "text"))
    found = Membership.objects.filter(period__contains=on).values_list("region", flat=True)
    return Counter(names[code] for code in found)


def test_there_are_98_each_with_a_code_of_three_digits_and_a_name_of_its_own() -> None:
    rows = Municipality.objects.all()
    assert len({one.code for one in rows}) == len({one.name for one in rows}) == len(rows) == 98
    assert all(one.code.isdigit() and len(one.code) == 3 for one in rows)


@pytest.mark.parametrize("code", ["101", "0101", " 101 ", "0101\n"])
def test_a_code_is_read_with_three_digits_or_with_four(code: str) -> None:
    assert codes.as_of().municipality(code, field="municipality").name == "København"


@pytest.mark.parametrize("code", ["", "0", "999", "00101", "1010", "1101", "København", "411", "101.0"])
def test_another_code_is_refused(code: str) -> None:
    with pytest.raises(Refused) as refused:
        codes.as_of().municipality(code, field="municipality")
    assert (refused.value.code, refused.value.field) == ("ukendt_kommune", "municipality")


def test_until_the_end_of_2026_there_are_five_regions() -> None:
    assert regions(BEFORE) == {
        "Region Hovedstaden": 29, "Region Sjælland": 17, "Region Syddanmark": 22, "Region Midtjylland": 19,
        "Region Nordjylland": 11,
    }  # fmt: skip


def test_from_2027_hovedstaden_and_sjaelland_are_region_oestdanmark() -> None:
    assert regions(AFTER) == {
        "Region Østdanmark": 46, "Region Syddanmark": 22, "Region Midtjylland": 19, "Region Nordjylland": 11,
    }  # fmt: skip


@pytest.mark.parametrize("on", [date(1970, 1, 1), BEFORE, AFTER, date(2100, 1, 1)])
def test_each_has_one_region_on_every_day(on: date) -> None:
    found = Membership.objects.filter(period__contains=on).values_list("municipality", flat=True)
    assert sorted(found) == sorted(Municipality.objects.values_list("pk", flat=True))


def test_they_stand_in_danish_order() -> None:
    names = list(Municipality.objects.values_list("name", flat=True))
    assert (names[:3], names[-4:]) == (["Albertslund", "Allerød", "Assens"], ["Ærø", "Aabenraa", "Aalborg", "Aarhus"])


def test_their_long_names_are_those_that_they_use_themselves() -> None:
    long_names = dict(Municipality.objects.values_list("code", "long_name"))
    assert [long_names[code] for code in ("101", "751", "482", "492")] == [
        "Københavns Kommune", "Aarhus Kommune", "Langeland Kommune", "Ærø Kommune",
    ]  # fmt: skip


def test_they_are_those_of_the_official_list() -> None:
    if not SHARED.exists():
        pytest.skip("../shared/data/kommuner.csv is not here")
    rows = [line.split(",") for line in SHARED.read_text().splitlines()[1:]]
    ours = dict(
        Membership.objects.filter(period__contains=BEFORE).values_list("municipality__code", "municipality__name")
    )
    assert {codes.short(row[0]) for row in rows} == ours.keys()
