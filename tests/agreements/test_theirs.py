"""Nobody sees or decides what is not theirs: every page of this room, walked as each kind of person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agreements import cases, parties, urls
from agreements.importing import decisions
from agreements.models import DataAgreement, Notice
from agreements.states import Status
from institutions import confirming
from institutions.models import Report
from registry import ledger
from registry.models import User
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.django_db
KINDS = ("anonymous", "nobody", "staff", "here", "there", "private", "vendor", "foreign vendor")
OWNERS = frozenset({"staff", "here", "there", "private"})
VENDORS = frozenset({"staff", "vendor", "foreign vendor"})
# The pages of a municipality are for its own people.
TOWN_HALL = frozenset({"staff", "here"})
# The register itself, which is no secret.
OPEN = frozenset({"confirm"})
# Each page's name, and who may open it.
EVERYBODY = frozenset(KINDS)
ACTING = EVERYBODY - {"anonymous", "nobody"}
PAGES: Mapping[str, frozenset[str]] = {
    "log_in": EVERYBODY, "log_out": EVERYBODY, "list": ACTING, "agreement": ACTING, "extract": ACTING,
    "decide": OWNERS, "done": OWNERS, "sheet": OWNERS, "coverage": OWNERS, "systems": VENDORS, "request": VENDORS,
    "cases": OWNERS,
    "phasing": TOWN_HALL, "phasing_extract": TOWN_HALL, "notice": TOWN_HALL, "confirm": TOWN_HALL,
}  # fmt: skip


class World:
    """One waiting agreement of each data owner, all of one vendor, a case each, and a person of every kind."""

    def __init__(self) -> None:
        system = builders.system()
        units = {
            "here": builders.unit(name="Havhuset", kommune="101"), "there": builders.unit(name="Skoven", kommune="751"),
            "private": builders.unit(name="Egen Have", kommune="101", ownership="3", legal_ground="13"),
        }  # fmt: skip
        self.agreements = {who: builders.agreement(unit, Status.VENTER, by=system) for who, unit in units.items()}
        for place, unit in enumerate(units.values()):
            cases.open_case(builders.legacy(f"A2000{place}"), unit, actor=ACTOR)
        old = builders.legacy("A10009", municipality=builders.municipality("101"), name="Zinkhytten",
                              street="Ukendtvej 4")  # fmt: skip
        self.agreements["old"] = builders.agreement(old, Status.VENTER, by=system)
        self.cvr = system.vendor.cvr_number
        every = frozenset(self.agreements)
        self.sees: dict[str, frozenset[str]] = {
            "staff": every, "vendor": every, "foreign vendor": frozenset(), "anonymous": frozenset(),
            "nobody": frozenset(), **{who: frozenset({who}) for who in units}, "here": frozenset({"here", "old"}),
        }  # fmt: skip
        tied: dict[str, dict[str, Any]] = {
            "nobody": {}, "here": {"municipality": builders.municipality("101")},
            "there": {"municipality": builders.municipality("751")}, "private": {"institution": units["private"]},
            "vendor": {"vendor": system.vendor}, "foreign vendor": {"vendor": builders.system().vendor},
        }  # fmt: skip
        self.people = {"staff": User.objects.create_user("staff", is_staff=True)}
        for who, party in tied.items():
            self.people[who] = User.objects.create_user(who.replace(" ", "-"))
            if party:
                parties.affiliate(self.people[who], **party, actor=ACTOR)

    def client(self, who: str) -> Client:
        """A browser in which the person is signed in."""
        client = Client()
        if who in self.people:
            client.force_login(self.people[who])
        return client

    def statuses(self) -> dict[str, str]:
        """The status of each data owner's agreement now."""
        return {who: DataAgreement.objects.get(pk=one.pk).status for who, one in self.agreements.items()}


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
        answer = getattr(world.client(who), method)(address, sent)
        if who not in PAGES[name]:
            expected = 302 if who == "anonymous" else 403
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
    client = world.client(who)
    client.post(f"/kommune/101/a-numre/{world.cvr}/", {})
    client.post("/kommune/101/bekraeft/", {"set": "1"})
    client.post("/kommune/101/bekraeft/", {"meld": "1", "tekst": "Forkert"})
    client.post("/kommune/101/bekraeft/", {"set": str(ledger.head())})
    done = [Notice.objects.count(), Report.objects.count(), len(confirming.latest())]
    assert done == {"staff": [1, 0, 0], "here": [1, 1, 1]}.get(who, [0, 0, 0])


@pytest.mark.parametrize("who", KINDS)
def test_no_one_asks_in_the_name_of_anothers_system(world: World, who: str) -> None:
    system, unit = next(iter(world.agreements.values())).system, builders.unit()
    asked = {"system": system.code, "service": "ws00", "numre": unit.number, "databehandleraftale": "on", "udfoer": "1"}
    world.client(who).post("/aftaler/anmod/", asked)
    assert DataAgreement.objects.filter(institution=unit).count() == (who in {"staff", "vendor"})


@pytest.mark.parametrize("who", set(KINDS) - {"staff"})
def test_the_admin_is_for_stils_staff(world: World, who: str) -> None:
    number = next(iter(world.agreements.values())).number
    for room in ("vendor", "system", "service", "connectionagreement", "affiliation", "notificationaddress"):
        assert world.client(who).get(f"/admin/agreements/{room}/").status_code == 302
        assert world.client(who).post(f"/admin/agreements/{room}/add/", {}).status_code == 302
    assert world.client(who).post(f"/admin/agreements/dataagreement/afgoer/slet/?aftaler={number}").status_code == 302
    assert set(world.statuses().values()) == {"VENTER"}
