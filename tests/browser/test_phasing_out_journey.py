"""A-numbers phased out, from the first letter to the last approval: nobody who may log in loses it on the way.

A vendor asks on an A-number and is told the G-number; the municipality tells its vendors; one of them asks anew and is
approved, the other never answers; STIL consolidates 110 A-numbers. On every day between, each system may read exactly
what it should.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as configured
from django.db import connection
from openpyxl import load_workbook
from playwright.sync_api import expect

from agreements import cases, coverage, parties
from agreements.cases import State
from agreements.models import Case, DataAgreement, NotificationAddress
from institutions.duplicates import verdicts
from institutions.models import Answer
from registry import periods
from registry.models import Message, User
from tests import builders, working
from tests.browser.conftest import DESKTOP, Visit
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from pytest_django.fixtures import Settings

    from agreements.models import System
    from institutions.models import Institution
    from tests.posting import Post

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "pædagogmedhjælper"
# Days from that on which STIL executes: a vendor asks on an A-number, is told, asks anew, is approved; so is the rest.
FIRST, TOLD, ASKED, APPROVED, LAST, END = -20, -18, -15, -10, 12, 40
ANSWERING, SILENT = 80, 30
FIRST_WORDS = ("Abild", "Birke", "Dunhammer", "Elme", "Fyrre", "Gran", "Hassel", "Iris", "Kastanje", "Linde", "Myrte")
LAST_WORDS = ("bakken", "dalen", "engen", "gården", "haven", "kilden", "lunden", "marken", "skoven", "vangen")


@dataclass(frozen=True)
class World:
    """110 A-numbers that STIL has said are units of the register, each with an approved agreement of one of two."""

    answering: System
    silent: System
    legacies: list[Institution]
    units: list[Institution]

    @property
    def ended(self) -> Institution:
        """The unit whose agreement STIL lets end, since its data owner has said so."""
        return self.units[-1]


@pytest.fixture
def on() -> Iterator[Callable[[int], date]]:
    """Turn the calendar of this process to so many days from today; 0 gives it back."""
    today, clock = periods.today(), pytest.MonkeyPatch()

    def turn(days: int) -> date:
        clock.undo()
        if days:
            clock.setattr(periods, "today", lambda: today + timedelta(days=days))
        return today + timedelta(days=days)

    yield turn
    clock.undo()


@pytest.fixture
def world(own_database: str, on: Callable[[int], date]) -> World:
    del own_database
    on(FIRST)
    answering, silent, top = builders.system(), builders.system(), builders.daginstitution()
    legacies, units = [], []
    for place, words in enumerate(product(FIRST_WORDS, LAST_WORDS)):
        name, street = "".join(words), f"{words[0]}vej"
        where: dict[str, Any] = {"postcode": "2400", "town": "København NV", "p_number": f"10{place:08d}"}
        units.append(builders.unit(top, name=name, street=street, house_number=str(place + 1), **where))
        legacies.append(builders.legacy(f"A{20000 + place}", name=f"{name.upper()} BØRNEHUS",
                                        street=f"{street} {place + 1}", **where,
                                        municipality=builders.municipality("101")))  # fmt: skip
        builders.agreement(legacies[-1], by=answering if place < ANSWERING else silent)
        verdicts.give(legacies[-1], units[-1], answer=Answer.SAME, actor=ACTOR)
    for system, email in ((answering, "drift@boernesoft.example"), (silent, "info@tavs.example")):
        NotificationAddress.objects.create(vendor=system.vendor, email=email)
    return World(answering, silent, legacies, units)


@pytest.fixture
def _worker(own_database: str, post: Post) -> Iterator[None]:
    """A process that sends the mail and executes the cases, as a deployment runs it."""
    del post
    port = configured.MAILERS["default"]["OPTIONS"]["port"]
    process = working.begin_process(database=own_database, EMAIL_URL=f"smtp://127.0.0.1:{port}")
    yield
    process.terminate()
    process.wait(timeout=30)
    connection.close()


type Enter = Callable[[str, str], Page]


@pytest.fixture
def enter(chromium: Browser, server: str, world: World) -> Iterator[Enter]:
    """Each person in a browser of their own, signed in at a page; nothing may go wrong unseen."""
    User.objects.create_user("kirsten", "kirsten@stil.example", PASSWORD, is_staff=True)
    mette = User.objects.create_user("mette", "mette@kbh.example", PASSWORD, first_name="Mette", last_name="Skovlund")
    parties.affiliate(mette, municipality=builders.municipality("101"), actor=ACTOR)
    per = User.objects.create_user("per", "per@boernesoft.example", PASSWORD)
    parties.affiliate(per, vendor=world.answering.vendor, actor=ACTOR)
    visits: dict[str, Visit] = {}

    def entered(who: str, path: str) -> Page:
        if who in visits:
            return visits[who].to(path)
        context = chromium.new_context(viewport=DESKTOP, locale="da-DK")
        visits[who] = Visit(context.new_page(), server)
        page = visits[who].to(path)
        page.fill("#id_username", who)
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "log-ind" not in url and "login" not in url)
        return page

    yield entered
    for visit in visits.values():
        visit.page.context.close()
    assert {who: visit.complaints for who, visit in visits.items() if visit.complaints} == {}


def ask(page: Page) -> None:
    page.check("text=ws00")
    page.check("#id_databehandleraftale")
    page.click("button:has-text('Se svaret på hvert nummer')")


def told_the_g_number(enter: Enter, world: World, settings: Settings) -> None:
    """Before the A-numbers are out of use with a warning, from that day on with a refusal."""
    old, right = world.legacies[-1].number, world.units[-1].number
    for last, answer in ((1, "Kan sendes"), (0, "Afvist")):
        settings.A_NUMBER_PHASE_OUT = periods.today() + timedelta(days=last)
        page = enter("per", "/aftaler/anmod/")
        page.fill("#id_numre", old)
        ask(page)
        row = page.locator("tbody tr")
        expect(row).to_contain_text(answer)
        expect(row).to_contain_text(f"{old} er et A-nummer. Brug {right}.")
        expect(page.locator("button:has-text('Send')")).to_have_count(last)
    assert DataAgreement.objects.count() == len(world.legacies)


def tells_the_vendors(enter: Enter, world: World, post: Post, folder: Path) -> Path:
    """The municipality tells both; the one that answers opens its mail's page. Gives the sheet of its mail."""
    overview = "/kommune/101/a-numre/"
    for system in (world.answering, world.silent):
        page = enter("mette", overview)
        page.click(f".told tr:has-text('{system.vendor.name}') >> text=Fortæl udbyderen")
        page.dblclick("button:has-text('Send til 1 adresse')")
        expect(page.locator("[role=status]")).to_contain_text("har fået besked")
    working.until(lambda: len(post.mails) == 2)
    (mail,) = (one for one in post.mails if "drift@boernesoft.example" in one["To"])
    plain = mail.get_body(("plain",))
    assert plain is not None
    (letter,) = re.findall(r"/post/[\w-]+/", plain.get_content())
    (attached,) = mail.iter_attachments()
    sheet = folder / (attached.get_filename() or "")
    sheet.write_bytes(attached.get_payload(decode=True))  # type: ignore[arg-type]
    rows = list(load_workbook(sheet).worksheets[0].iter_rows(values_only=True))
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    expected = {old.number: unit.number for old, unit in zip(world.legacies, world.units, strict=True)}
    assert {one["institutionsNummer"]: one["nytInstitutionsNummer"] for one in told} == dict(
        list(expected.items())[:ANSWERING]
    )
    expect(enter("mette", overview).locator(".told strong", has_text="åbnet")).to_have_count(0)
    expect(enter("per", letter).locator("main")).to_contain_text(f"{ANSWERING} dataaftaler")
    (opened,) = Message.objects.filter(opened_at__isnull=False)
    assert opened.to == "drift@boernesoft.example"
    row = enter("mette", overview).locator(f".told tr:has-text('{world.answering.vendor.name}')")
    expect(row).to_contain_text("åbnet")
    return sheet


