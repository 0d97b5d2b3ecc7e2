"""The dated code tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from institutions import codes
from institutions.models import CodeValue, Table
from registry.problems import Refused

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LAST, FIRST = date(2023, 12, 31), date(2024, 1, 1)


@pytest.mark.parametrize(
    ("on", "code", "valid"),
    [(LAST, "50", True), (FIRST, "50", False), (LAST, "51", True), (FIRST, "51", False),
     (LAST, "60", False), (FIRST, "60", True), (LAST, "61", False), (FIRST, "61", True),
     (LAST, "10", True), (FIRST, "10", True)],
)  # fmt: skip
def test_serviceloven_is_valid_until_the_end_of_2023_and_barnets_lov_from_2024(
    on: date,
    code: str,
    valid: bool,  # noqa: FBT001
) -> None:
    tables = codes.as_of(on)
    assert (code in tables.texts[Table.LEGAL_GROUND]) is valid
    if valid:
        tables.check(Table.LEGAL_GROUND, code, field="legal_ground")
    else:
        with pytest.raises(Refused) as refused:
            tables.check(Table.LEGAL_GROUND, code, field="legal_ground")
        assert (refused.value.code, refused.value.field, refused.value.value) == ("ukendt_kode", "legal_ground", code)


def test_a_refusal_lists_what_is_valid_on_the_day() -> None:
    with pytest.raises(Refused) as refused:
        codes.as_of(LAST).check(Table.OWNERSHIP, "9", field="ownership")
    assert refused.value.suggestions == ("1 Kommunal", "2 Selvejende", "3 Privat", "4 Udliciteret")
    assert "31.12.2023" in refused.value.detail


def test_types_and_ownership_are_the_registers_own() -> None:
    texts = codes.as_of().texts
    assert list(texts[Table.INSTITUTION_TYPE]) == ["6010", "6011", "6012", "6013", "6014", "6020", "6021", "6022"]
    assert list(texts[Table.OWNERSHIP]) == ["1", "2", "3", "4"]


def test_a_text_of_an_unknown_code_is_empty() -> None:
    tables = codes.as_of()
    assert [tables.text(Table.OWNERSHIP, code) for code in ("1", "9", "")] == ["Kommunal", "", ""]


def test_every_table_is_there_also_on_a_day_when_it_is_empty() -> None:
    CodeValue.objects.all().delete()
    assert codes.as_of().texts == {table: {} for table in Table}


def test_a_code_has_one_text_on_a_day() -> None:
    with pytest.raises(IntegrityError, match="one_text_per_code_and_day"), transaction.atomic():
        CodeValue.objects.create(table=Table.OWNERSHIP, code="1", text="x", period=DateRange(FIRST, None))


def test_the_tables_of_a_day_take_two_questions(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        codes.as_of()


def test_the_codes_that_were_chosen_here_say_so() -> None:
    silent = CodeValue.objects.filter(table=Table.LEGAL_GROUND, description="")
    assert list(silent) == []
