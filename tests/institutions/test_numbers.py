"""Numbers: their shape, their issue, and what became of one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from institutions import numbers
from institutions.models import Institution, Level
from registry.problems import Refused
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sequences_as_before() -> Iterator[None]:
    """A sequence keeps what a rolled-back test did to it."""
    before = builders.sequences()
    yield
    for sequence in numbers.SEQUENCES.values():
        restart(sequence, before[sequence] or 1)


def issue(level: str = Level.ANVISNINGSENHED) -> str:
    return numbers.issue(level)[0]


def restart(sequence: str, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(%s, %s)", [sequence, last])


@pytest.mark.parametrize("text", ["G23218", " g23218\n", "g 232 18", "G-23218", "g.23.218", "\u00a0G23218"])
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert numbers.clean(text) == "G23218"


@pytest.mark.parametrize(
    "text",
    ["", "G", "G2321", "G232188", "23218", "B23218", "G2321X", "D2321X", "G\u0661\u0662\u0663\u0664\u0665",
     "G2321²", "GG3218", "A1234Å", "A123\x00", "A12345\x00", "A1234\ud800", "G23218;DROP"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        numbers.clean(text)
    assert (refused.value.code, refused.value.field) == ("ugyldigt_nummer", "number")


def test_an_a_number_may_have_letters() -> None:
    assert numbers.clean("a1b2c3") == "A1B2C3"


def test_each_prefix_has_a_sequence_of_its_own() -> None:
    restart("institutions_g_number", 20_000)
    restart("institutions_d_number", 10_000)
    assert numbers.issue(Level.ANVISNINGSENHED, 2) == ["G20001", "G20002"]
    assert numbers.issue(Level.ALTERNATIV_ADRESSE) == ["G20003"]
    assert numbers.issue(Level.DAGINSTITUTION) == ["D10001"]
    assert numbers.issue(Level.DAGINSTITUTION, 0) == []


def test_a_numbers_are_not_issued() -> None:
    with pytest.raises(Refused) as refused:
        numbers.issue(Level.UDENFOR)
    assert refused.value.code == "nummer_uden_for_registeret"


def test_a_number_once_issued_is_gone_also_when_nothing_comes_of_it() -> None:
    with transaction.atomic():
        lost = issue()
        transaction.set_rollback(True)
    assert issue() > lost


def test_when_the_numbers_are_used_up_none_is_used_again() -> None:
    restart("institutions_g_number", 99_998)
    assert issue() == "G99999"
    with pytest.raises(Refused) as refused, transaction.atomic():
        issue()
    assert refused.value.code == "numre_opbrugt"
    assert not Institution.objects.exists()


def test_issue_goes_on_after_the_highest_that_was_imported() -> None:
    restart("institutions_g_number", 10_431)
    restart("institutions_d_number", 10_000)
    numbers.continue_after(["G10500", "G20000", "D10044", "A99999", "G10432"])
    assert (issue(), issue(Level.DAGINSTITUTION)) == ("G20001", "D10045")


def test_issue_goes_on_after_the_highest_of_numbers_that_can_be_read_only_once() -> None:
    restart("institutions_g_number", 10_431)
    restart("institutions_d_number", 10_000)
    numbers.continue_after(iter(["D10044", "G20000"]))
    assert (issue(), issue(Level.DAGINSTITUTION)) == ("G20001", "D10045")


@pytest.mark.parametrize("imported", [[], ["G10500"], ["G30000"], ["A10001"]])
def test_issue_never_goes_back(imported: list[str]) -> None:
    restart("institutions_g_number", 30_000)
    numbers.continue_after(imported)
    assert issue() == "G30001"


def test_a_number_that_was_never_issued_is_unknown() -> None:
    with pytest.raises(Refused) as refused:
        numbers.resolve("G99998")
    assert (refused.value.code, refused.value.value) == ("ukendt_nummer", "G99998")


def test_a_number_of_today_is_itself() -> None:
    unit = builders.unit()
    resolved = numbers.resolve(unit.number.lower())
    assert (resolved.asked, resolved.today, resolved.steps) == (unit, unit, (unit,))


def test_a_number_is_followed_through_every_absorption() -> None:
    last = builders.unit()
    chain = [last]
    for step in range(5):
        one = builders.legacy(f"A1000{step}")
        Institution.objects.filter(pk=one.pk).update(absorbed_into=chain[-1])
        chain.append(one)
    resolved = numbers.resolve("A10004")
    assert resolved.today == last
    assert resolved.steps == tuple(reversed(chain))


def test_many_are_followed_with_as_many_questions_as_there_are_steps(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    unit = builders.unit()
    for step in range(4):
        one = builders.legacy(f"A1000{step}")
        Institution.objects.filter(pk=one.pk).update(absorbed_into=unit)
    for asked in (["A10000"], ["A10000", "A10001", "A10002", "G99999"]):
        with django_assert_num_queries(2):
            found = numbers.resolve_many(asked)
        assert {number: one.today for number, one in found.items()} == {
            number: unit for number in asked if number != "G99999"
        }


@pytest.mark.parametrize(
    ("number", "level", "belongs"),
    [
        ("D10001", Level.DAGINSTITUTION, True),
        ("G10432", Level.ANVISNINGSENHED, True),
        ("G10432", Level.ALTERNATIV_ADRESSE, True),
        ("A10001", Level.UDENFOR, True),
        ("D10001", Level.ANVISNINGSENHED, False),
        ("G10432", Level.DAGINSTITUTION, False),
        ("G10432", Level.UDENFOR, False),
    ],
)
def test_a_number_has_the_prefix_of_its_level_and_the_database_says_so_too(
    number: str,
    level: str,
    belongs: bool,  # noqa: FBT001
) -> None:
    assert numbers.belongs_to(number, level) is belongs
    make = partial(Institution.objects.create, number=number, level=level)
    if belongs:
        make()
    else:
        with pytest.raises(DatabaseError, match="a_number_has_the_prefix_of_its_level"), transaction.atomic():
            make()
