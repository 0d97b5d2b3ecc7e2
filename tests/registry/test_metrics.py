"""`/metrics`, read as Prometheus reads it."""

from __future__ import annotations

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from institutions import snapshots
from registry import ledger
from registry.models import Hook, HookCall, Job, Message, Reader, Worker
from tests import builders
from tests.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from django.test import Client
    from prometheus_client.metrics_core import Metric
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

TOKEN = {"Authorization": "Bearer hemmeligt-tegn"}

type Figures = Mapping[tuple[str, ...], float]


@pytest.fixture
def _told(settings: Settings) -> None:
    settings.METRICS_TOKEN = "hemmeligt-tegn"


def figures(text: str, read: Callable[[str], Iterable[Metric]] = text_string_to_metric_families) -> Figures:
    """Every sample by its name and the values of its labels."""
    return {
        (one.name, *(value for _name, value in sorted(one.labels.items()))): one.value
        for family in read(text)
        for one in family.samples
    }


def scrape(client: Client) -> Figures:
    response = client.get("/metrics", headers=TOKEN)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return figures(response.content.decode())


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_the_register_is_told_as_it_stands(client: Client) -> None:
    before = scrape(client)
    assert (before["register_database_up",], before["register_feed_head",]) == (1, 0)
    assert ("register_snapshot_timestamp_seconds",) not in before
    unit, now = builders.unit(), timezone.now()
    made = snapshots.make()
    Worker.objects.create(id="a", host="a", pid=1, started_at=now, seen_at=now)
    Job.objects.create(what="x", work="x", actor="x", total=1, state=Job.State.STOPPED)
    Job.objects.create(what="x", work="x", actor="x", total=1, state=Job.State.DONE)
    for nth, state in enumerate([*Message.State, Message.State.FAILED]):
        Message.objects.create(
            token=f"t{nth}", message_id=f"m{nth}", to="x@x.example", title="x", text="x", about="x", actor="x",
            state=state, settled="ringet" if nth == len(Message.State) else "",
        )  # fmt: skip
    for nth, (state, attempts) in enumerate([("venter", 0), ("venter", 2), ("fejlet", 5), ("modtaget", 1)]):
        hook = Hook.objects.create(system="x", url=f"https://x.example/{nth}", secret="x", position=0)
        HookCall.objects.create(hook=hook, message_id=f"o{nth}", body="{}", state="fejlet", attempts=5)
        HookCall.objects.create(hook=hook, message_id=f"n{nth}", body="{}", state=state, attempts=attempts)
    Hook.objects.create(system="x", url="https://x.example/", secret="x", position=0, ended_at=now)
    Reader.objects.create(
        system=builders.agreement(unit).system.code, called_at=now - timedelta(days=400)
    )  # the one that is silent
    Reader.objects.create(system=builders.agreement(unit).system.code, called_at=now)
    wanted: dict[tuple[str, ...], Any] = {
        ("register_database_up",): 1, ("register_systems_silent",): 1,
        ("register_feed_head",): ledger.head(),
        ("register_feed_head_timestamp_seconds",): pytest.approx(now.timestamp(), abs=5),
        ("register_snapshot_position",): made.position,
        ("register_snapshot_timestamp_seconds",): pytest.approx(made.made_at.timestamp()),
        ("register_workers",): 1,
        **{("register_tasks", state): 0 for state in ("due", "later", "running", "failed")},
        **{("register_jobs", state): 0 for state in ("waiting", "running", "stopping")},
        ("register_jobs", "stopped"): 1,
        **{("register_mail", state): 1 for state in ("waiting", "failed", "bounced")},
        ("register_webhooks",): 4,
        ("register_webhooks_failing", "retried"): 1, ("register_webhooks_failing", "failed"): 1,
    }  # fmt: skip
    told = {name: value for name, value in scrape(client).items() if not name[0].startswith("register_request")}
    assert told == wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_requests_are_counted_by_view_method_and_status(client: Client) -> None:
    def count(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    before = scrape(client)
    for _nth in range(3):
        client.get("/statistik/")
    client.get("/institution/G99999/")
    client.get("/ingen-side/")
    client.get("/en-anden/")
    client.generic("BREW", "/")
    client.post("/opslag/", {"numre": "x"})
    after = scrape(client)
    assert count("register_requests_total", "GET", "200", "institutions:statistics") == 3
    assert count("register_requests_total", "GET", "404", "institutions:institution") == 1
    assert count("register_requests_total", "GET", "404", "ingen") == 2
    assert count("register_requests_total", "ingen", "405", "institutions:search") == 1
    assert count("register_requests_total", "POST", "200", "institutions:lookup") == 1
    assert count("register_requests_total", "GET", "200", "registry.metrics.metrics") == 1
    assert count("register_request_seconds_count", "GET", "institutions:statistics") == 3
    assert count("register_request_seconds_bucket", "+Inf", "GET", "institutions:statistics") == 3
    assert 0 < count("register_request_seconds_sum", "GET", "institutions:statistics") < 30


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_it_takes_as_many_queries_whatever_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _nth in range(3):
        builders.agreement(builders.unit())
    snapshots.make()
    with django_assert_num_queries(12):
        scrape(client)


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_openmetrics_is_told_to_who_asks_for_it(client: Client) -> None:
    asked = {**TOKEN, "Accept": "application/openmetrics-text; version=1.0.0, text/plain; q=0.5"}
    response = client.get("/metrics", headers=asked)
    assert response["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert figures(response.content.decode(), openmetrics)["register_database_up",] == 1


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer forkert", "Basic hemmeligt-tegn", "hemmeligt-tegn"])
def test_without_the_token_nothing_is_told(client: Client, given: str) -> None:
    response = client.get("/metrics", headers={"Authorization": given}, REMOTE_ADDR="127.0.0.1")
    assert (response.status_code, response["WWW-Authenticate"], response.content) == (401, "Bearer", b"token\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hosts", "proxy", "address", "status"),
    [
        (["localhost", "127.0.0.1"], None, "127.0.0.1", 200), (["localhost"], None, "::1", 200),
        (["localhost"], None, "10.0.0.7", 404), (["localhost"], None, "", 404),
        (["localhost", "register.example.dk"], None, "127.0.0.1", 404),
        (["localhost"], ("HTTP_X_FORWARDED_PROTO", "https"), "127.0.0.1", 404),
    ],
)  # fmt: skip
def test_where_no_token_is_set_only_a_machine_that_is_alone_is_told(
    client: Client, settings: Settings, hosts: list[str], proxy: tuple[str, str] | None, address: str, status: int
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_PROXY_SSL_HEADER = hosts, proxy
    assert client.get("/metrics", REMOTE_ADDR=address, headers={"Host": "localhost"}).status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_without_a_database_the_requests_are_told_all_the_same(client: Client) -> None:
    client.get("/healthz")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_message RENAME TO registry_gone")
    told = scrape(client)
    assert told["register_database_up",] == 0
    assert told["register_requests_total", "GET", "200", "registry.health.live"] > 0
    assert ("register_feed_head",) not in told


def test_several_processes_answer_for_all_of_them(own_database: str, tmp_path: Path) -> None:
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "WEB_CONCURRENCY": "3", "METRICS_TOKEN": "hemmeligt-tegn"}
    with served(own_database, **shared) as address:
        asked = 0
        # Who takes a call is the kernel's affair: until two have counted something.
        while not asked or (asked < 600 and len(list(tmp_path.glob("counter_*.db"))) < 2):
            with ThreadPoolExecutor(12) as readers:
                answers = list(readers.map(lambda _nth: _get(f"{address}/statistik/statistik.csv"), range(60)))
            assert [status for status, _text in answers] == [200] * 60
            asked += 60
        assert len(list(tmp_path.glob("counter_*.db"))) > 1
        assert {figures(_get(f"{address}/metrics")[1])[_TABLE] for _nth in range(12)} == {asked}


_TABLE = ("register_requests_total", "GET", "200", "institutions:statistics_csv")


def _get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(urllib.request.Request(address, headers=TOKEN), timeout=30) as response:  # noqa: S310
        return response.status, response.read().decode()
