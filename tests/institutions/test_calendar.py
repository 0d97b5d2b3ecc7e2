from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from institutions import calendar, lifecycle
from institutions.models import Level, Municipality
from registry import ledger, periods
from registry.ledger import Actor

if TYPE_CHECKING:
    from institutions.models import Institution

NIGHT = Actor("nat", "kommando")
pytestmark = pytest.mark.django_db


@pytest.fixture
def klynge() -> Institution:
    return lifecycle.open(
        level=Level.DAGINSTITUTION, on=periods.today() - timedelta(days=30), actor=NIGHT, name="Klyngen",
        ownership="1", legal_ground="10", administrative_municipality=Municipality.objects.get(code="461"),
    )  # fmt: skip


def effects(institution: Institution) -> list[str]:
    return [event.data["on"] for event in ledger.history(institution.number) if event.action == calendar.TAKE_EFFECT]


def test_a_change_dated_ahead_is_an_event_on_its_day(klynge: Institution) -> None:
    soon = periods.today() + timedelta(days=3)
    lifecycle.correct(klynge, on=soon, actor=NIGHT, name="Klyngen Nord")
    assert calendar.turn(actor=NIGHT) == 0
    assert calendar.turn(actor=NIGHT, on=soon) == 1
    assert effects(klynge) == [soon.isoformat()]


def test_a_second_turn_on_the_same_day_writes_nothing(klynge: Institution) -> None:
    soon = periods.today() + timedelta(days=3)
    lifecycle.close(klynge, on=soon, actor=NIGHT, reason="lukker")
    calendar.turn(actor=NIGHT, on=soon)
    head = ledger.head()
    assert calendar.turn(actor=NIGHT, on=soon) == 0
    assert ledger.head() == head


def test_missed_days_are_made_up_for(klynge: Institution) -> None:
    days = [periods.today() + timedelta(days=count) for count in (2, 4)]
    for day in days:
        lifecycle.correct(klynge, on=day, actor=NIGHT, name=f"Klyngen {day}")
    assert calendar.turn(actor=NIGHT, on=days[-1] + timedelta(days=5)) == 2
    assert effects(klynge) == [day.isoformat() for day in days]


def test_a_change_that_held_at_once_takes_no_effect_later(klynge: Institution) -> None:
    lifecycle.correct(klynge, on=periods.today(), actor=NIGHT, name="Klyngen Syd")
    assert calendar.turn(actor=NIGHT, on=periods.today() + timedelta(days=1)) == 0
