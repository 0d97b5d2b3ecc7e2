"""A municipality's page, the look-up, and in how many queries every page is made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from institutions import consolidation, lifecycle
from tests import builders
from tests.builders import ACTOR, NEW_YEAR
from tests.reading import read, said

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)


def absorb(into: Institution) -> Institution:
    absorbed = builders.legacy()
    plan = consolidation.plan(into, absorbed, on=SPRING)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    return absorbed


def test_a_municipality_shows_its_tree_counts_and_regions(client: Client) -> None:
    top, middle, below = builders.tree()
    builders.unit(top, name="Ternen", institution_type="6011", ownership="3", legal_ground="13")
    builders.unit(name="Dagplejen Øst", institution_type="6013", legal_ground="20", parent=_childminding())
    text = read(client, "/kommune/101/?dato=2026-06-01")
    assert text.startswith(
        "Københavns Kommune Kommunekode 101 Region Hovedstaden fra den 1. januar 2027: Region Østdanmark"
    )
    assert "2 daginstitutioner 3 anvisningsenheder 1 alternativ adresse" in text
    assert f"Klynge Nord {top.number} · 2 enheder" in text
    assert f"Lærkereden {middle.number} · Aldersintegreret institution (0-5 år) · Lærkevej 7, 2400 København NV" in text
    assert f"Lærkereden, udflytter {below.number}" in text
    assert text.index("Dagpleje Dagplejen") > text.index("Ternen")
    assert "Region Østdanmark" in read(client, "/kommune/101/?dato=2027-01-01").split("daginstitutioner")[0]


def _childminding() -> Institution:
    return builders.daginstitution(name="Dagplejen", legal_ground="20")


def test_a_municipality_shows_its_closed_ones_on_demand(client: Client) -> None:
    lifecycle.close(builders.unit(), on=SPRING, actor=ACTOR, reason="")
    assert "Vis 1 nedlagt" in read(client, "/kommune/101/")
    assert "nedlagt pr. 1. april 2026" in read(client, "/kommune/101/?nedlagte=1")


def test_many_daginstitutioner_are_parted_by_letter_in_danish_order(client: Client) -> None:
    for nth in range(58):
        builders.daginstitution(name=f"Borg {nth:02}")
    for name in ("Aalborghus", "Ørne", "7-springeren"):
        builders.daginstitution(name=name)
    assert "Daginstitutioner # B Ø Å #" in read(client, "/kommune/101/")


@pytest.mark.parametrize(
    ("code", "status", "location"), [("0101", 301, "/kommune/101/"), ("999", 404, ""), ("x", 404, "")]
)
def test_a_municipality_has_one_address(client: Client, code: str, status: int, location: str) -> None:
    response = client.get(f"/kommune/{code}/")
    assert (response.status_code, response.get("Location", "")) == (status, location)


def test_the_list_holds_all_municipalities_by_region(client: Client) -> None:
    builders.unit()
    response = client.get("/kommune/?dato=2026-06-01")
    assert response.content.decode().count('href="/kommune/') == 99  # 98, and the menu
    assert "Region Hovedstaden Albertslund 0 enheder" in said(response)
    assert "København 1 enhed" in said(response)


# Look-up
def test_many_numbers_are_looked_up_in_their_order(client: Client) -> None:
    one = builders.unit()
    absorb(one)
    response = client.post("/opslag/", {"numre": f"A10001\r\n{one.number.lower()}, G99999;xx\nA10001"})
    text = said(response)
    assert "5 svar" in text
    consolidated = f"A10001 LÆRKEREDEN Konsolideret ind i {one.number} Lærkereden pr. 1. april 2026. {one.number}"
    assert (
        f"{consolidated} {one.number} Lærkereden Åben siden den 1. januar 2026. {one.number}"
        " G99999 – G99999 er aldrig udstedt af registeret. –"
        " xx – »xx« er ikke et institutionsnummer: et bogstav (A, D eller G) og fem tegn, fx G23218. –"
        f" {consolidated}"
    ) in text


def test_a_look_up_can_be_shared_and_says_when_there_is_nothing_to_look_up(client: Client) -> None:
    one = builders.unit()
    assert "1 svar" in read(client, f"/opslag/?numre={one.number}")
    assert "Skriv mindst ét nummer." in read(client, "/opslag/?numre=", 400)
    assert "Højst 5000 numre ad gangen; her er 5001." in said(client.post("/opslag/", {"numre": "A " * 5001}))


# Constant queries
@pytest.mark.parametrize("count", [1, 3])
def test_an_institution_takes_as_many_queries_for_three_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    top = builders.daginstitution()
    units = [builders.unit(top, name=f"Enhed {nth}") for nth in range(count)]
    for nth, one in enumerate(units):
        builders.alternative(one)
        lifecycle.correct(units[0], on=NEW_YEAR + timedelta(days=nth + 1), actor=ACTOR, name=f"Navn {nth}")
    with django_assert_num_queries(13):
        read(client, f"/institution/{units[0].number}/")


@pytest.mark.parametrize("count", [1, 3])
def test_a_municipality_takes_as_many_queries_for_three_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _nth in range(count):
        builders.tree()
        lifecycle.close(builders.unit(), on=SPRING, actor=ACTOR, reason="")
    with django_assert_num_queries(9):
        read(client, "/kommune/101/?nedlagte=1")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [("/?q=navn", 5), ("/?kommune=101", 5), ("/kommune/", 4)])
def test_lists_take_as_many_queries_for_three_as_for_one(
    client: Client, count: int, url: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for nth in range(count):
        builders.unit(name=f"Navn {nth}")
    with django_assert_num_queries(queries):
        read(client, url)


@pytest.mark.parametrize("count", [1, 3])
def test_a_look_up_takes_as_many_queries_for_three_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    top, survivor = builders.daginstitution(), builders.unit()
    numbers: list[Any] = []
    for nth in range(count):
        closed, absorbed = builders.unit(top), builders.legacy(f"A2000{nth}")
        lifecycle.close(closed, on=SPRING, actor=ACTOR, reason="", successors=[survivor])
        plan = consolidation.plan(survivor, absorbed, on=SPRING)
        consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
        numbers += [closed.number, absorbed.number]
    with django_assert_num_queries(7):
        assert client.post("/opslag/", {"numre": " ".join(numbers)}).status_code == 200
