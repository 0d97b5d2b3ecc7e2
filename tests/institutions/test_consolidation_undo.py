"""Undo: every table but the ledger is as before, or it is refused, naming the row that moved."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from agreements import lifecycle as agreements
from agreements.models import DataAgreement, StatusPeriod
from agreements.states import Status
from institutions import consolidation, lifecycle, numbers
from institutions.models import Candidate, Consolidation, Institution, Version
from registry import ledger, periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

pytestmark = pytest.mark.django_db
SPRING, SUMMER = date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture
def unit() -> Institution:
    return builders.unit()


@pytest.fixture
def legacy() -> Institution:
    made = builders.legacy()
    for status in Status:
        builders.agreement(made, status)
    return made


def consolidate(survivor: Institution, absorbed: Institution) -> Consolidation:
    planned = consolidation.plan(survivor, absorbed, on=SPRING)
    return consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR)


def undo(done: Consolidation) -> None:
    consolidation.undo(done, actor=ACTOR, reason="det var ikke den samme")


def test_every_table_but_the_ledger_is_as_before(unit: Institution, legacy: Institution) -> None:
    Candidate.objects.create(leaving=legacy, staying=unit, score=0.9, reasons=["navn"])
    before = builders.dump()
    done = consolidate(unit, legacy)
    assert builders.dump() != before
    undo(done)
    assert builders.dump() == before
    assert numbers.resolve("A10001").today == legacy


def test_the_ledger_tells_both_acts_under_one_correlation(unit: Institution, legacy: Institution) -> None:
    head = ledger.head()
    done = consolidate(unit, legacy)
    carried = DataAgreement.objects.get(carried_by__isnull=False)
    moved = DataAgreement.objects.get(institution=unit, carries__isnull=True)
    changed = [one.subject for one in (moved, carried.carried_by, carried) if one]
    undo(done)
    lines = list(Event.objects.filter(seq__gt=head))
    assert [(one.action, one.subject) for one in lines] == [
        ("consolidation.execute", "A10001"),
        ("consolidation.absorb", unit.number),
        *(("consolidation.execute", subject) for subject in changed),
        ("consolidation.undo", "A10001"),
        ("consolidation.release", unit.number),
        *(("consolidation.undo", subject) for subject in reversed(changed)),
    ]
    assert {one.correlation for one in lines} == {done.correlation}
    executed, undone = lines[0], lines[2 + len(changed)]
    assert (undone.data["before"], undone.data["after"]) == (executed.data["after"], executed.data["before"])
    assert undone.data["undoes"] == done.pk
    assert undone.reason == "det var ikke den samme"
    assert consolidation.undone(done) == undone


def test_what_is_undone_cannot_be_undone_again(unit: Institution, legacy: Institution) -> None:
    done = consolidate(unit, legacy)
    undo(done)
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        undo(done)
    assert (refused.value.code, builders.dump(), ledger.head()) == ("allerede_fortrudt", *before)


def test_it_can_be_done_again_and_only_the_last_is_undone(unit: Institution, legacy: Institution) -> None:
    before = builders.dump()
    first = consolidate(unit, legacy)
    undo(first)
    second = consolidate(builders.unit(), legacy)
    with pytest.raises(Refused) as refused:
        undo(first)
    assert refused.value.code == "allerede_fortrudt"
    assert consolidation.standing(Institution.objects.get(pk=legacy.pk)) == second
    undo(second)
    assert builders.dump()["agreements_dataagreement"] == before["agreements_dataagreement"]


def meddling() -> dict[str, Callable[[Institution], object]]:
    agreement = DataAgreement.objects.filter

    def carried(one: Institution) -> QuerySet[DataAgreement]:
        return agreement(institution=one, carried_by__isnull=False)

    def ended(one: Institution) -> QuerySet[DataAgreement]:
        return agreement(institution=one, ended_on__isnull=False)

    def moved(one: Institution) -> QuerySet[DataAgreement]:
        return agreement(institution__absorbed=one, status=Status.VENTER, created_on__lt=SPRING)

    def made(one: Institution) -> QuerySet[DataAgreement]:
        return agreement(carries__institution=one)

    version = Version.objects.filter
    return {
        "a carried agreement's status": lambda one: carried(one).update(status=Status.AFVIST),
        "what it is carried by": lambda one: carried(one).update(carried_by=None),
        "an ended agreement's status": lambda one: ended(one).update(status=Status.AFVIST),
        "an ended agreement's end": lambda one: ended(one).update(ended_on=SUMMER),
        "an ended agreement's end taken away": lambda one: ended(one).update(ended_on=None),
        "a moved request's status": lambda one: moved(one).update(status=Status.GODKENDT),
        "where a moved request is": lambda one: moved(one).update(institution=one),
        "a made agreement's status": lambda one: made(one).update(status=Status.AFVIST),
        "a made agreement's statement": lambda one: made(one).update(processor_agreement=True),
        "a made agreement's first day": lambda one: StatusPeriod.objects.filter(agreement__in=made(one)).update(
            period=periods.since(SUMMER)
        ),
        "a made agreement that another points to": lambda one: agreement(institution=one, status=Status.AFVIST).update(
            carried_by=made(one).get()
        ),
        "the last day": lambda one: version(institution=one).update(period=periods.between(None, SUMMER)),
        "the cause": lambda one: version(institution=one).update(closing_cause="nedlagt"),
        "what it is now": lambda one: Institution.objects.filter(pk=one.pk).update(absorbed_into=builders.unit()),
    }


@pytest.mark.parametrize("what", meddling())
def test_it_is_refused_naming_the_row_where_one_has_moved(unit: Institution, legacy: Institution, what: str) -> None:
    covered = builders.agreement(legacy)
    agreed = agreements.request(unit, system=covered.system, service=covered.service, processor_agreement=True,
                                actor=ACTOR)  # fmt: skip
    agreements.approve(agreed, actor=ACTOR)
    done = consolidate(unit, legacy)
    assert meddling()[what](legacy)
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        undo(done)
    assert refused.value.code == "har_flyttet_sig"
    labels = [one["label"] for one in done.data["changes"]]
    assert refused.value.value in labels
    assert str(refused.value.value) in refused.value.detail
    assert (builders.dump(), ledger.head()) == before


def test_it_is_refused_where_the_agreement_s_place_is_taken(unit: Institution, legacy: Institution) -> None:
    done = consolidate(unit, legacy)
    old = DataAgreement.objects.filter(institution=unit, carries__isnull=True)[0]
    DataAgreement.objects.create(
        number=1, system=old.system, service=old.service, institution=legacy, created_on=SUMMER
    )
    before = builders.dump(), ledger.head()
    with pytest.raises(Refused) as refused:
        undo(done)
    assert refused.value.code == "har_flyttet_sig"
    assert (builders.dump(), ledger.head()) == before


def test_what_happened_to_others_meanwhile_stays(unit: Institution, legacy: Institution) -> None:
    done = consolidate(unit, legacy)
    lifecycle.correct(unit, on=SUMMER, actor=ACTOR, name="Solsikken")
    other = builders.agreement(unit)
    undo(done)
    assert [name for *_days, name in builders.told(unit, "name")] == ["Lærkereden", "Solsikken"]
    assert DataAgreement.objects.get(pk=other.pk).status == Status.GODKENDT


def test_it_is_undone_also_when_the_survivor_has_closed(unit: Institution, legacy: Institution) -> None:
    done = consolidate(unit, legacy)
    lifecycle.close(unit, on=SUMMER, actor=ACTOR, reason="")
    undo(done)
    assert Institution.objects.get(pk=legacy.pk).absorbed_into is None


def test_what_is_absorbed_is_not_closed_or_opened_by_anyone_else(unit: Institution, legacy: Institution) -> None:
    consolidate(unit, legacy)
    with pytest.raises(Refused) as refused:
        lifecycle.close(legacy, on=SPRING, actor=ACTOR, reason="")
    assert refused.value.code == "er_konsolideret"
    with pytest.raises(Refused) as refused:
        lifecycle.reopen(legacy, on=SUMMER, actor=ACTOR, reason="")
    assert refused.value.code == "er_konsolideret"


def test_others_consolidated_into_the_same_are_not_touched(unit: Institution, legacy: Institution) -> None:
    other = builders.legacy("A10002")
    stands = consolidate(unit, other)
    undo(consolidate(unit, legacy))
    assert numbers.resolve("A10002").today == unit
    assert consolidation.undone(stands) is None
