"""How often one may call: never more in a window than is told, however many ask in however many processes at once."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client

from registry import limits
from registry.api import limiting
from registry.limits import BLOCK, Decision, Policy, Purse
from registry.models import Allowance
from tests import at_once, calling

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
PATH = "/api/v1/kodetabeller/"


def drained(purse: Purse, policy: Policy, cost: int = 1) -> int:
    """The calls that are granted until one is refused."""
    count = 0
    while purse.spend("x", policy, cost).allowed:
        count += cost
    return count


@pytest.mark.parametrize(("calls", "cost"), [(1, 1), (7, 1), (100, 1), (600, 1), (600, 7), (5, 6)])
def test_as_many_as_are_told_and_no_more(calls: int, cost: int) -> None:
    purse, policy = Purse(), Policy("prøve", calls)
    assert drained(purse, policy, cost) == calls - calls % cost
    refused = purse.spend("x", policy, cost)
    assert (refused.allowed, refused.left) == (False, calls % cost)
    assert 55 <= refused.seconds <= 60
    assert purse.spend("y", policy, cost).allowed is (calls >= cost)


@pytest.mark.slow
@pytest.mark.usefixtures("own_database")
def test_many_processes_at_once_grant_exactly_what_is_told() -> None:
    policy = Policy("prøve", 1000)
    # A process is what it remembers: six of them, in each of which three threads ask until they are refused.
    purses = [Purse() for _each in range(6)]

    granted = at_once.run(*[partial(drained, purse, policy) for purse in purses for _each in range(3)])
    assert sum(granted) == 1000


def test_what_is_lost_by_many_processes_is_bounded() -> None:
    policy, purses = Policy("prøve", 1000), [Purse() for _each in range(8)]
    for turn in range(200):
        purses[turn % 8].spend("x", policy)
    assert 1000 - 200 - drained(Purse(), policy) <= 8 * (BLOCK - 1)


def test_a_new_window_begins_with_all_of_them() -> None:
    purse, policy = Purse(), Policy("prøve", 5, seconds=1)
    assert drained(purse, policy) == 5
    time.sleep(1.05)
    assert drained(purse, policy) == 5


def test_few_calls_cost_a_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    purse = Purse()
    with django_assert_num_queries(10):
        for _each in range(1 + 2 + 4 + 8 + 6 * BLOCK):
            purse.spend("x", limits.SYSTEM)


def test_a_process_remembers_no_more_callers_than_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD", 3)
    purse, policy = Purse(), Policy("prøve", 2)
    assert [purse.spend(str(one), policy).allowed for one in range(10) for _each in range(2)] == [True] * 20
    assert not purse.spend("0", policy).allowed


def test_what_is_of_no_use_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SWEPT", 3)
    purse, policy = Purse(), Policy("prøve", 2, seconds=0)
    for one in range(7):
        purse.spend(str(one), policy)
    assert Allowance.objects.count() == 1


def test_it_costs_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'registry_throttle'")
        assert cursor.fetchone() == ("u",)


def test_the_headers_are_structured_fields() -> None:
    assert Decision(limits.ANYONE, allowed=True, left=599, seconds=60).headers == {
        "RateLimit-Policy": '"enhver";q=600;w=60', "RateLimit": '"enhver";r=599;t=60',
    }  # fmt: skip
    assert Decision(limits.SYSTEM, allowed=False, left=0, seconds=7).headers == {
        "RateLimit-Policy": '"system";q=3000;w=60', "RateLimit": '"system";r=0;t=7', "Retry-After": "7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"),
    [(PATH, 200), ("/api/v1/institutioner/x/", 400), ("/api/v1/mig/status/", 401), ("/api/v1/kommuner/?format=x", 400),
     ("/api/v1/opslag/", 405), ("/api/skema/", 200), ("/api/v1/haendelser/", 200), ("/api/v1/intet/", 404)],
)  # fmt: skip
def test_every_answer_says_how_many_are_left(client: Client, path: str, status: int) -> None:
    answers = [client.get(path), client.get(path)]
    assert [one.status_code for one in answers] == [status] * 2
    assert [one["RateLimit-Policy"] for one in answers] == ['"enhver";q=600;w=60'] * 2
    assert [re.sub("t=.*", "", one["RateLimit"]) for one in answers] == ['"enhver";r=599;', '"enhver";r=598;']


def test_a_system_has_more_by_its_key_and_a_token_that_is_none_has_none() -> None:
    client, one, other = Client(), calling.headers(), calling.headers()
    told = [client.get(PATH, headers=headers)["RateLimit"].split(";t")[0] for headers in (one, one, other)]
    assert told == ['"system";r=2999', '"system";r=2998', '"system";r=2999']
    bad = client.get(PATH, headers={"Authorization": "Bearer x"})
    assert (bad.status_code, bad["RateLimit-Policy"]) == (401, '"enhver";q=600;w=60')


def test_who_is_refused_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANYONE", Policy("enhver", 2))
    client = Client()
    assert [client.get(PATH).status_code for _each in range(3)] == [200, 200, 429]
    # Nobody makes himself another by a header, and one is refused the same whatever he asks for.
    refused = client.get("/api/v1/mig/status/", headers={"X-Forwarded-For": "10.0.0.1"})
    assert (refused.status_code, refused.json()["code"]) == (429, "for_mange_kald")
    assert refused["RateLimit"].startswith('"enhver";r=0;t=')
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.get(PATH, REMOTE_ADDR="10.0.0.2").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("10.0.0.1", "10.0.0.2", False), ("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
     ("::ffff:10.0.0.1", "10.0.0.1", True), ("", "10.0.0.1", False), ("unix:", "", False)],
)  # fmt: skip
def test_an_address_of_ipv6_is_a_net(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (limiting.network(one) == limiting.network(other)) is same


def test_who_guesses_at_secrets_is_counted_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANYONE", Policy("enhver", 3))
    guess = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "token": "z"}
    for address in ("/o/token/", "/o/token/", "/o/revoke_token/"):
        answer = client.post(address, guess)
        assert answer.status_code == 401
        assert answer["RateLimit-Policy"] == '"enhver";q=3;w=60'
    refused = client.post("/o/token/", guess)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused.json()["code"] == "for_mange_kald"
    assert int(refused["Retry-After"]) <= 60