def asks_anew(enter: Enter, sheet: Path) -> None:
    """With the very sheet of the mail."""
    page = enter("per", "/aftaler/anmod/")
    page.set_input_files("#id_fil", sheet)
    ask(page)
    page.dblclick(f"button:has-text('Send {ANSWERING} anmodninger')")
    expect(page.locator("h1")).to_have_text(f"{ANSWERING} anmodninger er sendt")


def approves_all(enter: Enter, count: int) -> None:
    page = enter("mette", "/aftaler/?status=VENTER")
    page.check("#id_alle")
    page.click("button[value=GODKEND]")
    page.click(f"button:has-text('Gennemfør {count} afgørelser')")
    expect(page.locator("h1")).to_contain_text(f"{count} afgørelser er gennemført")


def chosen(page: Page, act: str, count: int) -> None:
    """All of the list, also what is on its other pages."""
    page.check("#action-toggle")
    page.click(f".actions .question a:has-text('{count}')")
    page.select_option("select[name=action]", act)
    page.click("button[name=index]")


def executes_all(enter: Enter, world: World) -> None:
    count, cases_list = len(world.legacies), "/admin/agreements/case/"
    page = enter("kirsten", cases_list)
    page.click(f"a:has-text('Opret sager for {count} par')")
    page.click("button:has-text('Opret sager for de afkrydsede')")
    expect(page.locator(".messagelist .success")).to_contain_text(f"{count} sager er oprettet.")
    chosen(page, "klar", count)
    page.fill("#id_deadline", (periods.today() + timedelta(days=30)).isoformat())
    page.click("button:text-is('Gør klar')")
    expect(page.locator(".messagelist .success")).to_contain_text(f"{count} sager er klar")
    one = Case.objects.get(survivor=world.ended)
    old = DataAgreement.objects.get(institution=one.absorbed)
    page = enter("kirsten", f"{cases_list}{one.pk}/aftale/{old.number}/")
    page.check("text=Ophører")
    page.fill("#id_reason", "Københavns Kommune bruger det ikke mere")
    page.click("button:text-is('Gem valget')")
    page = enter("kirsten", f"{cases_list}?tilstand=klar")
    chosen(page, "forhaandsvis", count)
    page.check(f"input[aria-label='Udfør sagen om {one.absorbed.number}']")
    page.dblclick("button:has-text('Udfør de afkrydsede')")
    expect(page.locator("[role=status]")).to_have_text("færdig", timeout=40_000)
    expect(page.locator("#content-main label")).to_have_text(f"{count} af {count} rækker")
    assert set(cases.states(Case.objects.all()).values()) == {State.EXECUTED}


