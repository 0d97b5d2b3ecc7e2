"""A file of data agreements: each row decided, what is refused leaves nothing behind, and nobody locks another out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from agreements import importing, lifecycle
from agreements.importing import COLUMNS
from agreements.models import DataAgreement, Service, System, Vendor
from agreements.states import LIVE, Status
from institutions import consolidation
from institutions.demo.sheets import sheet
from tests import at_once, builders, sheets
from tests.builders import ACTOR

if TYPE_CHECKING:
    from registry.ledger import Actor
    from registry.verdicts import Report

TURNS = 6  # a race is lost now and then only


def row(number: str, institution: str, **given: str) -> dict[str, str]:
    return {
        "aftaleId": number, "institutionsNummer": institution, "udbyderNavn": "Børnesoft", "udbyderCvr": "10000001",
        "udbydersystemId": "ZZ000001", "udbydersystemNavn": "Komme og gå", "servicekode": "ws10",
        "serviceNavn": "wsaIMPORT", "aftaleStatus": "GODKENDT", "oprettet": "2020-01-01",
    } | given  # fmt: skip


def take_in(*rows: dict[str, str]) -> Report:
    return importing.take_in(sheet(COLUMNS, rows), actor=ACTOR)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["²", "0900001", "0", "", "x", "9" * 19, "9" * 5000], ids=lambda one: one[:8])
def test_what_is_no_agreement_number_is_refused_and_spends_none(number: str) -> None:
    unit = builders.unit()
    before = builders.sequences()
    assert sheets.verdicts(take_in(row(number, unit.number))) == [(number, "afvist")]
    assert builders.sequences() == before


@pytest.mark.django_db
def test_a_refused_row_leaves_no_vendor_system_or_service_behind() -> None:
    report = take_in(row("900001", builders.daginstitution().number))
    assert sheets.verdicts(report) == [("900001", "afvist")]
    unknown = builders.unit().number
    take_in(row("900002", unknown), row("900003", unknown, servicekode="ws99"), row("900004", unknown))
    twice = row("900005", unknown, udbydersystemId="ZZ000002", oprettet="")
    assert sheets.verdicts(take_in(twice)) == [("900005", "afvist")]
    assert list(System.objects.values_list("code", flat=True)) == ["ZZ000001"]
    assert (Vendor.objects.count(), Service.objects.count()) == (1, 2)


def test_no_live_agreement_is_laid_on_a_number_while_it_is_consolidated(own_database: str, actor: Actor) -> None:
    del own_database
    survivor = builders.unit()
    for turn in range(TURNS):
        old = builders.legacy(f"A1000{turn}")
        plan = consolidation.plan(survivor, old)
        execute = partial(consolidation.execute, plan, fingerprint=plan.fingerprint, actor=actor)
        outcomes = at_once.run(partial(take_in, row(str(900001 + turn), old.number)), execute)
        assert "done" in at_once.codes(outcomes)
        old.refresh_from_db()
        live = DataAgreement.objects.filter(institution=old, status__in=LIVE)
        assert not (old.absorbed_into and live.exists())


def test_many_decided_at_once_and_one_alone_do_not_lock_each_other_out(own_database: str) -> None:
    del own_database
    two = [builders.agreement(builders.unit(), Status.VENTER) for _each in range(2)]

    def many() -> None:
        with transaction.atomic():
            lifecycle.hold(one.institution for one in two)
            for one in two:
                lifecycle.approve(one, actor=ACTOR)
            for one in two:
                lifecycle.set_back(one, actor=ACTOR)

    for _turn in range(TURNS):
        alone = DataAgreement.objects.get(pk=two[1].pk)
        outcomes = at_once.run(many, partial(lifecycle.set_back, alone, actor=ACTOR))
        assert at_once.codes(outcomes) == ["done", "ulovlig_overgang"]
