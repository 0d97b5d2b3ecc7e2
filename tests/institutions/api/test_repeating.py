"""An act that is asked for twice under one Idempotency-Key is done once, and answered alike."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from institutions.models import Answered, Institution
from registry.models import Event
from tests import at_once, builders, reporting
from tests.reporting import Reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/institutioner/"
NEW: Mapping[str, Any] = {
    "niveau": "daginstitution", "navn": "Område Øst", "ejerformKode": "1", "lovgrundlagKode": "10",
    "admKommuneKode": "101",
}  # fmt: skip


def open_one(vendor: Reporter, key: str = "a", **more: str) -> Any:  # noqa: ANN401
    return vendor.post(ROOT, json.dumps({**NEW, **more}), **{"Idempotency-Key": key})


def test_it_is_opened_once_and_answered_alike() -> None:
    vendor = Reporter()
    first, again = open_one(vendor), open_one(vendor)
    assert (first.status_code, first.json(), first["Location"]) == (again.status_code, again.json(), again["Location"])
    assert first.status_code == 201
    assert Institution.objects.count() == 1
    assert open_one(vendor, "b", navn="Område Vest").json()["institutionsNummer"] != first.json()["institutionsNummer"]


def test_a_key_is_for_one_thing_and_one_system() -> None:
    vendor, other = Reporter(), Reporter("CD000002")
    assert open_one(vendor).status_code == 201
    used = open_one(vendor, navn="Noget andet")
    assert (used.status_code, used.json()["code"]) == (422, "noegle_genbrugt")
    number = Institution.objects.get().number
    used = vendor.post(f"{ROOT}{number}/nedlaeg/", "{}", **{"Idempotency-Key": "a"})
    assert used.json()["code"] == "noegle_genbrugt"
    assert open_one(other, navn="Den andens").status_code == 201


def test_what_was_refused_may_be_asked_for_again() -> None:
    vendor = Reporter(kommune="")
    assert open_one(vendor).json()["code"] == "mandat_mangler"
    assert Answered.objects.count() == 0
    reporting.mandate(vendor.system)
    assert open_one(vendor).status_code == 201
    there = builders.unit()
    above = {"niveau": "anvisningsenhed", "overordnetNummer": Institution.objects.order_by("number")[0].number}
    seems = {"navn": "Lærkereden", "instType3": "6012", "vejNavn": "Lærkevej", "husNummer": "7", "postNummer": "2400",
             "byNavn": "København NV", "pNummer": "1012345678"}  # fmt: skip
    likely = vendor.post(ROOT, json.dumps({**above, **seems}), **{"Idempotency-Key": "b"})
    assert (likely.json()["code"], likely.json()["kandidater"][0]["institutionsNummer"]) == (
        "mulig_dublet", there.number,
    )  # fmt: skip
    assert Answered.objects.count() == 1


def test_every_act_can_be_repeated() -> None:
    vendor = Reporter()
    top, unit, _leaf = builders.tree()
    other = builders.daginstitution(name="Klynge Syd")
    path = f"{ROOT}{unit.number}/"
    etag = vendor.get(path)["ETag"]
    acts = [
        (vendor.patch, path, {"navn": "Solsikken"}, {"If-Match": etag}),
        (vendor.post, f"{path}flyt/", {"til": other.number}, {}),
        (vendor.post, f"{ROOT}{top.number}/nedlaeg/", {}, {}),
    ]
    for place, (send, at, body, headers) in enumerate(acts):
        given = {**headers, "Idempotency-Key": str(place)}
        first = send(at, json.dumps(body), **given)
        before = Event.objects.count()
        again = send(at, json.dumps(body), **given)
        assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json()), at
        assert first.get("ETag") == again.get("ETag")
        assert Event.objects.count() == before


@pytest.mark.slow
@pytest.mark.usefixtures("own_database")
def test_two_at_once_open_one() -> None:
    vendor = Reporter()
    answers = at_once.run(*[partial(open_one, vendor) for _each in range(4)])
    assert len({one.json()["institutionsNummer"] for one in answers}) == 1
    assert Institution.objects.count() == 1
