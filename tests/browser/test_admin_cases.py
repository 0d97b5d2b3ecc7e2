"""Cases from the queue to the end in a real browser: opened, prepared, previewed, executed by a worker, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from playwright.sync_api import expect

from agreements import cases
from agreements.cases import State
from agreements.models import Case
from institutions.duplicates import verdicts
from institutions.models import Answer
from registry import periods
from registry.models import User
from tests import builders, working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"
LIST = "/admin/agreements/case/"


def sign_in(page: Page) -> None:
    User.objects.create_user("kirsten", "kirsten@stil.example", PASSWORD, is_staff=True)
    page.fill("#id_username", "kirsten")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


@pytest.fixture
def _worker(own_database: str) -> Iterator[None]:
    """A process that does what waits, as `make demo` runs it."""
    process = working.begin_process(database=own_database)
    yield
    process.terminate()
    process.wait(timeout=30)
    connection.close()


def said_to_be_one(count: int) -> None:
    for each in range(count):
        legacy, unit = builders.legacy(f"A1000{each}"), builders.unit()
        builders.agreement(legacy)
        verdicts.give(legacy, unit, answer=Answer.SAME, actor=builders.ACTOR)


def states() -> list[State]:
    return list(cases.states(Case.objects.all()).values())


def open_all(page: Page) -> None:
    page.click("a:has-text('Opret sager for 4 par')")
    page.click("button:has-text('Opret sager for de afkrydsede')")
    expect(page.locator(".messagelist .success")).to_contain_text("4 sager er oprettet.")


def make_ready(page: Page) -> None:
    page.check("#action-toggle")
    page.select_option("select[name=action]", "klar")
    page.click("button[name=index]")
    page.fill("#id_deadline", (periods.today() + timedelta(days=30)).isoformat())
    page.click("button:text-is('Gør klar')")
    expect(page.locator(".messagelist .success")).to_contain_text("4 sager er klar")


def press(page: Page, key: str) -> None:
    # Keys are heard from when the page has loaded.
    page.wait_for_load_state()
    page.keyboard.press(key)


def look_at_one(page: Page) -> None:
    """With the keyboard: to the next case, to its preview, and back."""
    page.locator("a.pair-link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pair-head")).to_contain_text("Sag 1 af 4 i listen")
    press(page, "n")
    expect(page.locator(".pair-head")).to_contain_text("Sag 2 af 4 i listen")
    press(page, "v")
    expect(page.locator(".changes li")).to_have_count(4)
    press(page, "Enter")  # no key executes
    press(page, "t")
    expect(page.locator("h1")).to_contain_text("A10001")
    assert states() == [State.READY] * 4


def execute_all(page: Page, visit: Visit) -> None:
    """All of them but one."""
    visit.to(f"{LIST}?tilstand=klar")
    page.check("#action-toggle")
    page.select_option("select[name=action]", "forhaandsvis")
    page.click("button[name=index]")
    expect(page.locator("h1")).to_have_text("Forhåndsvis 4 sager")
    page.uncheck("input[aria-label='Udfør sagen om A10003']")
    page.click("button:has-text('Udfør de afkrydsede')")
    expect(page.locator("h1")).to_have_text("3 konsolideringssager")


@pytest.mark.usefixtures("_worker")
def test_cases_from_the_queue_to_the_end(visit: Visit) -> None:
    said_to_be_one(4)
    page = visit.to(LIST)
    sign_in(page)
    open_all(page)
    make_ready(page)
    look_at_one(page)
    execute_all(page, visit)
    expect(page.locator("[role=status]")).to_have_text("færdig", timeout=30_000)
    expect(page.locator("#content-main label")).to_have_text("3 af 3 rækker")
    assert sorted(states()) == [State.READY, *[State.EXECUTED] * 3]
    visit.to(f"{LIST}?tilstand=uafgjort")
    page.click("a.pair-link >> nth=0")
    page.click("a:text-is('Fortryd')")
    page.fill("#id_reason", "Det var nabohuset")
    page.click("button:text-is('Fortryd')")
    expect(page.locator(".messagelist .success")).to_contain_text("alt er, som det var")
    visit.to(f"{LIST}tavle/")
    expect(page.locator("svg[role=img]")).to_be_visible()
    page.click(".board a:text-is('2')")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_every_room_of_the_desk_fits_a_phone(phone: Visit) -> None:
    said_to_be_one(2)
    legacy, unit = builders.legacy("A10009"), builders.unit()
    builders.agreement(legacy)
    case = cases.open_case(legacy, unit, actor=builders.ACTOR)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=30), actor=builders.ACTOR)
    page = phone.to(LIST)
    sign_in(page)
    for room in (
        "", "opret/", "opret-mange/", "tavle/", "tavle/?vis=begge", "tavle/aftaler/", f"{case.pk}/change/",
        f"{case.pk}/udfoer/", f"{case.pk}/g-nummer/", f"{case.pk}/godkend/", f"forhaandsvis/?sag={case.pk}",
        f"handling/frist/?sag={case.pk}",
    ):  # fmt: skip
        phone.to(f"{LIST}{room}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), room
        assert "Dagtilbudsregisteret" in page.title(), room
