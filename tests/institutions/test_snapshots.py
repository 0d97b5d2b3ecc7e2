"""`/api/v1/udtraek/seneste/`: files of the whole register, bound to a position in the feed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from datetime import date, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.core.management import call_command

from institutions import consolidation, lifecycle, snapshots
from institutions.columns import COLUMNS
from institutions.models import Cause
from registry import ledger, periods
from registry.models import Snapshot, SnapshotPiece
from registry.snapshots import KEPT
from tests import at_once, builders

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
NEWEST = "/api/v1/udtraek/seneste/"


def manifest(client: Client) -> dict[str, Any]:
    response = client.get(NEWEST)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def download(client: Client, name: str) -> bytes:
    """A file of the newest snapshot, checked against the manifest and unpacked."""
    file = {one["navn"]: one for one in manifest(client)["filer"]}[name]
    response = cast("StreamingHttpResponse", client.get(file["url"]))
    packed = b"".join(cast("Any", response.streaming_content))
    assert (len(packed), hashlib.sha256(packed).hexdigest()) == (file["stoerrelse"], file["sha256"])
    assert response["Content-Length"] == str(file["stoerrelse"])
    content = gzip.decompress(packed)
    lines = content.count(b"\n")
    assert file["raekker"] == (lines if name.startswith("tilstand") else lines - 1)
    return content


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_first_who_asks_gets_one_and_the_next_the_same(client: Client) -> None:
    top = builders.daginstitution()
    told = manifest(client)
    assert (told["position"], told["gaeldende"]) == (1, periods.today().isoformat())
    assert told["haendelser"] == "http://testserver/api/v1/haendelser/?efter=1"
    assert [one["navn"] for one in told["filer"]] == [
        "tilstand.ndjson.gz",
        "tilstand-skema1.ndjson.gz",
        "register.csv.gz",
        "numre.csv.gz",
    ]
    lifecycle.correct(top, on=date(2026, 2, 1), actor=builders.ACTOR, name="Klynge Syd")
    assert manifest(client) == told
    assert len(client.get(told["haendelser"]).json()["haendelser"]) == 1
    snapshots.make()
    assert manifest(client)["position"] == 2


def test_a_state_is_what_the_feed_last_said(client: Client) -> None:
    unit, _old = builders.unit(), builders.legacy("A10001", phone="12345678", email="mor@example.dk")
    lifecycle.correct(unit, on=date(2099, 1, 1), actor=builders.ACTOR, name="Mågereden")
    states = {
        one["institutionsNummer"]: one for one in map(json.loads, download(client, "tilstand.ndjson.gz").splitlines())
    }
    feed = client.get("/api/v1/haendelser/").json()["haendelser"]
    assert states == {one["institutionsNummer"]: one["efter"] for one in feed}
    assert len(states) == 3
    assert [one["navn"] for one in states[unit.number]["versioner"]] == ["Lærkereden", "Mågereden"]
    assert "mor@example.dk" not in str(states)


def test_the_csv_is_the_list_of_the_day(client: Client) -> None:
    builders.tree()
    builders.legacy()
    content = download(client, "register.csv.gz")
    response = cast("StreamingHttpResponse", client.get("/api/v1/institutioner/?format=csv"))
    assert content == b"".join(cast("Any", response.streaming_content))
    assert tuple(table(content)[0]) == COLUMNS
    assert len(table(content)) == 4


def test_every_number_says_what_it_is_today(client: Client) -> None:
    unit, heir, old = builders.unit(), builders.unit(), builders.legacy("A10001")
    coming = builders.daginstitution(on=date(2099, 1, 1))
    planned = consolidation.plan(unit, old)
    consolidation.execute(planned, fingerprint=planned.fingerprint, actor=builders.ACTOR)
    lifecycle.close(unit, on=date(2026, 3, 1), actor=builders.ACTOR, reason="", cause=Cause.CLOSED, successors=[heir])
    rows = {line[0]: line[1:] for line in table(download(client, "numre.csv.gz"))}
    assert rows.pop("institutionsNummer") == ["nytNummer", "status", "aarsag", "efterfoelgere"]
    assert rows["A10001"] == rows[unit.number] == [unit.number, "Nedlagt", Cause.CLOSED, heir.number]
    assert rows[heir.number] == [heir.number, "Aktiv", "", ""]
    assert rows[coming.number] == [coming.number, "Kommende", "", ""]
    several = client.post("/api/v1/opslag/", list(rows), content_type="application/json").json()
    assert [[one["nytNummer"], one["status"], one["aarsag"] or ""] for one in several] == [
        one[:3] for one in rows.values()
    ]


def test_who_has_it_is_not_sent_it_again(client: Client) -> None:
    builders.daginstitution()
    first = client.get(NEWEST)
    assert client.get(NEWEST, headers={"If-None-Match": first["ETag"]}).status_code == 304
    file = first.json()["filer"][0]
    assert client.get(file["url"], headers={"If-None-Match": f'"{file["sha256"]}"'}).status_code == 304
    head = client.head(file["url"])
    assert (head.status_code, head["Content-Length"]) == (200, str(file["stoerrelse"]))


@pytest.mark.parametrize("path", ["1/tilstand.ndjson.gz", "99999999999999999999/x", "0/../x"])
def test_what_is_not_there_is_a_problem(client: Client, path: str) -> None:
    response = client.get(f"/api/v1/udtraek/{path}")
    assert (response.status_code, response.json()["code"]) == (404, "ikke_fundet")


def test_an_empty_register_has_a_snapshot_too(client: Client) -> None:
    assert manifest(client)["position"] == 0
    assert download(client, "tilstand.ndjson.gz") == b""
    assert table(download(client, "register.csv.gz")) == [list(COLUMNS)]


def test_the_command_makes_one_and_old_ones_go(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.daginstitution()
    call_command("make_snapshot")
    call_command("make_snapshot")
    assert capsys.readouterr().out.splitlines()[-1] == "Udtræk ved hændelse 1."
    assert Snapshot.objects.count() == 1
    today = periods.today()
    for ahead in range(1, KEPT + 3):
        monkeypatch.setattr(periods, "today", lambda ahead=ahead: today + timedelta(days=ahead))
        snapshots.make()
    assert Snapshot.objects.count() == KEPT
    assert SnapshotPiece.objects.count() == KEPT * 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_are_as_many_for_three_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        builders.daginstitution()
    snapshots.make()
    # The call is counted, then the manifest is read, then its files.
    with django_assert_num_queries(3):
        manifest(client)


@pytest.mark.usefixtures("own_database")
def test_many_who_ask_first_get_the_same_one() -> None:
    builders.tree()
    outcomes = at_once.run(*[lambda: snapshots.newest().pk] * 4)
    assert len(set(outcomes)) == 1
    assert Snapshot.objects.count() == 1
    assert snapshots.make().position == ledger.head()
