"""Doubles inside the register: who is proposed as whose successor, and whom the law lets stand side by side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from institutions import lifecycle
from institutions.duplicates import candidates, doubles, inside, queue, records
from institutions.duplicates.inside import Entry
from institutions.models import Candidate
from registry import periods
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from institutions.models import Institution
    from registry.models import User

pytestmark = pytest.mark.django_db
EARLY, LATE = date(2020, 8, 1), date(2025, 3, 1)


@pytest.fixture(autouse=True)
def neighbours() -> None:
    """A few others, so that what is shared is not shared by all."""
    for index, name in enumerate(("Myretuen", "Pilen", "Ugleboet", "Solsikken")):
        builders.unit(name=name, street="Enghavevej", house_number=str(20 + index), p_number=f"10123499{index:02d}")


def found() -> list[tuple[str, str, str]]:
    """Every double: what it is, who leaves, who stays."""
    candidates.catch_up()
    rows = Candidate.objects.exclude(kind="konsolidering").select_related("leaving", "staying")
    return [(one.kind, one.leaving.number, one.staying.number) for one in rows]


def private(**given: Any) -> Institution:  # noqa: ANN401
    """A private unit under a private daginstitution."""
    top = builders.daginstitution(name="Fonden Lærkereden", on=EARLY, ownership="3", legal_ground="13")
    return builders.unit(top, on=EARLY, **given)


def test_one_that_was_registered_twice_is_merged_into_the_first() -> None:
    later = builders.unit(on=LATE)
    first = builders.unit(on=EARLY)
    assert found() == [("sammenlægning", later.number, first.number)]


def test_the_double_of_an_alternative_address_is_found_too() -> None:
    above = builders.unit(on=EARLY)
    first, later = builders.alternative(above, on=EARLY), builders.alternative(above, on=LATE)
    assert found() == [("sammenlægning", later.number, first.number)]


@pytest.mark.parametrize("order", ["private first", "municipal first"])
def test_what_the_municipality_took_over_leaves_the_private_number(order: str) -> None:
    if order == "private first":
        old = private()
        new = builders.unit(on=LATE, p_number="1012345688")
    else:
        new = builders.unit(on=LATE, p_number="1012345688")
        old = private()
    assert found() == [("overtagelse", old.number, new.number)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Fritidsklubben Lærken"}, {"name": "Ungdomsklubben Lærken"}),
        ({"name": "Dagplejegruppe 1"}, {"name": "Dagplejegruppe 2"}),
        ({"name": "Lærkereden", "institution_type": "6010"}, {"name": "Lærkereden", "institution_type": "6011"}),
        ({"name": "Lærkereden"}, {"name": "Lærkereden naturgruppe"}),
        ({"name": "Lærkereden"}, {"name": "Mågereden"}),
    ],
)
def test_neighbours_in_one_house_are_not_proposed(one: dict[str, Any], other: dict[str, Any]) -> None:
    builders.unit(on=EARLY, **one)
    builders.unit(on=LATE, **other)
    assert found() == []


def test_namesakes_in_two_towns_are_not_proposed() -> None:
    builders.unit()
    builders.unit(kommune="751", street="Åboulevarden", house_number="3", postcode="8000", town="Aarhus C",
                  p_number="1012345688")  # fmt: skip
    assert found() == []


def test_it_does_not_matter_which_comes_first() -> None:
    pairs = [(builders.unit(on=EARLY), builders.unit(on=LATE)), (builders.unit(name="Lærken"), private())]
    candidates.catch_up()
    for one, other in pairs:
        forth, back = doubles.compare(one.pk, other.pk), doubles.compare(other.pk, one.pk)
        assert forth is not None
        assert back is not None
        assert (forth.total, forth.levels) == (back.total, back.levels)


def test_the_poorer_of_the_two_readings_holds() -> None:
    short = Entry(records.build(number="G10001", level="anvisningsenhed", name="Lærkereden"), "Lærkereden")
    long = Entry(records.build(number="G10002", level="anvisningsenhed", name="Lærkereden Vest"), "Lærkereden Vest")
    assert inside.compare(short, long, {}).total == inside.compare(long, short, {}).total


def test_when_one_of_them_closes_the_pair_is_gone() -> None:
    first, later = builders.unit(on=EARLY), builders.unit(on=LATE)
    assert found() == [("sammenlægning", later.number, first.number)]
    lifecycle.close(later, on=periods.today(), actor=ACTOR, reason="dobbelt", cause="sammenlagt", successors=[first])
    assert found() == []


def test_they_are_read_in_the_same_queue(kirsten: User) -> None:
    builders.unit(on=EARLY)
    builders.unit(on=LATE)
    assert [one.kind for one in queue.waiting(kirsten)] == ["sammenlægning"]


def test_found_again_they_are_as_a_full_look_finds_them() -> None:
    builders.unit(on=EARLY)
    builders.unit(on=LATE)
    private()
    followed = found()
    candidates.refresh()
    assert found() == followed
