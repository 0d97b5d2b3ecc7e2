"""Many decided and asked for at once: what one would be told, for each; statuses by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import lifecycle
from agreements.lifecycle import Answer, Wish
from agreements.models import ConnectionAgreement, DataAgreement, StatusPeriod, System
from agreements.states import Status
from institutions import consolidation
from institutions.duplicates import candidates, verdicts
from institutions.models import Answer as Said
from institutions.models import Institution, Version
from registry import periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_django import Settings

    from institutions.models import Municipality

pytestmark = pytest.mark.django_db


def ask(system: System, *numbers: str, services: Sequence[str] = ("ws00",), trial: bool = False) -> list[Answer]:
    return lifecycle.request_many(
        numbers, system=system, services=[builders.service(code) for code in services], processor_agreement=True,
        actor=ACTOR, comment="til foråret", trial=trial,
    )  # fmt: skip


def told(answers: Sequence[Answer]) -> list[tuple[str, str, str]]:
    return [
        (one.asked, one.refused.code if one.refused else "", one.remark.code if one.remark else "") for one in answers
    ]


def lasting(agreement: DataAgreement) -> list[tuple[str, date | None, date | None]]:
    return [
        (one.status, one.period.lower, one.period.upper)
        for one in StatusPeriod.objects.filter(agreement=agreement).order_by("period")
    ]


def days_back(agreement: DataAgreement, days: int) -> None:
    """As though the agreement had been asked for some days ago."""
    first = periods.today() - timedelta(days=days)
    StatusPeriod.objects.filter(agreement=agreement).update(period=periods.since(first))


def test_each_is_told_what_one_alone_would_be_and_one_act_is_written_in_the_owners_names() -> None:
    here, there = builders.unit(), builders.unit(kommune="751")
    own = builders.unit(ownership="3", legal_ground="13", name="Solstrålen")
    waiting = [builders.agreement(one, Status.VENTER) for one in (here, there, own)]
    refused = builders.agreement(here, Status.AFVIST)
    outcomes = lifecycle.decide([Wish(one.pk, "GODKENDT", "ja") for one in (*waiting, refused)], actor=ACTOR)
    assert [one.refused.code if one.refused else "" for one in outcomes] == ["", "", "", "ulovlig_overgang"]
    assert set(DataAgreement.objects.values_list("status", flat=True)) == {"GODKENDT", "AFVIST"}
    events = Event.objects.filter(action="agreement.approve")
    assert {(one.subject, one.on_behalf_of, one.actor, one.reason) for one in events} == {
        (waiting[0].subject, "Københavns Kommune", "kirsten", "ja"),
        (waiting[1].subject, "Aarhus Kommune", "kirsten", "ja"),
        (waiting[2].subject, f"{own.number} Solstrålen", "kirsten", "ja"),
    }
    assert events.values("correlation").distinct().count() == 1


def test_all_or_nothing_and_a_trial_change_nothing() -> None:
    unit = builders.unit()
    waiting, gone = builders.agreement(unit, Status.VENTER), builders.agreement(unit, Status.SLETTET)
    before = builders.dump(), Event.objects.count()
    wishes = [Wish(waiting.pk, "GODKENDT"), Wish(gone.pk, "GODKENDT")]
    outcomes = lifecycle.decide(wishes, actor=ACTOR, whole=True)
    assert [bool(one.refused) for one in outcomes] == [False, True]
    lifecycle.decide(wishes[:1], actor=ACTOR, trial=True)
    assert (builders.dump(), Event.objects.count()) == before


def test_one_makes_way_for_another_in_the_same_act() -> None:
    unit, system = builders.unit(), builders.system()
    first = builders.agreement(unit, Status.AFVIST, by=system)
    second = builders.agreement(unit, Status.GODKENDT, by=system)
    wishes = [Wish(second.pk, "SLETTET"), Wish(first.pk, "VENTER")]
    assert [one.refused for one in lifecycle.decide(wishes, actor=ACTOR)] == [None, None]
    assert set(DataAgreement.objects.values_list("number", "status")) == {
        (first.number, "VENTER"), (second.number, "SLETTET"),
    }  # fmt: skip


def test_a_hundred_take_as_many_queries_as_one() -> None:
    unit, systems = builders.unit(), [builders.system() for _each in range(4)]
    made = [builders.agreement(unit, Status.VENTER, by=one) for one in systems]

    def queries(*chosen: DataAgreement) -> int:
        with CaptureQueriesContext(connection) as captured:
            lifecycle.decide([Wish(one.pk, "GODKENDT") for one in chosen], actor=ACTOR)
        return len(captured)

    assert queries(made[0]) == queries(*made[1:])


def test_the_status_of_any_day_is_known() -> None:
    one = builders.agreement(builders.unit(), Status.VENTER)
    today = periods.today()
    days_back(one, 10)
    lifecycle.approve(one, actor=ACTOR)
    earlier = ("VENTER", today - timedelta(days=10), today)
    assert lasting(one) == [earlier, ("GODKENDT", today, None)]
    lifecycle.set_back(one, actor=ACTOR)
    lifecycle.refuse(one, actor=ACTOR)
    assert lasting(one) == [earlier, ("AFVIST", today, None)]
    lifecycle.delete(one, actor=ACTOR)
    assert (lasting(one), one.ended_on) == ([earlier, ("AFVIST", today, None)], today)


def test_a_consolidation_leaves_the_statuses_of_every_agreement_that_there_was() -> None:
    old, unit = builders.legacy(), builders.unit()
    ones = [builders.agreement(old, status) for status in Status]
    before = builders.dump()
    plan = consolidation.plan(unit, old)
    done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    successor = DataAgreement.objects.get(carries__in=ones)
    (made,) = StatusPeriod.objects.filter(agreement=successor)
    assert (made.status, made.period) == ("VENTER", periods.since(periods.today()))
    now = set(builders.dump("agreements_statusperiod")["agreements_statusperiod"])
    assert len(now) == len(before["agreements_statusperiod"]) + 1
    assert now > set(before["agreements_statusperiod"])
    consolidation.undo(done, actor=ACTOR, reason="en fejl")
    assert builders.dump() == before


def test_a_request_is_answered_number_by_number_and_service_by_service() -> None:
    top, unit, other = builders.tree()
    system = builders.system(services=2)
    builders.agreement(other, by=system)
    answers = ask(
        system, top.number, unit.number, f" {other.number.lower()} ", "G99999", "hej", services=["ws00", "ws01"]
    )
    assert told(answers) == [
        (top.number, "aftale_paa_daginstitution", ""), (top.number, "aftale_paa_daginstitution", ""),
        (unit.number, "", ""), (unit.number, "", ""),
        (f" {other.number.lower()} ", "aftale_findes", ""), (f" {other.number.lower()} ", "", ""),
        ("G99999", "ukendt_nummer", ""), ("G99999", "ukendt_nummer", ""),
        ("hej", "ugyldigt_nummer", ""), ("hej", "ugyldigt_nummer", ""),
    ]  # fmt: skip
    made = [one.agreement for one in answers if one.agreement]
    assert [(one.institution, one.processor_agreement, one.status) for one in made] == [
        (unit, True, "VENTER"), (unit, True, "VENTER"), (other, True, "VENTER"),
    ]  # fmt: skip
    events = Event.objects.filter(subject__in=[one.subject for one in made])
    assert {(one.on_behalf_of, one.reason) for one in events} == {(system.vendor.name, "til foråret")}


def test_a_number_written_twice_is_asked_for_once_and_a_trial_writes_nothing() -> None:
    unit, system = builders.unit(), builders.system()
    assert told(ask(system, unit.number, unit.number, trial=True)) == [(unit.number, "", "")]
    assert DataAgreement.objects.count() == 0
    assert told(ask(system, unit.number, unit.number.lower())) == [
        (unit.number, "", ""), (unit.number.lower(), "aftale_findes", ""),
    ]  # fmt: skip


def test_a_connection_must_hold_on_the_day_and_the_processor_agreement_must_be_stated() -> None:
    unit, system = builders.unit(), builders.system()
    ConnectionAgreement.objects.update(period=periods.between(None, periods.today()))
    assert told(ask(system, unit.number)) == [(unit.number, "ingen_tilslutningsaftale", "")]
    with pytest.raises(Refused) as refused:
        lifecycle.request_many([unit.number], system=system, services=[], processor_agreement=False, actor=ACTOR)
    assert refused.value.code == "databehandleraftale_mangler"


@pytest.fixture
def twins(copenhagen: Municipality) -> tuple[Institution, Institution]:
    """An A-number and the unit that it most likely is."""
    told: dict[str, Any] = {"name": "Solstrålen", "cvr_number": "12345678", "p_number": "1098765432"}
    unit = builders.unit(**told)
    old = builders.legacy("A10077", **told, municipality=copenhagen, postcode="2400", town="København NV")
    candidates.refresh()
    return old, unit


def test_before_the_phase_out_an_a_number_is_warned_against_and_the_g_number_proposed(
    twins: tuple[Institution, Institution], settings: Settings
) -> None:
    old, unit = twins
    settings.A_NUMBER_PHASE_OUT = periods.today() + timedelta(days=1)
    (answer,) = ask(builders.system(), old.number)
    assert answer.agreement
    assert answer.remark
    assert (answer.remark.code, answer.remark.suggestions) == ("a_nummer_udfases", (unit.number,))
    name = Version.objects.get(institution=unit).name
    assert f"{unit.number} {name} (" in answer.remark.detail


def test_from_the_phase_out_an_a_number_is_refused_and_the_g_number_named(
    twins: tuple[Institution, Institution], settings: Settings
) -> None:
    old, unit = twins
    settings.A_NUMBER_PHASE_OUT = periods.today()
    (answer,) = ask(builders.system(), old.number)
    assert answer.refused
    assert (answer.refused.code, answer.refused.suggestions) == ("aftale_paa_a_nummer", (unit.number,))
    assert "%)" in answer.refused.detail


def test_once_somebody_has_said_what_an_a_number_is_it_is_named_as_decided(
    twins: tuple[Institution, Institution], settings: Settings
) -> None:
    old, other = twins[0], builders.unit(name="Egernet")
    settings.A_NUMBER_PHASE_OUT = periods.today()
    verdicts.give(old, other, answer=Said.SAME, actor=ACTOR)
    (answer,) = ask(builders.system(), old.number)
    assert answer.refused
    assert answer.refused.suggestions == (other.number,)
    assert answer.refused.detail == f"{old.number} er et A-nummer. Brug {other.number}."
