"""Where each agreement on an A-number stands on its way to the G-number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import cases, importing, lifecycle, phasing
from agreements.models import Case, DataAgreement
from agreements.phasing import Asked, Phase
from agreements.phasing.history import steps
from agreements.states import Status
from registry import periods
from tests import builders
from tests.builders import ACTOR

pytestmark = pytest.mark.django_db


def opened(number: str = "A10001") -> Case:
    place = builders.municipality("101")
    return cases.open_case(builders.legacy(number, municipality=place), builders.unit(), actor=ACTOR)


def phase(one: DataAgreement) -> str:
    (found,) = (row.phase for row in phasing.agreements(Asked()) if row.agreement == one.number)
    return found


def execute(case: Case) -> None:
    cases.make_ready([case], deadline=periods.today() + timedelta(days=30), actor=ACTOR)
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)


def test_an_agreement_goes_through_its_phases() -> None:
    case = opened()
    one = builders.agreement(case.absorbed)
    seen = [phase(one)]
    cases.notify([case], actor=ACTOR)
    seen.append(phase(one))
    execute(case)
    seen.append(phase(one))
    lifecycle.approve(DataAgreement.objects.get(carries=one), actor=ACTOR)
    seen.append(phase(one))
    assert seen == [Phase.NOT_TOLD, Phase.TOLD, Phase.ASKED, Phase.ENDED]


def test_the_vendor_s_own_agreement_on_the_g_number_counts() -> None:
    case = opened()
    one = builders.agreement(case.absorbed)
    there = builders.agreement(case.survivor, Status.VENTER, by=one.system)
    assert phase(one) == Phase.ASKED
    lifecycle.approve(there, actor=ACTOR)
    assert phase(one) == Phase.APPROVED
    cases.drop([case], actor=ACTOR, reason="ikke den samme")
    assert phase(one) == Phase.NOT_TOLD


def test_since_when_and_until_when_and_what_the_g_number_is() -> None:
    case = opened()
    one = builders.agreement(case.absorbed)
    (bare,) = phasing.agreements(Asked())
    assert (bare.since, bare.deadline, bare.right) == (date(2019, 8, 1), None, case.survivor.number)
    assert (bare.code, bare.municipality, bare.vendor) == ("101", "Københavns Kommune", one.system.vendor_id)
    cases.notify([case], on=date(2026, 3, 2), actor=ACTOR)
    deadline = periods.today() + timedelta(days=30)
    cases.make_ready([case], deadline=deadline, actor=ACTOR)
    (told,) = phasing.agreements(Asked())
    assert (told.phase, told.since, told.deadline) == (Phase.TOLD, date(2026, 3, 2), deadline)


def test_what_is_in_nobody_s_way_is_not_counted() -> None:
    case = opened()
    builders.agreement(case.absorbed, Status.AFVIST)
    builders.agreement(case.absorbed, Status.SLETTET)
    builders.agreement(case.survivor)
    assert phasing.agreements(Asked()) == []


def test_they_are_narrowed_and_counted_by_municipality_vendor_and_phase() -> None:
    case = opened()
    one, other = builders.agreement(case.absorbed), builders.agreement(case.absorbed)
    nowhere = builders.agreement(builders.legacy("A10002"), by=one.system)
    Case.objects.update(deadline=periods.today() - timedelta(days=1))
    place, vendor = builders.municipality("101"), one.system.vendor
    assert {row.agreement for row in phasing.agreements(Asked.of(place))} == {one.number, other.number}
    assert {row.agreement for row in phasing.agreements(Asked.of(vendor=vendor))} == {one.number, nowhere.number}
    assert [row.agreement for row in phasing.agreements(Asked(municipality=0))] == [nowhere.number]
    assert phasing.agreements(Asked.of(place, phase=Phase.ENDED)) == []
    assert [(cell.code, cell.vendor, cell.phase, cell.agreements, cell.late) for cell in phasing.cells(Asked())] == [
        ("101", vendor.pk, Phase.NOT_TOLD, 1, 1), ("101", other.system.vendor_id, Phase.NOT_TOLD, 1, 1),
        ("", vendor.pk, Phase.NOT_TOLD, 1, 0),
    ]  # fmt: skip


def test_the_case_tells_where_an_a_number_lies_that_says_nothing_itself() -> None:
    legacy = builders.legacy("A10002")
    builders.agreement(legacy)
    assert [row.code for row in phasing.agreements(Asked())] == [""]
    cases.open_case(legacy, builders.unit(kommune="751"), actor=ACTOR)
    assert [row.code for row in phasing.agreements(Asked.of(builders.municipality("751")))] == ["751"]


def test_they_come_in_pages_and_three_take_as_many_queries_as_one() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            phasing.agreements(Asked())
        return len(captured)

    case = opened()
    made = [builders.agreement(case.absorbed)]
    one = queries()
    made += [builders.agreement(case.absorbed) for _each in range(2)]
    assert queries() == one
    pages = [phasing.agreements(Asked(), first=first, most=2) for first in (0, 2)]
    assert [[row.agreement for row in page] for page in pages] == [
        [made[0].number, made[1].number], [made[2].number],
    ]  # fmt: skip


def test_the_ledger_s_steps_add_up_to_what_the_tables_hold() -> None:
    case = opened()
    statuses = ("GODKENDT", "VENTER", "AFVIST", "GODKENDT")
    rows = [
        (place, "A10001", "Børnesoft", "12345678", f"AB00000{place}", "Dagbog", "ws10", "Import", status, "2019-08-01")
        for place, status in enumerate(statuses, start=1)
    ]
    told = "\r\n".join(";".join(map(str, row)) for row in (importing.COLUMNS, *rows))
    importing.take_in(told.encode("utf-8-sig"), actor=ACTOR)
    carried, _moved, _refused, decided = DataAgreement.objects.filter(institution=case.absorbed).order_by("number")

    def adds_up() -> tuple[int, int]:
        point = phasing.history()[-1]
        assert (sum(more for _day, more, _merged in steps()), sum(merged for *_rest, merged in steps())) == point[1:]
        return point.live, point.consolidated

    seen = [adds_up()]
    execute(case)
    seen.append(adds_up())
    cases.undo(case, actor=ACTOR, reason="en fejl")
    seen.append(adds_up())
    cases.reopen([case], actor=ACTOR)
    execute(case)
    lifecycle.approve(DataAgreement.objects.get(carries=decided), actor=ACTOR)
    seen.append(adds_up())
    cases.end_window(case, actor=ACTOR, reason="intet svar")
    seen.append(adds_up())
    carried.refresh_from_db()
    assert carried.status == "SLETTET"
    assert seen == [(3, 0), (2, 1), (3, 0), (1, 1), (0, 1)]
