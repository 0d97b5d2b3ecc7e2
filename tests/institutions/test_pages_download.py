"""`/hent-data/`: what can be downloaded, for people."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from institutions import lifecycle, snapshots
from institutions.columns import COLUMNS
from institutions.models import Table
from institutions.views import download
from registry import ledger, periods
from registry.models import Snapshot
from tests import builders
from tests.builders import ACTOR
from tests.reading import read

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
PAGE = "/hent-data/"


def test_before_the_first_night_the_page_says_so_and_makes_nothing(client: Client) -> None:
    text = read(client, PAGE)
    assert "Der er ikke lavet noget udtræk endnu Det første kommer i nat." in text
    assert Snapshot.objects.count() == 0


def test_each_file_of_the_newest_snapshot_is_told_and_leads_to_its_bytes(client: Client) -> None:
    builders.tree()
    builders.legacy()
    made = snapshots.make()
    text = read(client, PAGE)
    assert f"har alt til og med hændelse {ledger.head()}." in text
    files = {one.name: one for one in made.files.all()}
    assert len(files) == 4
    shown = client.get(PAGE).content.decode()
    for name, file in files.items():
        size = f"{file.size / 1_000_000:.2f}".replace(".", ",")
        assert f"{name} {size} MB {file.rows} rækker SHA-256 {file.sha256}" in text
        (address,) = re.findall(rf'href="(/api/v1/udtraek/[0-9]+/{re.escape(name)})"', shown)
        assert hashlib.sha256(body(client, address)).hexdigest() == file.sha256
    assert f"/api/v1/haendelser/?efter={made.position}" in shown


def test_the_form_leads_to_the_interfaces_own_address_without_what_is_left_out(client: Client) -> None:
    one = builders.unit()
    builders.unit(kommune="751", name="Ternen")
    lifecycle.close(one, on=date(2026, 4, 1), actor=ACTOR, reason="")
    asked = {
        "gaeldende": "2026-03-01",
        "niveau": "anvisningsenhed",
        "kommuneKode": "101",
        "status": "",
        "format": "csv",
    }
    response = client.get(PAGE, asked)
    wanted = "/api/v1/institutioner/?gaeldende=2026-03-01&niveau=anvisningsenhed&kommuneKode=101&format=csv"
    assert (response.status_code, response["Location"]) == (302, wanted)
    rows = body(client, wanted).decode("utf-8-sig").splitlines()
    assert [len(rows), rows[0]] == [2, ";".join(COLUMNS)]
    assert one.number in rows[1]
    for form in ("xlsx", "ndjson"):
        assert body(client, client.get(PAGE, {**asked, "format": form})["Location"])


def body(client: Client, address: str) -> bytes:
    response = cast("StreamingHttpResponse", client.get(address))
    assert response.status_code == 200
    return b"".join(cast("Any", response.streaming_content))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"gaeldende": "i går", "format": "csv"}, "En dag skrives ÅÅÅÅ-MM-DD, fx 2026-08-01."),
        ({"gaeldende": "", "format": "csv"}, "Vælg en dag."),
        ({"gaeldende": "2026-01-01", "format": "pdf"}, "»pdf« kan ikke vælges her."),
        ({"gaeldende": "2026-01-01", "format": "csv", "kommuneKode": "999"}, "»999« kan ikke vælges her."),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(client: Client, asked: dict[str, str], told: str) -> None:
    response = client.get(PAGE, asked)
    assert response.status_code == 400
    assert f'<span class="sr-only">Fejl:</span> {told}' in response.content.decode()


def test_every_column_and_every_code_table_is_explained(client: Client) -> None:
    assert [name for names, _about in download.COLUMNS for name in names] == list(COLUMNS)
    shown = client.get(PAGE).content.decode()
    assert re.findall(r'href="/api/v1/kodetabeller/([^/]+)/"', shown) == list(Table.values)
    assert 'href="/api/dokumentation/"' in shown
    assert f'value="{periods.today().isoformat()}"' in shown


def test_the_page_takes_four_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    builders.tree()
    snapshots.make()
    with django_assert_num_queries(4):
        read(client, PAGE)
