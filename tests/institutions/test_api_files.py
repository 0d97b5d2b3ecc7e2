"""`/api/v1/institutioner/` as CSV, NDJSON and a spreadsheet."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import pytest
from openpyxl import load_workbook

from institutions import consolidation, lifecycle
from institutions.columns import COLUMNS
from institutions.models import Cause, Version
from registry import periods
from tests import builders

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db
LIST = "/api/v1/institutioner/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fetch(client: Client, query: str, accept: str = "*/*") -> tuple[StreamingHttpResponse, bytes]:
    response = cast("StreamingHttpResponse", client.get(f"{LIST}?{query}", headers={"Accept": accept}))
    assert response.status_code == 200, response.content
    return response, b"".join(cast("Any", response.streaming_content))


def names(content: bytes) -> list[str]:
    return [line.split(";")[4] for line in content.decode("utf-8-sig").splitlines()[1:]]


@pytest.mark.parametrize(("query", "accept"), [("format=csv", "*/*"), ("", "text/csv"), ("format=csv", "text/html")])
def test_csv_is_the_registers_own(client: Client, query: str, accept: str) -> None:
    builders.tree()
    response, content = fetch(client, query, accept)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="institutioner.csv"'
    assert content.startswith(b"\xef\xbb\xbf" + ";".join(COLUMNS).encode() + b"\r\n")
    assert names(content) == ["Klynge Nord", "Lærkereden", "Lærkereden, udflytter"]


def test_json_lines_say_what_the_list_says_whatever_is_in_a_text(client: Client) -> None:
    top, unit, other = builders.tree()
    today = periods.today()
    odd = 'Æblehøj "\\N" \\. ; \u2028\u00a0\U0001f41d \t%(on)s {0}'
    lifecycle.correct(
        unit, on=today, actor=builders.ACTOR, name=odd, street="Søndre Allé", latitude=55.1, longitude=9.0
    )
    lifecycle.correct(top, on=today + timedelta(days=9), actor=builders.ACTOR, phone="12345678")
    lifecycle.close(other, on=today, actor=builders.ACTOR, reason="Lukker", cause=Cause.CLOSED)
    old = builders.legacy("A10001", email="mor@example.dk")
    builders.legacy("A10002", name="\\", municipality_text="Aarhus")
    plan = consolidation.plan(unit, old)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR, reason="Samme sted")
    for query in ("", "&niveau=uden for registeret", "&status=Nedlagt", "&skema=1", f"&gaeldende={today:%Y}-01-01"):
        response, content = fetch(client, f"format=ndjson{query}")
        rows = client.get(f"{LIST}?antal=9{query}").json()["resultater"]
        lines = [json.loads(line) for line in content.splitlines()]
        assert response["Content-Type"] == "application/x-ndjson"
        assert lines == sorted(rows, key=lambda row: (row["niveau"] != "daginstitution", row["institutionsNummer"]))
        assert [list(line) for line in lines] == [list(row) for row in rows]


def test_json_lines_are_json_whatever_old_rows_hold(client: Client) -> None:
    _top, unit, other = builders.tree()
    # No rule lets them in: as if they had come with a first load long ago.
    odd = "".join(map(chr, range(1, 32))) + '"\\' + "\x7f\u2028"
    Version.objects.filter(institution=unit).update(name=odd, town='"', institution_type='6"\\', ownership="\t")
    Version.objects.filter(institution=other).update(name="\x02", street="null")
    _response, content = fetch(client, "format=ndjson")
    rows = client.get(f"{LIST}?antal=9").json()["resultater"]
    assert [json.loads(line) for line in content.splitlines()] == rows
    assert rows[1]["navn"] == odd


def test_a_spreadsheet_has_the_same_rows(client: Client) -> None:
    builders.tree()
    response, content = fetch(client, "", XLSX)
    assert response["Content-Type"] == XLSX
    sheet: Any = load_workbook(BytesIO(content)).active
    rows = list(sheet.values)
    assert rows[0] == COLUMNS
    assert [row[4] for row in rows[1:]] == ["Klynge Nord", "Lærkereden", "Lærkereden, udflytter"]


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
def test_nothing_found_is_an_empty_file(client: Client, form: str) -> None:
    builders.tree()
    for query in ("q=zzzzqqqq", "kommuneKode=751", "kommuneKode=751&antal=2"):
        response, content = fetch(client, f"format={form}&{query}")
        assert "Link" not in response
        assert b"Klynge" not in content
        if form == "csv":
            assert names(content) == []


def test_filters_and_search_hold_for_files_too(client: Client) -> None:
    builders.tree()
    assert names(fetch(client, "format=csv&niveau=daginstitution")[1]) == ["Klynge Nord"]
    assert names(fetch(client, "format=csv&q=udflytter")[1]) == ["Lærkereden, udflytter"]


def test_a_page_of_a_file_names_the_next(client: Client) -> None:
    builders.tree()
    response, content = fetch(client, "format=csv&antal=2")
    assert names(content) == ["Klynge Nord", "Lærkereden"]
    following, relation = response["Link"].split(";")
    assert relation == ' rel="next"'
    rest = cast("Any", client.get(following.strip("<>")))
    assert names(b"".join(rest.streaming_content)) == ["Lærkereden, udflytter"]


def test_a_numbers_have_not_the_registers_columns(client: Client) -> None:
    builders.legacy("A10001")
    response = client.get(f"{LIST}?format=csv&niveau=uden for registeret")
    assert response.status_code == 400
    assert response.json()["errors"][0]["suggestions"] == ["json", "ndjson"]


def test_a_file_that_is_the_same_is_not_sent_again(client: Client) -> None:
    builders.tree()
    response, _content = fetch(client, "format=csv")
    again = client.get(f"{LIST}?format=csv", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
