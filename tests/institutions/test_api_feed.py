"""`/api/v1/haendelser/`: whole transactions in order of commit, and nothing that is not public."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from institutions import consolidation, lifecycle
from registry import ledger
from registry.api import feed
from registry.ledger import Entry
from registry.models import Event
from tests import builders

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
FEED = "/api/v1/haendelser/"


def page(client: Client, after: int = 0, **query: int) -> dict[str, Any]:
    response = client.get(FEED, {"efter": after, **query})
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def spread_over_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction: let each act count as its own, as it would be."""
    given = iter(range(1, 1000))
    real = ledger._take_the_end  # noqa: SLF001

    def take() -> Any:  # noqa: ANN401
        seq, previous, at, _transaction = real()
        return seq, previous, at, next(given)

    monkeypatch.setattr(ledger, "_take_the_end", take)


def test_an_event_tells_the_state_before_and_after(client: Client) -> None:
    unit = builders.unit()
    lifecycle.correct(unit, on=date(2026, 2, 1), actor=builders.ACTOR, reason="Hemmelig", name="Mågereden")
    told = page(client)
    event = told["haendelser"][-1]
    facts = {
        "ejerformKode": "1", "lovgrundlagKode": "10", "instType3": "6012", "admKommuneKode": "101",
        "kommuneKode": "101", "vejNavn": "Lærkevej", "husNummer": "7", "postNummer": "2400", "byNavn": "København NV",
        "geoBredde": 55.7, "geoLaengde": 12.53, "pNummer": "1012345678",
        "overordnetNummer": event["foer"]["versioner"][0]["overordnetNummer"],
    }  # fmt: skip
    base: dict[str, Any] = {
        "institutionsNummer": unit.number, "niveau": "anvisningsenhed", "konsolideretTil": None, "efterfoelgere": [],
    }  # fmt: skip
    assert event["foer"] == base | {
        "versioner": [{"gyldigFra": "2026-01-01", "gyldigTil": None, "navn": "Lærkereden", **facts}]
    }
    assert event["efter"] == base | {
        "versioner": [
            {"gyldigFra": "2026-01-01", "gyldigTil": "2026-02-01", "navn": "Lærkereden", **facts},
            {"gyldigFra": "2026-02-01", "gyldigTil": None, "navn": "Mågereden", **facts},
        ]
    }
    assert (event["nummer"], event["haendelse"], event["gaelderFra"]) == (told["hoved"], "rettet", "2026-02-01")
    assert "kirsten" not in str(told)
    assert "Hemmelig" not in str(told)


def test_agreements_are_not_told_and_never_hold_a_reader_up(client: Client) -> None:
    unit, old = builders.unit(), builders.legacy("A10001", phone="+4587654321")
    builders.agreement(unit)
    builders.agreement(old)
    plan = consolidation.plan(unit, old)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR)
    told = page(client)
    assert [(one["haendelse"], one["institutionsNummer"][0], one["nytNummer"]) for one in told["haendelser"]] == [
        ("oprettet", "D", None), ("oprettet", "G", None), ("oprettet", "A", None),
        ("konsolideret", "A", unit.number), ("har optaget", "G", None),
    ]  # fmt: skip
    last = Event.objects.order_by("-seq")[0]
    assert last.subject.startswith("aftale:")
    assert (told["til"], told["hoved"], told["ajour"]) == (last.seq, last.seq, True)
    assert "87654321" not in str(told)


def test_a_reader_comes_through_and_sees_each_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    spread_over_transactions(monkeypatch)
    unit = builders.unit()
    builders.agreement(unit)
    for name in "abc":
        lifecycle.correct(unit, on=date(2026, 2, 1), actor=builders.ACTOR, name=name)
    seen, told = [], page(client, antal=2)
    while True:
        seen += [one["nummer"] for one in told["haendelser"]]
        if told["ajour"]:
            break
        told = page(client, told["til"], antal=2)
    public = Event.objects.filter(action__startswith="lifecycle.").values_list("seq", flat=True)
    assert seen == list(public)
    assert page(client, told["til"]) == {
        "fra": told["til"], "til": told["til"], "hoved": told["til"], "ajour": True, "haendelser": [],
    }  # fmt: skip


def test_a_transaction_is_never_split(client: Client) -> None:
    top = builders.daginstitution()
    with transaction.atomic():
        ledger.record([Entry("lifecycle.open", f"G2000{place}") for place in range(5)], actor=builders.ACTOR)
    assert len({event.transaction for event in Event.objects.all()}) == 1
    told = page(client, antal=1)
    assert len(told["haendelser"]) == 6
    assert told["haendelser"][0]["institutionsNummer"] == top.number
    assert told["ajour"]


def test_a_page_looks_through_so_many_events_at_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    spread_over_transactions(monkeypatch)
    for place in range(5):
        ledger.record([Entry("agreement.request", f"aftale:{place}")], actor=builders.ACTOR)
    ledger.record([Entry("lifecycle.open", "G20001"), Entry("lifecycle.open", "G20002")], actor=builders.ACTOR)
    monkeypatch.setattr(feed, "WINDOW", 3)
    first = page(client)
    assert (first["til"], first["ajour"], first["haendelser"]) == (3, False, [])
    second = page(client, 3)
    assert ([one["nummer"] for one in second["haendelser"]], second["til"], second["ajour"]) == ([6, 7], 7, True)


@pytest.mark.parametrize("query", ["efter=-1", "efter=x", "efter=99999999999999999999", "antal=1001", "fra=1"])
def test_a_position_that_is_none_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{FEED}?{query}").status_code == 400


def test_a_position_that_is_not_reached_is_told(client: Client) -> None:
    builders.daginstitution()
    told = client.get(FEED, {"efter": 7}).json()
    assert [(one["pointer"], one["value"], one["suggestions"]) for one in told["errors"]] == [("#/efter", 7, ["1"])]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        builders.daginstitution()
    with django_assert_num_queries(3):
        assert len(page(client)["haendelser"]) == count
