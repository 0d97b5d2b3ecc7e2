"""Rows in bulk through COPY: what goes in comes out."""

from datetime import date

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import DjangoAssertNumQueries

from institutions.models import CodeValue, Membership, Municipality, Version
from registry import copying

pytestmark = pytest.mark.django_db
NASTY = 'Å"\\N\t\r\n;\\.\\x00 €😀'


def value(code: str, **given: object) -> CodeValue:
    told = {"table": "regionsKode", "text": "Prøve", "period": DateRange(None, None), **given}
    return CodeValue(pk=copying.take_keys(CodeValue, 1)[0], code=code, **told)


def test_every_character_and_both_open_ends_come_out_as_they_went_in() -> None:
    period = DateRange(date(1, 1, 1), date(9999, 12, 31))
    copying.insert(CodeValue, [value("x", text=NASTY, period=period), value("y", description="")])
    one, other = CodeValue.objects.filter(code__in="xy")
    assert (one.text, one.period) == (NASTY, period)
    assert (other.description, other.period) == ("", DateRange(None, None))


def test_an_inserted_row_is_saved_and_not_to_be_added() -> None:
    row = value("x")
    copying.insert(CodeValue, [row])
    assert (row._state.adding, row._state.db) == (False, "default")  # noqa: SLF001 - what save() asks
    assert CodeValue.objects.get(code="x") == row


def test_keys_come_from_the_sequence_that_rows_one_by_one_use_too() -> None:
    keys = copying.take_keys(Municipality, 3)
    assert keys == sorted(set(keys))
    assert Municipality.objects.create(code="999", name="Ny", long_name="Ny Kommune").pk > keys[-1]


def test_update_writes_the_named_fields_of_those_rows_and_no_other() -> None:
    rows = [value("x"), value("y"), value("z")]
    copying.insert(CodeValue, rows)
    for row in rows[:2]:
        row.text, row.description = NASTY, "not written"
    copying.update(CodeValue, rows[:2], ["text"])
    found = list(CodeValue.objects.filter(code__in="xyz").order_by("code").values_list("text", "description"))
    assert found == [(NASTY, ""), (NASTY, ""), ("Prøve", "")]


def test_two_updates_in_one_transaction_do_not_meet() -> None:
    row = value("x")
    copying.insert(CodeValue, [row])
    for text in ("en", "to"):
        row.text = text
        copying.update(CodeValue, [row], ["text"])
    assert CodeValue.objects.get(code="x").text == "to"


def test_nothing_to_write_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        copying.insert(CodeValue, [])
        copying.update(CodeValue, [], ["text"])


def test_the_database_still_refuses() -> None:
    clash = Membership.objects.first()
    assert clash is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        copying.insert(
            Membership,
            [Membership(pk=0, municipality=clash.municipality, region=clash.region, period=clash.period)],
        )
    with pytest.raises(DataError), transaction.atomic():
        copying.insert(CodeValue, [value("x", text="x" * 133)])
    with pytest.raises(IntegrityError), transaction.atomic():
        copying.insert(CodeValue, [value("x", text=None)])


def test_generated_columns_are_left_to_the_database() -> None:
    names = {column.name for column in copying._columns(Version)}  # noqa: SLF001
    assert names & {"sort_key", "search_text"} == set()
