"""A data owner in a real browser: signs in, narrows the list, approves all that waits, sees what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from agreements import parties
from agreements.models import DataAgreement
from agreements.states import Status
from registry.models import Event, User
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"


def sign_in(page: Page) -> None:
    mette = User.objects.create_user("mette", "mette@x.example", PASSWORD)
    parties.affiliate(mette, municipality=builders.municipality("101"), actor=ACTOR)
    page.fill("#id_username", "mette")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def waiting(count: int) -> list[DataAgreement]:
    unit = builders.unit()
    return [builders.agreement(unit, Status.VENTER) for _each in range(count)]


def test_all_that_waits_is_approved_with_the_keyboard(visit: Visit) -> None:
    waiting(3)
    builders.agreement(builders.unit(kommune="751"), Status.VENTER)
    page = visit.to("/aftaler/")
    sign_in(page)
    page.click(".figures a:has-text('venter')")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.focus("#id_alle")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Aftalt på møde 4")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Det vil ske")
    assert not DataAgreement.objects.exclude(status=Status.VENTER).exists()
    page.click("button:has-text('Gennemfør 3 afgørelser')")
    expect(page.locator("h1")).to_contain_text("3 afgørelser er gennemført")
    told = Event.objects.filter(action="agreement.approve").values_list("actor", "reason", "on_behalf_of")
    assert list(told) == [("mette", "Aftalt på møde 4", "Københavns Kommune")] * 3
    page.click("text=Log ud")
    expect(page.locator("h1")).to_have_text("Log ind")


def test_a_slow_second_click_sends_nothing(visit: Visit) -> None:
    waiting(2)
    page = visit.to("/aftaler/?status=VENTER")
    sign_in(page)
    page.check("#id_alle")
    page.click("button[value=GODKEND]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    button = page.locator("button:has-text('Gennemfør 2 afgørelser')")
    button.evaluate("button => { button.click(); setTimeout(() => button.click(), 1) }")
    expect(page.locator("h1")).to_contain_text("2 afgørelser er gennemført")
    assert len(sent) == 1


def test_a_phone_without_javascript_decides_one_and_sends_a_sheet(phone: Visit, tmp_path: Path) -> None:
    one, other = waiting(2)
    page = phone.to(f"/aftaler/{one.number}/")
    sign_in(page)
    page.fill("#id_kommentar", "Nej tak")
    page.click("button[value=AFVIS]")
    page.click("button:has-text('Gennemfør 1 afgørelse')")
    page.click("text=Til listen")
    file = tmp_path / "svar.csv"
    file.write_text(f"aftaleId;beslutning\r\n{one.number};GODKEND\r\n{other.number};GODKEND\r\n", encoding="utf-8")
    page.click("nav a:has-text('Regneark')")
    page.set_input_files("#id_fil", file)
    page.click("button:has-text('Se, hvad der vil ske')")
    expect(page.locator("main")).to_contain_text("ulovlig_overgang")
    page.click("button:has-text('Gennemfør 1 afgørelse')")
    expect(page.locator("h1")).to_contain_text("1 afgørelse er gennemført")
    assert dict(DataAgreement.objects.values_list("number", "status")) == {
        one.number: "AFVIST", other.number: "GODKENDT",
    }  # fmt: skip
    for room in ("", f"{one.number}/", "regneark/", "daekning/"):
        phone.to(f"/aftaler/{room}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), room
