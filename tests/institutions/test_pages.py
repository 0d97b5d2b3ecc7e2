"""The public pages: what each says, with which status, in how many queries."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.formats import date_format

from agreements.models import DataAgreement
from institutions import consolidation, lifecycle
from registry import periods
from tests import builders
from tests.builders import ACTOR, NEW_YEAR

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
SPRING, LATER = date(2026, 4, 1), date(2099, 1, 1)


def said(response: HttpResponseBase) -> str:
    """What a reader reads of the main part of a page."""
    main = bytes(getattr(response, "content", b"")).decode().split("<main", 1)[1].partition(">")[2].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main))).replace(" .", ".").strip()


def read(client: Client, url: str, status: int = 200, **headers: str) -> str:
    response = client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == status
    return said(response)


def page(client: Client, institution: Institution, query: str = "") -> str:
    return read(client, f"/institution/{institution.number}/{query}")


def absorb(into: Institution, on: date = SPRING) -> Institution:
    absorbed = builders.legacy(email="hemmelig@vuggestue.example", phone="88776655")
    plan = consolidation.plan(into, absorbed, on=on)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR, reason="Kirsten ved det")
    return absorbed


# Search
def test_the_front_page_says_what_it_is_and_how_much_there_is(client: Client) -> None:
    builders.tree()
    text = read(client, "/")
    assert text.startswith("Find et dagtilbud")
    assert "1 daginstitution 1 anvisningsenhed 1 alternativ adresse" in text


@pytest.mark.parametrize("accept", ["en-US,en;q=0.9", "da"])
def test_a_page_is_danish_whatever_the_browser_was_installed_with(client: Client, accept: str) -> None:
    one = builders.unit()
    assert "Gælder fra den 1. januar 2026." in read(client, f"/institution/{one.number}/", accept_language=accept)


@pytest.mark.parametrize("written", ["{}", " {} ", "g{digits}", "{letter} {digits}"])
def test_a_number_in_the_search_field_leads_to_its_institution(client: Client, written: str) -> None:
    one = builders.unit()
    typed = written.format(one.number, digits=one.number[1:], letter=one.number[0])
    response = client.get("/", {"q": typed})
    assert (response.status_code, response["Location"]) == (302, f"/institution/{one.number}/")


def test_a_number_that_is_closed_or_consolidated_is_found_too(client: Client) -> None:
    closed, survivor = builders.unit(), builders.unit()
    absorbed = absorb(survivor)
    lifecycle.close(closed, on=SPRING, actor=ACTOR, reason="")
    for one in (closed, absorbed):
        assert client.get("/", {"q": one.number})["Location"] == f"/institution/{one.number}/"


def test_an_address_holds_only_what_was_asked_for(client: Client) -> None:
    response = client.get("/", {"q": "måge", "kommune": "", "status": "alle"})
    assert response["Location"] == "/?q=m%C3%A5ge&status=alle"
    assert client.get("/?q=")["Location"] == "/"


def test_a_number_that_was_never_issued_is_told_apart_from_a_word(client: Client) -> None:
    assert "G99999 er aldrig udstedt af registeret." in read(client, "/?q=G99999")


def test_hits_show_what_tells_them_apart_and_nothing_found_gives_advice(client: Client) -> None:
    one = builders.unit(name="Solstrålen")
    text = read(client, "/?q=solstr%C3%A5len")
    assert "1 fundet" in text
    assert f"Solstrålen {one.number} Aldersintegreret institution (0-5 år) Kommunal" in text
    assert "Intet passer helt på »solstarlen«. Det her ligner:" in read(client, "/?q=solstarlen")
    assert "Intet fundet på »qwertzy«" in read(client, "/?q=qwertzy")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("kommune=999", "»999« kan ikke vælges her."),
        ("status=%00", "»\x00« kan ikke vælges her."),
        ("side=to", "En side er et helt tal."),
        ("q=" + "a" * 151, "Søgningen er for lang: højst 150 tegn."),
        ("q=a%00b", "Null-tegn er ikke tilladte."),
    ],
)
def test_malformed_input_gets_a_clear_sentence(client: Client, query: str, sentence: str) -> None:
    assert sentence in read(client, f"/?{query}", 400)


def test_what_is_written_is_never_markup(client: Client) -> None:
    builders.unit(name="<script>alert(1)</script>")
    response = client.get("/", {"q": "<script>"})
    assert "<script" not in response.content.decode()


# An institution
def test_an_open_unit_shows_its_facts_and_its_place(client: Client) -> None:
    top, middle, below = builders.tree()
    text = page(client, middle)
    assert f"Lærkereden {middle.number} Anvisningsenhed Åben" in text
    assert "Institutionstype Aldersintegreret institution (0-5 år) Ejerform Kommunal" in text
    assert "Adresse Lærkevej 7, 2400 København NV Koordinater 55,70000° N, 12,53000° Ø" in text
    assert (
        f"Klynge Nord {top.number} · daginstitution Lærkereden {middle.number} · anvisningsenhed"
        f" Lærkereden, udflytter {below.number} · alternativ adresse"
    ) in text
    assert f"Klynge Nord {top.number} · daginstitution Lærkereden {middle.number}" in page(client, below)


def test_what_is_dated_ahead_is_told(client: Client) -> None:
    top = builders.daginstitution()
    one, other = builders.unit(top), builders.unit(top, name="Ternen")
    lifecycle.correct(one, on=LATER, actor=ACTOR, name="Mågen", p_number="1087654321")
    lifecycle.close(other, on=LATER, actor=ACTOR, reason="", cause="opdelt")
    assert "Skifter navn til »Mågen« den 1. januar 2099. P-nummer bliver 1087654321 den 1. januar 2099." in page(
        client, one
    )
    assert "Nedlægges pr. 1. januar 2099: opdelt i flere." in page(client, other)


def test_one_that_is_to_open_is_coming(client: Client) -> None:
    one = builders.unit(builders.daginstitution(), on=LATER)
    text = page(client, one)
    assert f"Lærkereden {one.number} Anvisningsenhed Kommende" in text
    assert "Åbner den 1. januar 2099." in text
    assert "Det gælder fra den 1. januar 2099" in text


def test_a_day_in_the_past_shows_what_held_then(client: Client) -> None:
    one = builders.unit()
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    text = page(client, one, "?dato=2026-03-31")
    assert text.startswith(
        f"Lærkereden {one.number} Anvisningsenhed Åben Siden viser, hvad der gælder den 31. marts 2026."
    )
    assert "Skifter navn til »Mågen« den 1. april 2026." in text
    assert page(client, one, "?dato=2026-04-01").startswith("Mågen")
    assert "»dato« er en dag, skrevet ÅÅÅÅ-MM-DD, fx 2026-08-01." in read(
        client, f"/institution/{one.number}/?dato=i+går", 400
    )


def test_a_closed_one_tells_why_and_who_took_over(client: Client) -> None:
    top = builders.daginstitution()
    one, other = builders.unit(top), builders.unit(top, name="Ternen")
    lifecycle.close(one, on=SPRING, actor=ACTOR, reason="", cause="sammenlagt", successors=[other])
    text = page(client, one)
    assert (
        f"Nedlagt pr. 1. april 2026 Årsag: sammenlagt med en anden. Det blev videreført af: {other.number} Ternen"
        in text
    )
    assert "Det gjaldt til og med den 31. marts 2026" in text
    assert f"Har overtaget fra {one.number} Lærkereden" in page(client, other)


def test_a_consolidated_number_says_what_happened_and_where_it_lives_on(client: Client) -> None:
    survivor = builders.unit()
    absorbed = absorb(survivor)
    text = page(client, absorbed)
    assert f"Brug {survivor.number} i stedet A10001 blev konsolideret pr. 1. april 2026" in text
    assert f"Konsolideret ind i {survivor.number} Lærkereden" in text
    assert "Har optaget A10001 LÆRKEREDEN pr. 1. april 2026" in page(client, survivor)
    lifecycle.correct(survivor, on=SPRING, actor=ACTOR, name="Mågen")
    undo = consolidation.standing(type(absorbed).objects.get(pk=absorbed.pk))
    assert undo is not None
    consolidation.undo(undo, actor=ACTOR, reason="")
    assert "Brug" not in page(client, absorbed).split("Historik")[0]
    assert f"Konsolideringen ind i {survivor.number} Mågen er fortrudt" in page(client, absorbed)


def test_one_that_was_issued_in_error_is_gone(client: Client) -> None:
    one = builders.unit()
    lifecycle.close(one, on=SPRING, actor=ACTOR, reason="", cause="fejloprettet")
    text = read(client, f"/institution/{one.number}/", 410)
    assert f"Nummeret {one.number} blev trukket tilbage pr. 1. april 2026 og bruges ikke igen." in text


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [("G99999", 404, "G99999 er aldrig udstedt af registeret."), ("hest", 400, "»hest« er ikke et institutionsnummer")],
)
def test_what_is_no_number_or_never_was_gets_help(client: Client, number: str, status: int, sentence: str) -> None:
    assert sentence in read(client, f"/institution/{number}/", status)


def test_a_number_written_otherwise_moves_to_its_own_address(client: Client) -> None:
    one = builders.unit()
    response = client.get(f"/institution/{one.number.lower()}/")
    assert (response.status_code, response["Location"]) == (301, f"/institution/{one.number}/")


def test_history_is_told_in_words_without_persons_reasons_and_agreements(client: Client) -> None:
    survivor = builders.unit()
    absorbed = absorb(survivor)
    builders.agreement(survivor)
    lifecycle.correct(survivor, on=SPRING, actor=ACTOR, reason="Kirsten rettede", name="Mågen")
    text = page(client, survivor)
    today = date_format(periods.today())
    assert f"Navn ændret Gælder fra den 1. april 2026. Registreret den {today}. Navn fra Lærkereden → til Mågen" in text
    assert DataAgreement.objects.count() == 1
    for secret in ("kirsten", "Kirsten", "agreement", "Børnesoft", "hemmelig@vuggestue.example", "88776655"):
        assert secret not in page(client, absorbed) + text


# A municipality
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
    ("code", "status", "location"), [("0101", 301, "/kommune/101/"), ("999", 422, ""), ("x", 422, "")]
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


# The frame
@pytest.mark.parametrize("url", ["/", "/?q=x", "/kommune/", "/kommune/101/", "/opslag/", "/findes-ikke/"])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: Client, url: str) -> None:
    source = client.get(url).content.decode()
    assert re.findall(r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=|https?://", source) == []


def test_an_unknown_address_has_a_page_with_a_search_field(client: Client) -> None:
    assert "Siden findes ikke" in read(client, "/findes-ikke/", 404)


def test_pages_are_only_read(client: Client) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200


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
        page(client, units[0])


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
