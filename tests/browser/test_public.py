"""The public pages as they are met: with a keyboard, on a phone, without a script."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from institutions import consolidation, lifecycle, snapshots
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from institutions.models import Institution
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
SPRING = date(2026, 4, 1)


def consolidated(survivor: Institution) -> Institution:
    absorbed = builders.legacy()
    plan = consolidation.plan(survivor, absorbed, on=SPRING)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    return absorbed


def test_a_visitor_finds_an_institution_with_the_keyboard_alone(visit: Visit) -> None:
    _top, unit, below = builders.tree()
    page = visit.to("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("lærkereden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 fundet")).to_be_visible()
    assert page.url.endswith("/?q=l%C3%A6rkereden")
    first = page.get_by_role("link", name="Lærkereden", exact=True)
    first.focus()
    assert first.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.server}/institution/{unit.number}/")
    expect(page.get_by_role("navigation", name="Brødkrumme")).to_contain_text("Klynge Nord")
    page.get_by_role("complementary").get_by_role("link", name="Lærkereden, udflytter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lærkereden, udflytter")
    expect(page.get_by_role("complementary")).to_contain_text(below.number)


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(visit: Visit) -> None:
    page = visit.to("/kommune/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Gå til sidens indhold")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_an_old_number_leads_to_what_it_became(phone: Visit) -> None:
    survivor = builders.unit()
    consolidated(survivor)
    page = phone.to("/opslag/")
    page.get_by_label("Institutionsnumre").fill("A10001\nG99999")
    page.get_by_role("button", name="Slå op").click()
    expect(page.get_by_role("heading", name="2 svar")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("G99999 er aldrig udstedt af registeret.")
    page.get_by_role("link", name="A10001").click()
    expect(page.get_by_role("heading", name=f"Brug {survivor.number} i stedet")).to_be_visible()
    page.get_by_role("link", name=f"{survivor.number} Lærkereden").first.click()
    expect(page).to_have_url(re.compile(survivor.number))


def test_filters_and_pages_work_without_a_script(phone: Visit) -> None:
    top = builders.daginstitution()
    for nth in range(27):
        builders.unit(top, name=f"Stue {nth:02}")
    page = phone.to("/?q=stue")
    page.get_by_role("link", name="Næste side").click()
    expect(page.get_by_role("listitem").filter(has_text="Stue 26")).to_be_visible()
    page.get_by_text("Afgræns søgningen").click()
    page.get_by_label("Kommune", exact=True).select_option("Aarhus")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Intet fundet på »stue«")


def test_a_municipality_folds_and_what_is_open_can_be_searched_in(visit: Visit) -> None:
    top, unit, _below = builders.tree()
    page = visit.to("/kommune/101/")
    link = page.get_by_role("link", name="Lærkereden", exact=True)
    expect(link).to_be_visible()
    page.get_by_text(top.number).first.click()
    expect(link).to_be_hidden()
    page.get_by_text(top.number).first.click()
    link.click()
    expect(page).to_have_url(re.compile(unit.number))


def test_a_day_is_chosen_and_left_again(visit: Visit) -> None:
    one = builders.unit()
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    page = visit.to(f"/institution/{one.number}/")
    page.get_by_label("Vis, hvad der gjaldt den").fill("2026-03-01")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lærkereden")
    page.get_by_role("link", name="Vis i dag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mågen")


@pytest.mark.parametrize("who", ["visit", "phone"])
def test_no_page_is_wider_than_its_window_and_every_field_has_its_label(
    request: pytest.FixtureRequest, who: str
) -> None:
    visitor: Visit = request.getfixturevalue(who)
    _top, unit, _below = builders.tree()
    absorbed = consolidated(unit)
    snapshots.make()
    paths = ("/", "/?q=l%C3%A6rke", "/?kommune=101", "/kommune/", "/kommune/101/", f"/opslag/?numre={unit.number}+xx",
             f"/institution/{unit.number}/", f"/institution/{absorbed.number}/", "/hent-data/", "/nyheder/",
             "/nyheder/?kommune=101&haendelse=oprettet", "/statistik/", "/statistik/?dato=2026-03-01")  # fmt: skip
    found = {}
    for path in paths:
        page = visitor.to(path)
        found[path] = [
            page.evaluate("document.documentElement.scrollWidth - innerWidth"),
            page.locator("h1").count(),
            page.locator("header, main, footer").count(),
            page.evaluate("[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
                          ".filter(field => !field.labels.length).length"),
            page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)"
                          ".filter((id, nth, all) => all.indexOf(id) != nth)"),
        ]  # fmt: skip
    assert found == {path: [0, 1, 3, 0, []] for path in paths}


def test_a_file_is_chosen_and_fetched_without_a_script(phone: Visit) -> None:
    builders.unit(name="Mågen")
    page = phone.to("/hent-data/")
    page.get_by_label("Som det gjaldt den").fill("2026-03-01")
    page.get_by_label("Niveau").select_option("Anvisningsenhed")
    page.get_by_label("Kommune", exact=True).select_option("København")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Hent filen").click()
    asked = "gaeldende=2026-03-01&niveau=anvisningsenhed&kommuneKode=101&status=Aktiv&format=csv"
    assert fetched.value.url == f"{phone.server}/api/v1/institutioner/?{asked}"
    assert fetched.value.suggested_filename == "institutioner.csv"
    assert "Mågen" in fetched.value.path().read_text(encoding="utf-8-sig")


def test_news_are_narrowed_and_lead_to_the_institution(phone: Visit) -> None:
    one = builders.unit()
    builders.unit(name="Ternen", kommune="751")
    lifecycle.correct(one, on=SPRING, actor=ACTOR, name="Mågen")
    page = phone.to("/")
    page.get_by_role("link", name="se, hvad der er nyt").click()
    expect(page.get_by_role("heading", level=3)).to_have_count(5)
    page.get_by_text("Vælg kommune, hændelse eller dag").click()
    page.get_by_label("Kommune", exact=True).select_option("København")
    page.get_by_label("Hændelse").select_option("Skiftet navn")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page).to_have_url(f"{phone.server}/nyheder/?kommune=101&haendelse=navn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nyt fra København")
    page.get_by_role("link", name="Mågen").click()
    expect(page).to_have_url(re.compile(rf"/institution/{one.number}/$"))


def test_a_figure_leads_to_its_list(visit: Visit) -> None:
    builders.unit(name="Mågen")
    page = visit.to("/")
    page.get_by_role("link", name="registeret i tal", exact=True).click()
    table = page.get_by_role("table", name="Anvisningsenheder efter type")
    row = table.get_by_role("row", name="Aldersintegreret institution")
    expect(row.get_by_role("cell").last).to_have_text("100,0 %")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="1 fundet")).to_be_visible()
    expect(page.get_by_role("link", name="Mågen")).to_be_visible()
