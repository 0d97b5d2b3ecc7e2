"""Twenty pairs with the keyboard alone: looked at, skipped, decided, taken back, one decided by a colleague."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from institutions.duplicates import queue, verdicts
from institutions.models import Answer, Institution, Verdict
from registry.models import User
from tests import builders

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"
NAMES = (
    "Solstrålen", "Lærkereden", "Ugleboet", "Myretuen", "Pilekvisten", "Kastanjen", "Egernet", "Regnbuen", "Havfruen",
    "Stjerneskuddet", "Mariehønen", "Bakkegården", "Troldhøj", "Spireren", "Valmuen", "Birkelunden", "Gravhunden",
    "Rævehulen", "Svalereden", "Tusindfryd",
)  # fmt: skip


def twenty() -> None:
    top = builders.daginstitution()
    for place, name in enumerate(NAMES):
        where: dict[str, Any] = {"street": f"{name}vej", "house_number": str(3 + place), "postcode": "2400"}
        builders.unit(top, name=name, phone=f"871300{place:02d}", p_number=f"10123456{place:02d}", **where)
        builders.legacy(f"A100{place:02d}", name=name.upper(), street=f"{name}vej {3 + place}", postcode="2400",
                        phone=f"87 13 00 {place:02d}")  # fmt: skip


def shown(page: Page) -> tuple[Institution, Institution]:
    found = re.search(r"/par/(\w+)/(\w+)/", page.url)
    assert found
    one, other = (Institution.objects.get(number=number) for number in found.groups())
    return one, other


def press(page: Page, key: str) -> None:
    # Keys are heard from when the page has loaded.
    page.wait_for_load_state()
    before = page.url
    page.keyboard.press(key)
    page.wait_for_function("before => window.location.href !== before", arg=before)
    page.wait_for_load_state()


def sign_in(page: Page) -> None:
    User.objects.create_user("kirsten", "kirsten@stil.example", PASSWORD, is_staff=True)
    page.keyboard.type("kirsten")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def skip_and_come_back(page: Page) -> tuple[tuple[Institution, Institution], tuple[Institution, Institution]]:
    """One is skipped, and gone back to. Gives it and the next."""
    first = shown(page)
    press(page, "n")
    second = shown(page)
    press(page, "p")
    assert shown(page) == first
    return first, second


def decide_by_mistake(page: Page) -> None:
    """With a reason, whose letters are no shortcuts; then back to it, taken back, and decided otherwise."""
    first, second = skip_and_come_back(page)
    page.keyboard.press("b")
    page.keyboard.type("en skole, ens navn")
    page.keyboard.press("Escape")
    press(page, "f")
    verdict = Verdict.objects.get()
    assert (verdict.first, verdict.answer, verdict.reason) == (first[0], Answer.DIFFERENT, "en skole, ens navn")
    assert shown(page) == second
    press(page, "z")
    assert shown(page) == first
    page.keyboard.press("z")
    expect(page.locator(".messagelist .success")).to_contain_text("er taget tilbage")
    assert Verdict.objects.get().answer == ""
    press(page, "e")


def be_slower_than_a_colleague(visit: Visit) -> None:
    """What was said meanwhile is told; the same key again holds."""
    page = visit.page
    verdicts.give(*shown(page), answer=Answer.UNSURE, actor=builders.ACTOR)
    page.wait_for_load_state()
    page.keyboard.press("e")
    expect(page.locator(".errornote")).to_contain_text("har imens sagt »usikker«")
    # The browser's own word for an answer that says no.
    assert [one[-14:] for one in visit.complaints] == ["409 (Conflict)"]
    visit.complaints.clear()
    press(page, "e")


def test_twenty_pairs_with_the_keyboard_alone(visit: Visit) -> None:
    twenty()
    page = visit.to("/admin/institutions/candidate/")
    sign_in(page)
    page.locator("a.pair-link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pair-head p")).to_contain_text("Par 1 af 20 i køen")
    decide_by_mistake(page)
    be_slower_than_a_colleague(visit)
    for _each in range(18):
        press(page, "e")
    expect(page.locator("#changelist")).to_contain_text("Køen er tom")
    assert not queue.waiting(User.objects.get()).exists()
    assert [one.answer for one in Verdict.objects.all()] == [Answer.SAME] * 20
