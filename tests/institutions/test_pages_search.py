"""The front page, and the frame that all pages have."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import consolidation, lifecycle
from tests import builders
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
SPRING = date(2026, 4, 1)


def absorb(into: Institution) -> Institution:
    absorbed = builders.legacy()
    plan = consolidation.plan(into, absorbed, on=SPRING)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    return absorbed


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


def test_signs_alone_and_pages_out_of_reach_are_no_errors(client: Client) -> None:
    builders.unit()
    for query in ("q=,,,", "q=+", "q=%25", "q=x&side=99999999999999999999"):
        read(client, f"/?{query}")


def test_a_language_is_chosen_by_a_form_alone(client: Client) -> None:
    assert client.post("/sprog/", {"language": "en"}).cookies["django_language"].value == "en"


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
