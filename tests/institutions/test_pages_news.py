"""`/nyheder/`: what has happened, for people, and as an Atom feed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils.formats import date_format

from institutions import consolidation, facts, lifecycle, news
from institutions.columns import EVENT_NAMES
from registry import ledger, periods
from registry.ledger import Entry
from tests import builders
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Consolidation, Institution

pytestmark = pytest.mark.django_db
PAGE, FEED = "/nyheder/", "/nyheder/atom.xml"
SPRING, MAY, JUNE, LATER = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2099, 1, 1)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def absorb(into: Institution, number: str = "A10001") -> Consolidation:
    absorbed = builders.legacy(number, email="hemmelig@vuggestue.example", phone="88776655")
    plan = consolidation.plan(into, absorbed, on=SPRING)
    return consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR, reason="Kirsten ved det")


def entries(client: Client, query: str = "") -> list[ET.Element]:
    response = client.get(f"{FEED}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(response.content).findall("a:entry", ATOM)  # noqa: S314 - our own


def heads(page: str) -> list[str]:
    """Whom each line of the page is about."""
    return re.findall(r'<h3 class="hit-name">\s*<a href="[^"]*">(.*?)</a>', page)


def titles(client: Client, query: str = "") -> list[str]:
    return [one.findtext("a:title", "", ATOM) for one in entries(client, query)]


def test_before_anything_has_happened_the_page_says_so(client: Client) -> None:
    assert "Intet at vise Der er ikke sket noget." in read(client, PAGE)
    assert "Intet i registeret passer til det, du har valgt." in read(client, f"{PAGE}?kommune=101")
    assert entries(client) == []


def test_everything_that_happens_is_told_newest_first(client: Client) -> None:
    top, other = builders.daginstitution(), builders.daginstitution(name="Klynge Syd")
    one, heir = builders.unit(top), builders.unit(top, name="Ternen")
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    lifecycle.move(one, to=other, on=SPRING, actor=ACTOR)
    lifecycle.close(one, on=LATER, actor=ACTOR, reason="", cause="sammenlagt", successors=[heir])
    consolidation.undo(absorb(heir), actor=ACTOR, reason="")
    told = [
        f"Ternen ({heir.number}): Har afgivet A10001 LÆRKEREDEN igen",
        f"Ternen ({heir.number}): Har optaget A10001 LÆRKEREDEN",
        "LÆRKEREDEN (A10001): Oprettet",
        f"Mågen ({one.number}): Nedlagt: sammenlagt med en anden",
        f"Mågen ({one.number}): Flyttet til {other.number} Klynge Syd",
        f"Mågen ({one.number}): Navn ændret",
        f"Ternen ({heir.number}): Oprettet", f"Lærkereden ({one.number}): Oprettet",
        f"Klynge Syd ({other.number}): Oprettet", f"Klynge Nord ({top.number}): Oprettet",
    ]  # fmt: skip
    assert titles(client) == told
    text = read(client, PAGE)
    assert heads(client.get(PAGE).content.decode()) == [line.split(" (")[0] for line in told]
    assert f"I dag, {date_format(periods.today())}" in text
    assert (
        f"Mågen {one.number} Anvisningsenhed København Nedlagt: sammenlagt med en anden, gælder fra den 1. januar 2099"
        f" Efterfølgere {heir.number} Ternen"
    ) in text
    assert "Navn fra Lærkereden → til Mågen" in text
    shown = client.get(PAGE).content.decode()
    assert {one.number, heir.number, "A10001"} <= set(re.findall(r'href="/institution/([A-Z0-9]{6})/"', shown))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("oprettet", ["Mågen: Genåbnet", "Lærkereden: Oprettet", "Klynge Nord: Oprettet"]),
        ("nedlagt", ["Mågen: Nedlagt", "Mågen: Nedlagt"]), ("navn", ["Mågen: Navn ændret"]), ("flyttet", []),
        ("konsolideret", []), ("rettet", ["Mågen: P-nummer ændret", "Mågen: Navn ændret"]), ("ikraft", []),
        ("fortrudt", ["Mågen: Planlagt ændring trukket tilbage"]),
    ],
)  # fmt: skip
def test_a_kind_and_a_municipality_leave_in_what_is_theirs(client: Client, kind: str, told: list[str]) -> None:
    one = builders.unit()
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    lifecycle.correct(one, on=MAY, actor=ACTOR, p_number="1087654321")
    lifecycle.close(one, on=LATER, actor=ACTOR, reason="")
    lifecycle.withdraw(one, on=LATER, actor=ACTOR, reason="")
    lifecycle.close(one, on=JUNE, actor=ACTOR, reason="")
    lifecycle.reopen(one, on=JUNE, actor=ACTOR, reason="")
    builders.unit(kommune="751", name="Ternen")
    everywhere, here, there = (
        [re.sub(r" \(.*?\)", "", title) for title in titles(client, f"?haendelse={kind}{more}")]
        for more in ("", "&kommune=101", "&kommune=751")
    )
    assert here == told
    assert there == (["Ternen: Oprettet", "Klynge Nord: Oprettet"] if kind == "oprettet" else [])
    assert everywhere == there + here


def test_only_what_is_public_is_told(client: Client) -> None:
    unit = builders.unit()
    builders.agreement(unit)
    absorb(unit)
    lifecycle.correct(unit, on=SPRING, actor=ACTOR, reason="Kirsten rettede", name="<b>Mågen</b>")
    with transaction.atomic():
        ledger.record([Entry("user.add", "G99999", {"after": {"versions": []}}, "hemmeligt")], actor=ACTOR)
    said = client.get(PAGE).content.decode() + client.get(FEED).content.decode()
    for secret in ("kirsten", "Kirsten", "aftale:", "Børnesoft", "hemmelig", "88776655", "G99999", "<b>"):
        assert secret not in said.replace('/aftaler/"', "")
    assert "&amp;lt;b&amp;gt;Mågen" in client.get(FEED).content.decode()  # once for XML, once for HTML
    assert set(news.ACTIONS) <= set(EVENT_NAMES)


def test_pages_are_turned_both_ways_and_none_is_skipped_or_repeated(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "PAGE", 3)
    one = builders.unit()
    for nth in range(6):
        lifecycle.correct(one, on=SPRING + timedelta(days=nth), actor=ACTOR, name=f"Navn {nth}")
    address, turned = PAGE, []
    while address:
        shown = client.get(address).content.decode()
        turned.append(heads(shown))
        found = re.search(r'href="(\?[^"]*)" rel="next"', shown)
        address = f"{PAGE}{found[1]}" if found else ""
    assert turned == [["Navn 5", "Navn 4", "Navn 3"], ["Navn 2", "Navn 1", "Navn 0"], ["Lærkereden", "Klynge Nord"]]
    last = news.page(news.Asked())
    assert (last.newer, last.older) == (None, 6)
    middle = news.page(news.Asked(), before=last.older)
    assert (middle.newer, middle.older) == (5, 3)
    assert news.page(news.Asked(), after=middle.newer).news == last.news
    assert news.page(news.Asked(), before=middle.older).older is None
    assert news.page(news.Asked(), after=last.news[0].story.seq).news == ()


def test_a_day_is_the_last_that_is_shown(client: Client) -> None:
    builders.unit()
    today = periods.today()
    assert "Lærkereden" in read(client, f"{PAGE}?dato={today}")
    assert "Intet at vise" in read(client, f"{PAGE}?dato={today - timedelta(days=1)}")
    assert titles(client, f"?dato={today - timedelta(days=1)}") == []


@pytest.mark.parametrize("query", ["kommune=999", "haendelse=x", "dato=i+går", "foer=0", "foer=x", "efter=-1"])
def test_what_cannot_be_asked_is_told(client: Client, query: str) -> None:
    assert "Siden kan ikke vises" in read(client, f"{PAGE}?{query}", 400)
    assert client.get(f"{FEED}?{query}").status_code == 400


def test_empty_fields_leave_the_address(client: Client) -> None:
    response = client.get(f"{PAGE}?kommune=101&haendelse=&dato=")
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?kommune=101")


def test_the_feed_can_be_found_and_knows_itself(client: Client) -> None:
    one = builders.unit()
    assert f'href="{FEED}?kommune=101"' in client.get(f"{PAGE}?kommune=101").content.decode()
    response = client.get(f"{FEED}?kommune=101")
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    here = "http://testserver"
    assert links == {"alternate": f"{here}{PAGE}?kommune=101", "self": f"{here}{FEED}?kommune=101"}
    assert root.findtext("a:title", "", ATOM) == "Nyt i Dagtilbudsregisteret: København"
    ids = [entry.findtext("a:id", "", ATOM) for entry in root.findall("a:entry", ATOM)]
    assert len(set(ids)) == 2
    again = client.get(f"{FEED}?kommune=101", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    assert client.get(f"{FEED}?kommune=101", headers={"If-None-Match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [(PAGE, 7), (f"{PAGE}?kommune=101&haendelse=nedlagt", 7), (f"{PAGE}?dato=2099-01-01", 8)]
)
def test_news_take_as_many_queries_for_three_as_for_one(
    client: Client, count: int, address: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for nth in range(count):
        one, heir = builders.unit(), builders.unit(name=f"Ternen {nth}")
        lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
        absorb(heir, f"A2000{nth}")
        lifecycle.close(one, on=MAY, actor=ACTOR, reason="", cause="sammenlagt", successors=[heir])
    with django_assert_num_queries(queries):
        read(client, address)


def test_a_character_that_xml_cannot_say_takes_the_feed_from_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = builders.unit()
    with monkeypatch.context() as before:  # such names were taken once
        before.setattr(facts, "UNSTORABLE", re.compile("\0"))
        lifecycle.correct(one, on=SPRING, actor=ACTOR, name="M\x01å\x1bg\uffffen")
    assert titles(client)[0].startswith(f"Mågen ({one.number})")
