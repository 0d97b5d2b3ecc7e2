"""A municipality in a real browser: tells a vendor of its A-numbers, and confirms the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from agreements import parties
from agreements.models import Notice
from institutions import lifecycle
from institutions.models import Report
from registry import periods
from registry.models import Event, Message, User
from tests import builders
from tests.agreements.telling import legacy, told_agreement
from tests.builders import ACTOR

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"


def sign_in(page: Page) -> None:
    mette = User.objects.create_user("mette", "mette@x.example", PASSWORD, first_name="Mette", last_name="Skovlund")
    parties.affiliate(mette, municipality=builders.municipality("101"), actor=ACTOR)
    page.fill("#id_username", "mette")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def test_a_vendor_is_told_once_however_often_one_clicks(visit: Visit) -> None:
    one = told_agreement()
    builders.agreement(legacy("A10002"))
    page = visit.to("/kommune/101/a-numre/")
    sign_in(page)
    expect(page.locator(".told tbody tr")).to_have_count(2)
    page.click(f".told tr:has-text('{one.system.vendor.name}') >> text=Fortæl udbyderen")
    expect(page.locator(".letter-plain")).to_contain_text("A10001 LÆRKEREDEN")
    page.fill("#id_besked", "Ring gerne.")
    page.dblclick("button:has-text('Send til 1 adresse')")
    expect(page.locator("[role=status]")).to_contain_text(f"{one.system.vendor.name} har fået besked den")
    expect(page.locator(".told")).to_contain_text("ikke åbnet endnu")
    assert (Notice.objects.count(), Message.objects.count()) == (1, 1)
    page.go_back()
    page.reload()
    expect(page.locator("main")).to_contain_text("kan mindes om det fra den")


def test_a_phone_without_javascript_confirms_the_register_and_reports_what_is_wrong(phone: Visit) -> None:
    unit = builders.unit(name="Havhuset")
    page = phone.to("/kommune/101/bekraeft/")
    sign_in(page)
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, reason="", name="Havblik")
    # The browser complains of any answer that is not 2xx.
    with page.expect_console_message(lambda told: "409" in told.text):
        page.locator("button:has-text('Bekræft, at det er rigtigt')").first.click()
    (_conflict,) = phone.complaints
    phone.complaints.clear()
    expect(page.locator("[role=alert]")).to_contain_text("Intet er bekræftet.")
    expect(page.locator("main")).to_contain_text("Havblik")
    page.locator("button:has-text('Bekræft, at det er rigtigt')").last.click()
    expect(page.locator("[role=status]")).to_contain_text("Registeret er bekræftet")
    page.fill("#id_nummer", unit.number)
    page.fill("#id_tekst", "Den hedder Havhuset")
    page.click("button:has-text('Send til STIL')")
    expect(page.locator("main")).to_contain_text("hos STIL")
    assert Event.objects.filter(action="municipality.confirm").count() == 1
    assert list(Report.objects.values_list("institution__number", "text")) == [(unit.number, "Den hedder Havhuset")]
    cvr = told_agreement().system.vendor.cvr_number
    for room in ("", "bekraeft/", "a-numre/", f"a-numre/{cvr}/"):
        phone.to(f"/kommune/101/{room}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), room
