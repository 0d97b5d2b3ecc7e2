"""What a system may read on a day: approved, not ended, connected, and with a key that is open then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import coverage, lifecycle, parties
from agreements.models import ConnectionAgreement, DataAgreement, StatusPeriod
from agreements.states import Status
from institutions import consolidation
from institutions import lifecycle as register
from institutions.models import Cause
from registry import periods
from registry.models import User
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Municipality

pytestmark = pytest.mark.django_db
TODAY = periods.today


def day(ahead: int) -> date:
    return TODAY() + timedelta(days=ahead)


def since(one: DataAgreement, first: date) -> None:
    """As though its status had held since a day."""
    StatusPeriod.objects.filter(agreement=one).update(period=periods.since(first))


def may_read(one: DataAgreement, on: date) -> list[str]:
    return coverage.may_read(system=one.system.code, service=one.service.code, on=on)


@pytest.mark.parametrize("status", Status)
def test_only_what_is_approved_covers(status: Status) -> None:
    one = builders.agreement(builders.unit(), status)
    assert may_read(one, TODAY()) == ([one.institution.number] if status == Status.GODKENDT else [])
    assert [row.number for row in coverage.uncovered(TODAY())] == (
        [] if status == Status.GODKENDT else [one.institution.number]
    )


def test_a_day_is_covered_as_it_was_decided() -> None:
    one = builders.agreement(builders.unit())
    since(one, day(-10))
    assert (may_read(one, day(-11)), may_read(one, day(-10))) == ([], [one.institution.number])
    lifecycle.set_back(one, actor=ACTOR)
    assert (may_read(one, day(-1)), may_read(one, TODAY())) == ([one.institution.number], [])
    lifecycle.approve(one, actor=ACTOR)
    lifecycle.delete(one, actor=ACTOR)
    assert (may_read(one, day(-1)), may_read(one, TODAY()), may_read(one, day(100))) == (
        [one.institution.number],
        [],
        [],
    )


def test_without_a_connection_nothing_is_read() -> None:
    one = builders.agreement(builders.unit())
    ConnectionAgreement.objects.update(period=periods.between(None, day(3)))
    assert (may_read(one, day(2)), may_read(one, day(3))) == ([one.institution.number], [])
    assert len(coverage.uncovered(day(3))) == 1


def test_an_institution_that_closes_leaves_its_agreement_without_a_key() -> None:
    unit = builders.unit()
    one = builders.agreement(unit)
    register.close(unit, on=day(5), cause=Cause.CLOSED, actor=ACTOR, reason="nedlagt")
    assert (coverage.moved(day(4)), may_read(one, day(5))) == ([], [])
    assert coverage.moved(day(5)) == [(one.number, one.system.code, one.service.code, unit.number, "")]
    assert (coverage.counted(day(4)), coverage.counted(day(5))) == ((1, 0), (1, 1))


def test_an_agreement_follows_a_consolidation_while_it_is_in_force() -> None:
    old, unit = builders.legacy("A10009"), builders.unit()
    one = builders.agreement(old)
    plan = consolidation.plan(unit, old)
    done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    # It goes on while its successor waits for the data owner.
    assert (may_read(one, day(-1)), may_read(one, TODAY())) == ([old.number], [unit.number])
    assert coverage.moved(TODAY()) == [(one.number, one.system.code, one.service.code, old.number, unit.number)]
    assert coverage.uncovered(TODAY()) == []
    consolidation.undo(done, actor=ACTOR, reason="en fejl")
    assert may_read(one, TODAY()) == [old.number]


def test_a_data_owner_sees_the_cover_of_its_own(client: Client, copenhagen: Municipality) -> None:
    mine, theirs = builders.unit(name="Min"), builders.unit(name="Deres", kommune="751")
    gone = builders.agreement(builders.unit(name="Lukket"))
    register.close(gone.institution, on=TODAY(), cause=Cause.CLOSED, actor=ACTOR, reason="nedlagt")
    mette = User.objects.create_user("mette")
    parties.affiliate(mette, municipality=copenhagen, actor=ACTOR)
    client.force_login(mette)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/aftaler/daekning/")
    assert len(captured) == 7
    assert [one.number for one in answer.context["uncovered"]] == [mine.number]
    assert [one.agreement for one in answer.context["moved"]] == [gone.number]
    earlier = client.get("/aftaler/daekning/", {"dato": f"{day(-1):%Y-%m-%d}"})
    assert [one.number for one in earlier.context["uncovered"]] == sorted([mine.number, gone.institution.number])[::-1]
    assert theirs.number not in answer.text
    assert client.get("/aftaler/daekning/", {"dato": "i går"}).status_code == 400
