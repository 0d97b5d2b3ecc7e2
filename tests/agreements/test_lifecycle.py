"""Request, approve, refuse, set back, delete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from agreements import lifecycle
from agreements.models import DataAgreement, System
from agreements.states import TRANSITIONS, Status
from institutions.models import Institution, Level
from registry import ledger, periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
TODAY = periods.today
ACTS = {
    Status.GODKENDT: lifecycle.approve,
    Status.AFVIST: lifecycle.refuse,
    Status.VENTER: lifecycle.set_back,
    Status.SLETTET: lifecycle.delete,
}


def ask(institution: Institution, system: System, service: str = "ws00") -> DataAgreement:
    return lifecycle.request(
        institution, system=system, service=builders.service(service), processor_agreement=True, actor=ACTOR
    )


@pytest.fixture
def unit() -> Institution:
    return builders.unit()


def test_a_request_waits_for_the_data_owner_and_writes_one_line(unit: Institution) -> None:
    system = builders.system()
    made = lifecycle.request(
        unit,
        system=system,
        service=builders.service("ws00"),
        processor_agreement=True,
        actor=ACTOR,
        comment="til foråret",
    )
    assert (made.status, made.created_on, made.ended_on) == (Status.VENTER, TODAY(), None)
    event = Event.objects.order_by("-seq")[0]
    assert (event.action, event.subject, event.reason) == ("agreement.request", f"aftale:{made.number}", "til foråret")
    assert event.data == {
        "before": None,
        "after": {"number": made.number, "system": system.code, "service": "ws00", "institution": unit.number,
                  "status": "VENTER", "processor_agreement": True, "created_on": TODAY().isoformat()},
    }  # fmt: skip


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_every_step_is_lawful_or_refused(unit: Institution, old: Status, new: Status) -> None:
    made = builders.agreement(unit, old)
    head = ledger.head()
    if new in TRANSITIONS[old]:
        ACTS[new](made, actor=ACTOR)
        assert ledger.head() == head + 1
    else:
        with pytest.raises(Refused) as refused:
            ACTS[new](made, actor=ACTOR)
        assert (refused.value.code, ledger.head()) == ("ulovlig_overgang", head)
        assert list(refused.value.suggestions) == sorted(TRANSITIONS[old])
    fresh = DataAgreement.objects.get()
    assert fresh.status == (new if new in TRANSITIONS[old] else old)
    assert fresh.ended_on == (TODAY() if fresh.status == Status.SLETTET else None)


def test_what_a_person_looks_at_may_be_old_but_the_row_decides(unit: Institution) -> None:
    seen = builders.agreement(unit, Status.VENTER)
    lifecycle.delete(DataAgreement.objects.get(pk=seen.pk), actor=ACTOR)
    with pytest.raises(Refused) as refused:
        lifecycle.approve(seen, actor=ACTOR)
    assert refused.value.code == "ulovlig_overgang"


def test_a_second_live_agreement_is_refused_however_it_would_come_about(unit: Institution) -> None:
    system = builders.system()
    first = builders.agreement(unit, Status.AFVIST, by=system)
    second = builders.agreement(unit, Status.GODKENDT, by=system)
    with pytest.raises(Refused) as refused:
        builders.agreement(unit, by=system)
    assert refused.value.code == "aftale_findes"
    with pytest.raises(Refused) as refused:
        lifecycle.set_back(first, actor=ACTOR)
    assert refused.value.code == "aftale_findes"
    lifecycle.delete(second, actor=ACTOR)
    lifecycle.set_back(first, actor=ACTOR)
    assert DataAgreement.objects.get(pk=first.pk).status == Status.VENTER


def test_an_approved_agreement_may_be_set_back_although_it_is_live(unit: Institution) -> None:
    made = builders.agreement(unit)
    lifecycle.set_back(made, actor=ACTOR)
    assert DataAgreement.objects.get().status == Status.VENTER


def test_the_database_refuses_two_live_agreements_too(unit: Institution) -> None:
    one = builders.agreement(unit)
    with pytest.raises(IntegrityError, match="one_live_agreement_per"), transaction.atomic():
        DataAgreement.objects.create(
            number=1, system=one.system, service=one.service, institution=unit, created_on=TODAY()
        )


@pytest.mark.parametrize("level", [Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE, Level.DAGINSTITUTION])
def test_an_agreement_rests_on_a_unit_or_an_alternative_address(level: Level) -> None:
    one = next(one for one in builders.tree() if one.level == level)
    if level == Level.DAGINSTITUTION:
        with pytest.raises(Refused) as refused:
            builders.agreement(one)
        assert (refused.value.code, refused.value.value) == ("aftale_paa_daginstitution", one.number)
    else:
        builders.agreement(one)


def test_no_new_agreement_rests_on_an_a_number_after_the_phase_out(settings: Settings) -> None:
    legacy, system = builders.legacy(), builders.system()
    settings.A_NUMBER_PHASE_OUT = TODAY()
    with pytest.raises(Refused) as refused:
        ask(legacy, system)
    assert (refused.value.code, refused.value.suggestions) == ("aftale_paa_a_nummer", ())
    settings.A_NUMBER_PHASE_OUT = TODAY() + timedelta(days=1)
    assert ask(legacy, system).status == Status.VENTER


def test_a_consolidated_number_is_answered_with_the_right_one(unit: Institution, settings: Settings) -> None:
    settings.A_NUMBER_PHASE_OUT = date.max
    legacy = builders.legacy()
    refused_before = builders.agreement(legacy, Status.AFVIST)
    Institution.objects.filter(pk=legacy.pk).update(absorbed_into=unit)
    with pytest.raises(Refused) as refused:
        lifecycle.request(
            legacy, system=builders.system(), service=builders.service("ws00"), processor_agreement=True, actor=ACTOR
        )
    assert (refused.value.code, refused.value.suggestions) == ("aftale_paa_a_nummer", (unit.number,))
    with pytest.raises(Refused) as refused:
        lifecycle.set_back(refused_before, actor=ACTOR)
    assert refused.value.code == "er_konsolideret"


def test_a_passive_system_and_one_without_a_connection_ask_in_vain(unit: Institution) -> None:
    system = builders.system()
    with pytest.raises(Refused) as refused:
        ask(unit, system, "ws99")
    assert refused.value.code == "ingen_tilslutningsaftale"
    System.objects.filter(pk=system.pk).update(passive=True)
    with pytest.raises(Refused) as refused:
        ask(unit, system)
    assert refused.value.code == "passivt_system"


def test_agreement_numbers_are_never_used_again() -> None:
    first = lifecycle.take_number()
    for ahead in (500, 900_000):
        lifecycle.continue_after(first + ahead)
        assert lifecycle.take_number() == first + ahead + 1
    for lower in (1, first, first + 900_001):
        lifecycle.continue_after(lower)
    with transaction.atomic():
        assert lifecycle.take_number() == first + 900_002
        transaction.set_rollback(True)
    assert lifecycle.take_number() == first + 900_003
