"""`POST /api/v1/opslag/`: many numbers, in their order and form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from institutions import consolidation
from tests import builders

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
URL = "/api/v1/opslag/"


@pytest.fixture
def unit() -> Institution:
    """A unit that A10001 is consolidated into."""
    survivor = builders.unit()
    plan = consolidation.plan(survivor, builders.legacy("A10001"))
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR)
    return survivor


def post(client: Client, content: Any, kind: str = "application/json") -> Any:  # noqa: ANN401
    return client.post(URL, content, content_type=kind)


def test_a_list_is_answered_in_its_order(client: Client, unit: Institution) -> None:
    sent = [unit.number, "G99999", "a 10001", "skole", unit.number, ""]
    told = post(client, sent).json()
    assert [one["nummer"] for one in told] == sent
    assert [(one["nytNummer"], one["fejl"] and one["fejl"]["code"]) for one in told] == [
        (unit.number, None), (None, "ukendt_nummer"), (unit.number, None), (None, "ugyldigt_nummer"),
        (unit.number, None), (None, "ugyldigt_nummer"),
    ]  # fmt: skip
    one = client.get(f"{URL}A10001/").json()
    assert told[2] == {"nummer": "a 10001", **one, "fejl": None}
    assert {frozenset(one) for one in told} == {frozenset(told[0])}


def test_a_file_is_answered_with_the_file_and_more(client: Client, unit: Institution) -> None:
    sent = f"\ufeffnote;institutionsNummer\r\nen;A10001\r\nto;{unit.number};x\r\ntre;skole\r\nfire\r\n"
    response = post(client, sent.encode(), "text/csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    bad = "er ikke et institutionsnummer: et bogstav (A, D eller G) og fem tegn, fx G23218."
    assert response.content.decode().split("\r\n") == [
        "\ufeffnote;institutionsNummer;nytNummer;status;aarsag;navn;efterfoelgere;fejl",
        f"en;A10001;{unit.number};Aktiv;;Lærkereden;;",
        f"to;{unit.number};{unit.number};Aktiv;;Lærkereden;;",
        f"tre;skole;;;;;;»skole« {bad}",
        f"fire;;;;;;;»« {bad}",
        "",
    ]
    assert post(client, b"numre\nA10001\n", "text/csv").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"[1, 2]", "application/json"),
        (b"[", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"a;b\n1;2\n", "text/csv"),
        ("æ".encode("latin-1"), "text/csv"),
        (b"\n", "text/csv"),
        (b'["A10001"' + b',"A10001"' * 5000 + b"]", "application/json"),
        (b'["' + b"A" * 3_000_000 + b'"]', "application/json"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(client: Client, content: bytes, kind: str) -> None:
    response = post(client, content, kind)
    assert (response.status_code, response.json()["code"]) == (400, "ugyldig_forespoergsel")


def test_another_form_is_refused(client: Client) -> None:
    response = post(client, b"<a/>", "application/xml")
    assert (response.status_code, response.json()["code"]) == (415, "forkert_medietype")
    assert client.get(URL).status_code == 405


@pytest.mark.parametrize("more", [[], ["G99998", "A10001"]])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, unit: Institution, django_assert_num_queries: DjangoAssertNumQueries, more: list[str]
) -> None:
    with django_assert_num_queries(4):
        post(client, [unit.number, *more])
