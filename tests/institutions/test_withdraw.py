from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from institutions import lifecycle, timelines
from institutions.models import Cause, Succession, Version
from registry import ledger, periods
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from datetime import date

    from institutions.models import Institution

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon() -> date:
    return periods.today() + timedelta(days=10)


@pytest.fixture
def unit() -> Institution:
    return builders.unit(name="Solhuset", phone="11111111")


def held(institution: Institution) -> list[tuple[str, str, str]]:
    versions = Version.objects.filter(institution=institution).order_by("period")
    return [(one.name, one.phone, one.closing_cause) for one in versions]


def withdraw(institution: Institution, on: date) -> None:
    lifecycle.withdraw(institution, on=on, actor=ACTOR, reason="kommer ikke")


def test_what_held_before_goes_on(unit: Institution, soon: date) -> None:
    before = timelines.states([timelines.load_one(unit)])
    lifecycle.correct(unit, on=soon, actor=ACTOR, name="Månehuset")
    withdraw(unit, soon)
    assert timelines.states([timelines.load_one(unit)]) == before
    assert [event.action for event in ledger.history(unit.number)][-1] == "lifecycle.withdraw"


def test_a_later_change_keeps_what_is_its_own(unit: Institution, soon: date) -> None:
    lifecycle.correct(unit, on=soon, actor=ACTOR, name="Månehuset")
    lifecycle.correct(unit, on=soon + timedelta(days=10), actor=ACTOR, phone="22222222")
    withdraw(unit, soon)
    assert held(unit) == [("Solhuset", "11111111", ""), ("Solhuset", "22222222", "")]


def test_a_coming_closing_is_taken_back_with_its_successors(unit: Institution, soon: date) -> None:
    other = builders.unit(builders.daginstitution())
    lifecycle.close(unit, on=soon, actor=ACTOR, reason="", cause=Cause.MERGED, successors=[other])
    withdraw(unit, soon)
    assert held(unit) == [("Solhuset", "11111111", "")]
    assert not Succession.objects.exists()


def test_a_change_in_the_way_no_longer_blocks_a_closing(unit: Institution, soon: date) -> None:
    lifecycle.correct(unit, on=soon, actor=ACTOR, name="Månehuset")
    withdraw(unit, soon)
    lifecycle.close(unit, on=soon - timedelta(days=5), actor=ACTOR, reason="lukker")
    assert held(unit) == [("Solhuset", "11111111", Cause.CLOSED)]


def test_a_unit_does_not_outlive_its_parent(soon: date) -> None:
    parent = builders.daginstitution()
    unit = builders.unit(parent)
    lifecycle.close(unit, on=soon, actor=ACTOR, reason="")
    lifecycle.close(parent, on=soon, actor=ACTOR, reason="")
    with pytest.raises(Refused) as refused:
        withdraw(unit, soon)
    assert refused.value.code == "overordnet_mangler"


@pytest.mark.parametrize(("days", "code"), [(0, "for_tidlig_dag"), (3, "ingen_aendring")])
def test_only_what_is_to_come_is_taken_back(unit: Institution, days: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        withdraw(unit, periods.today() + timedelta(days=days))
    assert refused.value.code == code


def test_the_municipality_goes_back_for_all(soon: date) -> None:
    parent = builders.daginstitution()
    unit = builders.unit(parent)
    elsewhere = builders.municipality("147")
    lifecycle.correct(parent, on=soon, actor=ACTOR, administrative_municipality=elsewhere)
    withdraw(parent, soon)
    ours = {one.administrative_municipality for one in Version.objects.filter(institution__in=[parent, unit])}
    assert elsewhere not in ours


def test_a_coming_reopening_is_taken_back_and_the_successors_answer_until_then(unit: Institution, soon: date) -> None:
    other = builders.unit(builders.daginstitution())
    yesterday = periods.today() - timedelta(days=1)
    lifecycle.close(unit, on=yesterday, actor=ACTOR, reason="", cause=Cause.MERGED, successors=[other])
    lifecycle.reopen(unit, on=soon, actor=ACTOR, reason="")
    assert Succession.objects.get().successor == other
    withdraw(unit, soon)
    assert held(unit) == [("Solhuset", "11111111", Cause.MERGED)]


def test_what_stands_outside_the_register_can_be_opened_again() -> None:
    outside = builders.legacy()
    lifecycle.close(outside, on=periods.today(), actor=ACTOR, reason="forkert")
    lifecycle.reopen(outside, on=periods.today(), actor=ACTOR, reason="alligevel ikke")
    assert [one.period.upper for one in Version.objects.filter(institution=outside)] == [periods.today(), None]


@pytest.mark.parametrize("cause", ["vand", Cause.CONSOLIDATED])
def test_a_cause_must_be_one_of_a_closing(unit: Institution, cause: str) -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.close(unit, on=periods.today(), actor=ACTOR, reason="", cause=cause)
    assert (refused.value.code, refused.value.field) == ("ukendt_kode", "cause")