def should_read(world: World, system: System, day: int) -> list[str]:
    """The numbers that a system should be able to read, so many days from the one on which STIL executes."""
    first, most = (0, ANSWERING) if system == world.answering else (ANSWERING, None)
    olds = [one.number for one in world.legacies[first:most]]
    units = [one.number for one in world.units[first:most] if one != world.ended]
    if day >= 0:
        return sorted(units)
    return sorted([*olds, *units]) if system == world.answering and day >= APPROVED else sorted(olds)


@pytest.mark.usefixtures("_worker")
def test_nobody_loses_a_log_in_while_the_a_numbers_are_phased_out(
    enter: Enter, world: World, post: Post, settings: Settings, on: Callable[[int], date], tmp_path: Path
) -> None:
    on(FIRST)
    told_the_g_number(enter, world, settings)
    on(TOLD)
    sheet = tells_the_vendors(enter, world, post, tmp_path)
    on(ASKED)
    asks_anew(enter, sheet)
    on(APPROVED)
    approves_all(enter, ANSWERING)
    on(0)
    executes_all(enter, world)
    on(LAST)
    approves_all(enter, SILENT - 1)
    today = on(0)
    for day in range(FIRST, END):
        for system in (world.answering, world.silent):
            may = coverage.may_read(system=system.code, service="ws00", on=today + timedelta(days=day))
            assert may == should_read(world, system, day), (system, day)
    assert coverage.moved(today + timedelta(days=END)) == []
