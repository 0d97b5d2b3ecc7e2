"""The OpenAPI document holds, says everything in Danish, and is shown as a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/api/skema/").json()
    return told


def test_the_document_is_valid_and_nothing_in_it_is_guessed(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_every_operation_is_described_with_an_example(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    assert list(schema["paths"]) == [
        "/api/v1/institutioner/", "/api/v1/institutioner/{nummer}/", "/api/v1/institutioner/{nummer}/historik/",
        "/api/v1/institutioner/{nummer}/flyt/", "/api/v1/institutioner/{nummer}/nedlaeg/",
        "/api/v1/institutioner/{nummer}/genaabn/",
        "/api/v1/opslag/", "/api/v1/opslag/{nummer}/", "/api/v1/match/", "/api/v1/reconcile/",
        "/api/v1/reconcile/egenskaber/", "/api/v1/kommuner/",
        "/api/v1/kodetabeller/", "/api/v1/kodetabeller/{navn}/", "/api/v1/indberetninger/",
        "/api/v1/indberetninger/{id}/", "/api/v1/indberetninger/{id}/raekker/", "/api/v1/indberetninger/{id}/udfoer/",
        "/api/v1/haendelser/",
        "/api/v1/udtraek/seneste/", "/api/v1/udtraek/{udtraek}/{navn}",
        "/api/v1/dataaftaler/", "/api/v1/dataaftaler/institutionsnumre/",
        "/api/v1/mig/kald/", "/api/v1/mig/status/", "/api/v1/mig/position/",
        "/api/v1/mig/webhooks/", "/api/v1/mig/webhooks/{id}/", "/api/v1/mig/webhooks/{id}/kald/",
        "/api/v1/mig/webhooks/{id}/kald/{kald}/igen/",
    ]  # fmt: skip
    for operation in (one for told in schema["paths"].values() for one in told.values()):
        assert operation["summary"]
        assert operation["description"]
        assert all(one.get("description") for one in operation.get("parameters", ()))
        done = next(told for status, told in sorted(operation["responses"].items()) if status < "3")
        assert done["content"].get("application/json", done["content"].get("application/gzip"))["examples"]
        needs_token = {"401", "403"} if operation.get("security") else set()
        assert {"400", "429"} | needs_token <= operation["responses"].keys()


def test_the_example_has_the_fields_that_are_described(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    detail = schema["paths"]["/api/v1/institutioner/{nummer}/"]["get"]["responses"]["200"]["content"]
    example = next(iter(detail["application/json"]["examples"].values()))["value"]
    assert example.keys() == shapes["InstitutionDetalje"]["properties"].keys()


@pytest.mark.parametrize(("query", "kind"), [("", "application/json"), ("?format=yaml", "application/vnd.oai.openapi")])
def test_the_document_in_two_forms(client: Client, query: str, kind: str) -> None:
    assert client.get(f"/api/skema/{query}")["Content-Type"].split(";")[0] == kind


def test_the_page_shows_every_operation_and_asks_nothing_of_others(client: Client, schema: dict[str, Any]) -> None:
    response = client.get("/api/dokumentation/")
    page = response.content.decode()
    assert all(f"<code>{path}</code>" in page for path in schema["paths"])
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert re.findall(r"<script(?![^>]+src=)|<style|\son\w+=|\sstyle=", page) == []


def test_what_is_sent_is_shown_with_its_fields_and_an_example(client: Client, schema: dict[str, Any]) -> None:
    page = client.get("/api/dokumentation/").content.decode()
    sending = [one for methods in schema["paths"].values() for one in methods.values() if "requestBody" in one]
    assert page.count("Det, der sendes") == len(sending) > 5
    section = page.partition('id="indberet"')[2].partition("</section>")[0]
    for field in ("tilstand", "gaelderFra", "raekker[].eksternId", "raekker[].telefonNummer"):
        assert f"<code>{field}</code>" in section
    assert "<code>text/csv</code>" in section
    body = section.partition("Felterne, der kan sendes")[2].partition("</details>")[0]
    assert "Adressen med alle rækker" not in body  # what an answer calls by the same name
    assert "<code>trods</code>" in page.partition('id="opret"')[2].partition("</section>")[0]
