"""A registrar's day in a real browser: find, correct, move with the box that proposes, consolidate, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from institutions.duplicates import candidates
from registry import periods
from registry.models import Event, User
from tests import builders

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"


def sign_in(page: Page) -> None:
    User.objects.create_user("kirsten", "kirsten@stil.example", PASSWORD, is_staff=True)
    page.fill("#id_username", "kirsten")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


def test_find_correct_and_move(visit: Visit) -> None:
    unit, near = builders.unit(), builders.daginstitution(name="Åhaven")
    page = visit.to("/admin/")
    sign_in(page)
    page.fill("#find", "lærkereden")
    page.press("#find", "Enter")
    page.click(f"#result_list a:text-is('{unit.number}')")
    page.click("a:text-is('Ret')")
    page.fill("#id_name", "Lærkesangen")
    page.fill("#id_reason", "Nyt skilt")
    page.click("button:text-is('Ret')")
    expect(page.locator(".messagelist .success")).to_contain_text(f"{unit.number} er rettet")
    page.click("a:text-is('Flyt')")
    page.type("#id_to", "åhav")
    expect(page.locator("#id_to_forslag option")).to_have_count(1)
    page.fill("#id_to", page.locator("#id_to_forslag option").get_attribute("value") or "")
    page.click("button:text-is('Flyt')")
    expect(page.locator(".messagelist .success")).to_contain_text("er flyttet")
    now = builders.at(unit, periods.today())
    assert now is not None
    assert (now["name"], now["parent"]) == ("Lærkesangen", near)


def test_consolidate_and_undo(visit: Visit) -> None:
    unit, legacy = builders.unit(), builders.legacy("A10001")
    builders.agreement(legacy)
    candidates.refresh()
    page = visit.to("/admin/institutions/candidate/")
    sign_in(page)
    page.click("a.pair-link")
    page.click("button:has-text('Ens')")
    page.click("a:text-is('Se den igen, eller fortryd')")
    page.click("a:text-is('Se, hvad en konsolidering ændrer')")
    expect(page.locator(".changes li")).to_have_count(4)
    page.fill("#id_reason", "Samme hus")
    page.click(f"button:text-is('Konsolidér A10001 ind i {unit.number}')")
    expect(page.locator("#content")).to_contain_text("Står ved magt")
    page.click("a:text-is('Fortryd')")
    page.fill("#id_reason", "Det var nabohuset")
    page.click("button:text-is('Fortryd konsolideringen')")
    expect(page.locator("#content")).to_contain_text("Det var nabohuset")
    assert not Event.objects.filter(action="consolidation.undo").exclude(actor="kirsten").exists()
    assert builders.at(legacy, periods.today()) is not None


def test_every_room_fits_a_phone(phone: Visit) -> None:
    unit, legacy = builders.unit(), builders.legacy("A10001")
    builders.agreement(legacy)
    candidates.refresh()
    page = phone.to("/admin/")
    sign_in(page)
    mine = f"institutions/institution/{unit.number}"
    for room in (
        "", "institutions/institution/", f"{mine}/change/", f"{mine}/ret/", f"{mine}/nedlaeg/",
        f"institutions/institution/A10001/konsolider/?ind_i={unit.number}",
        "institutions/institution/A10001/konsolider/",
        "institutions/candidate/", "institutions/consolidation/", "agreements/dataagreement/", "registry/event/",
        "institutions/institution/import/", "institutions/institution/export/",
    ):  # fmt: skip
        phone.to(f"/admin/{room}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), room
        assert "Dagtilbudsregisteret" in page.title(), room
