"""Addresses and P-numbers are held up against their sources afterwards: no outage stops a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import checking, lifecycle
from institutions.models import Check
from registry import periods
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings

    from registry.models import User

pytestmark = pytest.mark.django_db
DAR_ID = "0a3f50b0-0000-32b8-e044-0003ba298018"


def states() -> list[tuple[str, str, str]]:
    return list(Check.objects.values_list("source", "key", "state"))


@pytest.fixture
def sources(tmp_path: Path, settings: Settings) -> Path:
    """Two files that know one address and one workplace."""
    dar, cvr = tmp_path / "dar.csv", tmp_path / "cvr.csv"
    dar.write_text(f"dawaId;vejNavn;husNummer;postNummer;byNavn\n{DAR_ID};Lærkevej;9;2400;København NV\n")
    cvr.write_text("pNummer;cvrNummer\n1012345678;12345678\n")
    settings.DAR_FILE, settings.CVR_FILE = str(dar), str(cvr)
    return tmp_path


def test_without_a_source_a_change_goes_through_and_its_check_waits() -> None:
    builders.unit(dar_id=DAR_ID)
    checking.queue()
    assert checking.look_up() == {"venter": 2, "stemmer": 0, "afviger": 0, "ukendt": 0}
    assert states() == [("CVR", "1012345678", "venter"), ("DAR", DAR_ID, "venter")]
    assert all(Check.objects.values_list("tried_at", flat=True))


@pytest.mark.usefixtures("sources")
def test_what_agrees_differs_and_is_unknown() -> None:
    unit = builders.unit(dar_id=DAR_ID.upper(), cvr_number="12345678")
    other = builders.unit(name="Rævehulen", street="Rævevej", p_number="1099999999")
    checking.queue()
    assert checking.look_up() == {"venter": 0, "stemmer": 1, "afviger": 1, "ukendt": 1}
    differs = Check.objects.get(institution=unit, source="DAR")
    assert differs.differs == [{"felt": "husNummer", "registeret": "7", "kilden": "9"}]
    assert Check.objects.get(institution=other).state == "ukendt"


def test_a_source_that_comes_back_is_asked_for_what_waited(sources: Path, settings: Settings) -> None:
    there, settings.DAR_FILE = settings.DAR_FILE, str(sources / "nede.csv")
    unit = builders.unit(dar_id=DAR_ID)
    checking.queue()
    assert checking.look_up()["venter"] == 1
    settings.DAR_FILE = there
    assert checking.queue() == 0
    assert checking.look_up()["venter"] == 0
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, house_number="9")
    assert checking.queue() == 2
    checking.look_up()
    assert Check.objects.get(source="DAR").state == "stemmer"


def test_what_is_no_longer_there_is_not_checked(sources: Path) -> None:
    del sources
    unit = builders.unit(on=periods.today().replace(year=2025), dar_id=DAR_ID)
    checking.queue()
    lifecycle.close(unit, on=periods.today(), actor=ACTOR, reason="")
    checking.queue()
    assert states() == []


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize("count", [1, 3])
def test_many_are_asked_for_at_once(count: int) -> None:
    for place in range(count):
        builders.unit(name=f"Enhed {place}", street=f"Vej {place}")
    checking.queue()
    with CaptureQueriesContext(connection) as asked:
        checking.look_up()
    assert len(asked) == 4


def test_the_command_and_the_page(
    client: Client, kirsten: User, sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del sources
    builders.unit(dar_id=DAR_ID)
    call_command("check_sources")
    assert capsys.readouterr().out == "0 venter på kilden, 1 stemmer, 1 afviger, 0 ukendt hos kilden\n"
    client.force_login(kirsten)
    assert "husNummer: 7 → 9" in client.get("/admin/institutions/check/").content.decode()
