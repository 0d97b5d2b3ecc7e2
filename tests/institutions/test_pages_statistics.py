"""`/statistik/`: the register in figures, each leading to what it counts."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from html import unescape
from io import StringIO
from typing import TYPE_CHECKING, Any, cast

import pytest

from institutions import consolidation, lifecycle, statistics
from institutions.statistics import Month, PhaseOut
from registry import periods
from tests import builders
from tests.builders import ACTOR
from tests.reading import read, said

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
PAGE, TABLE = "/statistik/", "/statistik/statistik.csv"
MARCH, APRIL, JUNE = date(2026, 3, 15), date(2026, 4, 1), date(2026, 6, 30)


def absorb(into: Institution, number: str, on: date = APRIL) -> None:
    absorbed = builders.legacy(number)
    plan = consolidation.plan(into, absorbed, on=on)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR, reason="")


def rows(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"{TABLE}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    told = list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert told[0] == ["dag", "emne", "kode", "tekst", "antal"]
    return told[1:]


def counted(client: Client, query: str = "") -> dict[tuple[str, str], int]:
    """What is more than nothing."""
    return {(subject, code): int(count) for _day, subject, code, _text, count in rows(client, query) if count != "0"}


def test_the_open_are_counted_on_a_day_by_level_type_ownership_and_municipality(client: Client) -> None:
    top, _unit, _below = builders.tree()
    closing = builders.unit(top, name="Ternen", institution_type="6011", ownership="3", legal_ground="13")
    builders.unit(kommune="751")
    builders.legacy()
    lifecycle.close(closing, on=APRIL, actor=ACTOR, reason="")
    before = {
        ("niveau", "daginstitution"): 2, ("niveau", "anvisningsenhed"): 3, ("niveau", "alternativ adresse"): 1,
        ("instType3", "6012"): 2, ("instType3", "6011"): 1, ("ejerformKode", "1"): 2, ("ejerformKode", "3"): 1,
        ("kommuneKode, daginstitution", "101"): 1, ("kommuneKode, daginstitution", "751"): 1,
        ("kommuneKode, anvisningsenhed", "101"): 2, ("kommuneKode, anvisningsenhed", "751"): 1,
        ("kommuneKode, alternativ adresse", "101"): 1,
        ("åbnet", "2026-01"): 6, ("A-numre", "åbne"): 1,
    }  # fmt: skip
    assert counted(client, "?dato=2026-03-31") == before
    after = before | {
        ("niveau", "anvisningsenhed"): 2, ("kommuneKode, anvisningsenhed", "101"): 1, ("nedlagt", "2026-04"): 1,
    }  # fmt: skip
    after = {name: count for name, count in after.items() if name not in {("instType3", "6011"), ("ejerformKode", "3")}}
    assert counted(client, "?dato=2026-04-01") == after
    text = read(client, f"{PAGE}?dato=2026-03-31")
    assert "De åbne dagtilbud den 31. marts 2026." in text
    assert "2 daginstitutioner 3 anvisningsenheder 1 alternative adresser" in text
    assert "Aldersintegreret institution (0-5 år) 2 66,7 % Børnehave (3-5 år) 1 33,3 %" in text
    assert len([row for row in rows(client) if row[1] == "kommuneKode, daginstitution"]) == 98


def test_months_tell_what_opened_closed_and_was_consolidated(client: Client) -> None:
    top = builders.daginstitution(on=MARCH)
    one, other = builders.unit(top, on=MARCH), builders.unit(top, on=MARCH, name="Ternen")
    lifecycle.correct(one, on=date(2026, 5, 2), actor=ACTOR, name="Mågen")  # neither opens nor closes anything
    lifecycle.close(other, on=APRIL, actor=ACTOR, reason="")
    lifecycle.reopen(other, on=date(2026, 6, 1), actor=ACTOR, reason="")
    wrong = builders.unit(top, on=MARCH, name="Forkert")
    lifecycle.close(wrong, on=APRIL, actor=ACTOR, reason="", cause="fejloprettet")
    absorb(one, "A10001")
    told = statistics.months(JUNE)
    assert [month.first for month in told] == [
        *(date(2026, month, 1) for month in range(6, 0, -1)), *(date(2025, month, 1) for month in range(12, 6, -1)),
    ]  # fmt: skip
    happened = {month.first: month for month in told if month.opened or month.closed or month.consolidated}
    assert happened == {
        date(2026, 6, 1): Month(date(2026, 6, 1), 1, 0, 0),
        date(2026, 4, 1): Month(date(2026, 4, 1), 0, 1, 1),
        date(2026, 3, 1): Month(date(2026, 3, 1), 3, 0, 0),
    }
    assert statistics.months(date(2026, 3, 14))[0].opened == 0  # what is to come is not there yet
    assert "Jun 2026 1 0 0" in read(client, f"{PAGE}?dato={JUNE}")


def test_the_phase_out_is_told_in_counts_alone(client: Client) -> None:
    assert "Der er ingen A-numre." in read(client, PAGE)
    one = builders.unit()
    absorb(one, "A10001")
    builders.legacy("A10002", end=APRIL)
    builders.legacy("A10003")
    assert statistics.phase_out(APRIL) == PhaseOut(open=1, consolidated=1, closed=1)
    assert statistics.phase_out(MARCH) == PhaseOut(open=3, consolidated=0, closed=0)
    text = read(client, f"{PAGE}?dato=2026-04-01")
    assert "2 af 3 A-numre er ude af brug: 1 er konsolideret ind i registeret, og 1 er nedlagt. 1 bruges endnu." in text
    assert not re.search(r"A1000\d", client.get(PAGE).content.decode())


def test_each_figure_leads_to_the_list_that_it_counts(client: Client) -> None:
    builders.tree()
    shown = client.get(PAGE).content.decode()
    links = [(unescape(link), int(count)) for link, count in re.findall(r'<a href="(/\?[^"]+)">(\d+)</a>', shown)]
    assert len(links) == 8  # three levels, a type, an ownership, three of a municipality
    for link, count in links:
        assert f"{count} fundet" in said(client.get(link)), link


def test_on_another_day_a_figure_leads_to_the_interfaces_file(client: Client) -> None:
    top, unit, _below = builders.tree()
    lifecycle.close(builders.unit(top, name="Ternen"), on=APRIL, actor=ACTOR, reason="")
    lifecycle.correct(unit, on=JUNE, actor=ACTOR, institution_type="6011")
    shown = client.get(f"{PAGE}?dato=2026-05-01").content.decode()
    links = re.findall(r'<a href="(/api/v1/institutioner/[^"]+)">(\d+)</a>', shown)
    assert len(links) == 8
    for link, count in links:
        response = cast("StreamingHttpResponse", client.get(unescape(link)))
        lines = b"".join(cast("Any", response.streaming_content)).decode().splitlines()
        assert len(lines) - 1 == int(count), link
    assert 'href="/kommune/101/?dato=2026-05-01"' in shown
    assert f'href="{TABLE}?dato=2026-05-01"' in shown


def test_a_day_that_is_none_gets_help_and_the_first_and_the_last_are_days(client: Client) -> None:
    assert "»dato« er en dag, skrevet ÅÅÅÅ-MM-DD" in read(client, f"{PAGE}?dato=i+går", 400)
    builders.unit()
    assert "0 daginstitutioner" in read(client, f"{PAGE}?dato=0001-01-01")
    assert "1 daginstitutioner" in read(client, f"{PAGE}?dato=9999-12-31")
    tomorrow = periods.today() + timedelta(days=1)
    assert "De dagtilbud, der efter det, registeret ved nu, er åbne" in read(client, f"{PAGE}?dato={tomorrow}")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", [PAGE, TABLE])
def test_figures_take_as_many_queries_for_three_as_for_one(
    client: Client, count: int, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for nth in range(count):
        _top, unit, below = builders.tree()
        absorb(unit, f"A2000{nth}")
        lifecycle.close(below, on=APRIL, actor=ACTOR, reason="")
    with django_assert_num_queries(6):
        assert client.get(address).status_code == 200
