"""What `/api/v1/` has answered once it answers again without reading it, until the register is another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from institutions import external, lifecycle
from registry import callers, periods
from registry.api import conditional
from tests import builders
from tests.reporting import SYSTEM, Reporter

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db


def url(one: Institution, what: str = "institutioner") -> str:
    return f"/api/v1/{what}/{one.number}/"


@pytest.mark.parametrize("what", ["institutioner", "opslag"])
def test_what_was_answered_is_not_read_again(
    client: Client, what: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unit = builders.unit()
    # Calls are counted by the block: the fourth takes some for those after it.
    first = [client.get(url(unit, what)) for _call in range(4)][-1]
    with django_assert_num_queries(1):
        again = client.get(url(unit, what))
    assert (again.content, again.headers["ETag"], again.headers["Content-Type"]) == (
        first.content, first.headers["ETag"], first.headers["Content-Type"],
    )  # fmt: skip
    with django_assert_num_queries(1):
        unchanged = client.get(url(unit, what), headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_change_is_told_at_once(client: Client) -> None:
    top, unit, _other = builders.tree()
    assert client.get(url(unit)).json()["overordnet"]["navn"] == "Klynge Nord"
    lifecycle.correct(top, on=periods.today(), actor=builders.ACTOR, name="Lærkeskoven")
    assert client.get(url(unit)).json()["overordnet"]["navn"] == "Lærkeskoven"


def test_a_day_that_comes_is_told_without_an_event(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, tomorrow = builders.unit(), periods.today() + timedelta(days=1)
    lifecycle.correct(unit, on=tomorrow, actor=builders.ACTOR, name="Solsikken")
    assert [one["gaelderFra"] for one in client.get(url(unit)).json()["kommendeAendringer"]] == [tomorrow.isoformat()]
    monkeypatch.setattr(periods, "today", lambda: tomorrow)
    told = client.get(url(unit)).json()
    assert (told["navn"], told["kommendeAendringer"]) == ("Solsikken", [])


def test_what_one_vendor_calls_an_institution_is_kept_for_that_vendor_alone(client: Client) -> None:
    unit, reporter = builders.unit(), Reporter()
    vendor = callers.find(SYSTEM).vendor
    external.keep(vendor, {"hus-17": unit.number}, actor=builders.ACTOR)
    address = "/api/v1/institutioner/hus-17/"
    for _time in range(2):
        assert reporter.get(address).json()["institutionsNummer"] == unit.number
        assert client.get(address).status_code == 400
        assert Reporter("CD000001").get(address).status_code == 400


def test_a_full_shelf_is_emptied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditional, "MOST", 2)
    units = [builders.unit(name=f"Hus {one}", street=f"Vej {one}") for one in range(3)]
    for _time in range(2):
        for unit in units:
            assert client.get(url(unit)).json()["institutionsNummer"] == unit.number
            assert len(conditional._shelves[1]) <= 2  # noqa: SLF001 - nothing outside shows it
