"""Nobody sees or decides what is not theirs: every page of this room, walked as each kind of person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import urls
from agreements.importing import decisions
from agreements.models import DataAgreement, Notice
from institutions import confirming
from institutions.models import Report
from registry import ledger
from registry.models import User
from tests import builders
from tests.agreements.people import EVERYBODY, KINDS, PARTLESS, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.django_db
OWNERS = frozenset({"staff", "here", "there", "private"})
VENDORS = frozenset({"staff", "vendor", "foreign vendor"})
# The pages of a municipality are for its own people.
TOWN_HALL = frozenset({"staff", "here"})
# The register itself, which is no secret.
OPEN = frozenset({"confirm"})
# Each page's name, and who may open it.
ACTING = EVERYBODY - PARTLESS
PAGES: Mapping[str, frozenset[str]] = {
    "log_in": EVERYBODY, "log_out": EVERYBODY, "list": ACTING, "agreement": ACTING, "extract": ACTING,
    "decide": OWNERS, "done": OWNERS, "sheet": OWNERS, "coverage": OWNERS, "systems": VENDORS, "request": VENDORS,
    "cases": OWNERS,
    "phasing": TOWN_HALL, "phasing_extract": TOWN_HALL, "notice": TOWN_HALL, "confirm": TOWN_HALL,
}  # fmt: skip


@pytest.fixture
def world() -> World:
    """The world."""
    return World()


def requests(world: World, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """How a page is asked: method, address, what is sent."""
    one = next(iter(world.agreements.values()))
    chosen = {"beslutning": "GODKEND", "valgt": [str(each.number) for each in world.agreements.values()]}
    file = decisions.written((each.number, "SLET", "") for each in world.agreements.values())
    pages: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "log_in": [("get", "/log-ind/", {})], "log_out": [("post", "/log-ud/", {})],
        "list": [("get", "/aftaler/", {}), ("get", "/aftaler/", {"q": "ws00"})],
        "agreement": [("get", f"/aftaler/{one.number}/", {})],
        "extract": [("get", "/aftaler/udtraek/", {}), ("get", "/aftaler/udtraek/", {"format": "xlsx"})],
        "decide": [("post", "/aftaler/afgoer/", chosen), ("post", "/aftaler/afgoer/", {**chosen, "alle": "1"})],
        "done": [("post", "/aftaler/afgoer/udfoer/", {"raekker": file.decode()})],
        "sheet": [("get", "/aftaler/regneark/", {}),
                  ("post", "/aftaler/regneark/", {"fil": SimpleUploadedFile("x.csv", file)})],
        "coverage": [("get", "/aftaler/daekning/", {})], "systems": [("get", "/aftaler/systemer/", {})],
        "request": [("get", "/aftaler/anmod/", {}), ("post", "/aftaler/anmod/", {})],
        "cases": [("get", "/aftaler/sager/", {})],
        "phasing": [("get", "/kommune/101/a-numre/", {})],
        "phasing_extract": [("get", "/kommune/101/a-numre/udtraek/", {"format": kind}) for kind in ("csv", "xlsx")],
        "notice": [(method, f"/kommune/101/a-numre/{world.cvr}/", {}) for method in ("get", "post")],
        "confirm": [("get", "/kommune/101/bekraeft/", {})],
    }  # fmt: skip
    yield from pages[name]


def test_every_page_is_walked() -> None:
    assert {one.name for one in urls.urlpatterns} == set(PAGES)


@pytest.mark.parametrize("who", KINDS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_those_whom_it_is_for_and_tells_of_nobody_elses(world: World, name: str, who: str) -> None:
    for method, address, sent in requests(world, name):
        client, before = world.client(who), builders.everything()
        answer = getattr(client, method)(address, sent)
        if who not in PAGES[name]:
            expected = 302 if who == "anonymous" else 403
            assert builders.everything() == before
        elif name == "agreement" and "here" not in world.sees[who]:
            expected = 404
        else:
            expected = answer.status_code
            assert expected in {200, 302, 409, 422}, (method, address)
        assert answer.status_code == expected, (method, address, who)
        if answer.status_code == 302 or address.endswith("xlsx") or name in OPEN:
            continue
        said = answer.content.decode(errors="ignore")
        hidden = set(world.agreements) - world.sees[who]
        told = {owner for owner in hidden if world.agreements[owner].institution.number in said}
        assert told == set(), (method, address, who)


@pytest.mark.parametrize("who", KINDS)
def test_what_is_not_theirs_is_not_decided(world: World, who: str) -> None:
    client = world.client(who)
    file = decisions.written((each.number, "GODKEND", "") for each in world.agreements.values())
    shown = client.post("/aftaler/regneark/", {"fil": SimpleUploadedFile("x.csv", file)})
    seen = shown.context["form"].initial["forhaandsvist"] if shown.status_code == 200 else ""
    client.post("/aftaler/afgoer/udfoer/", {"raekker": file.decode(), "forhaandsvist": seen})
    mine = world.sees[who] if who in OWNERS else frozenset()
    assert world.statuses() == {owner: "GODKENDT" if owner in mine else "VENTER" for owner in world.agreements}


@pytest.mark.parametrize("who", KINDS)
def test_no_one_speaks_for_anothers_municipality(world: World, who: str) -> None:
    User.objects.filter(username="vendor").update(email="vera@x.example")
    client, before = world.client(who), builders.everything()
    client.post(f"/kommune/101/a-numre/{world.cvr}/", {})
    client.post("/kommune/101/bekraeft/", {"set": "1"})
    client.post("/kommune/101/bekraeft/", {"meld": "1", "tekst": "Forkert"})
    client.post("/kommune/101/bekraeft/", {"set": str(ledger.head())})
    assert who in TOWN_HALL or builders.everything() == before
    done = [Notice.objects.count(), Report.objects.count(), len(confirming.latest())]
    assert done == {"staff": [1, 0, 0], "here": [1, 1, 1]}.get(who, [0, 0, 0])


@pytest.mark.parametrize("who", KINDS)
def test_no_one_asks_in_the_name_of_anothers_system(world: World, who: str) -> None:
    system, unit = next(iter(world.agreements.values())).system, builders.unit()
    asked = {"system": system.code, "service": "ws00", "numre": unit.number, "databehandleraftale": "on", "udfoer": "1"}
    client, before = world.client(who), builders.everything()
    client.post("/aftaler/anmod/", asked)
    assert who in {"staff", "vendor"} or builders.everything() == before
    assert DataAgreement.objects.filter(institution=unit).count() == (who in {"staff", "vendor"})
