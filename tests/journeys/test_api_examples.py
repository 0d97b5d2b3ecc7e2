"""Every operation of the OpenAPI document is shown by examples that hold: as its schema says, and as the service does.

They are sent as they stand to a register in which their numbers are there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from jsonschema import Draft202012Validator

from tests import documented

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.django_db
JSON = "application/json"
# Where an example's name does not resolve, the same call to a place that does.
INSTEAD = {"mig_webhooks_opret": json.dumps({"url": "http://127.0.0.1/vaek"})}
# What must have been done before.
FIRST, CLOSED = {"genaabn": "/api/v1/institutioner/G23218/nedlaeg/"}, json.dumps({"gaelderFra": "2026-01-01"})
# Whose ETag an operation builds upon.
READ = {"ret": "/api/v1/institutioner/G23218/", "udfoer_indberetning": f"/api/v1/indberetninger/{documented.DELIVERY}/"}


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/api/skema/").json()
    return told


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def contents(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything that is sent or answered, by its name: the schema and the examples."""
    for _path, _method, operation in operations(document):
        name = operation["operationId"]
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} sends {kind}", content
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                yield f"{name} answers {status} {kind}", content
        for one in operation.get("parameters", ()):
            if one["in"] == "path" or one.get("required"):
                yield f"{name} asks for {one['name']}", one


def test_everything_that_is_sent_or_answered_has_an_example(document: dict[str, Any]) -> None:
    without = [name for name, content in contents(document) if not content.get("examples")]
    assert without == []
    for _path, _method, operation in operations(document):
        done = {status for status in operation["responses"] if status.startswith("2")}
        assert done, operation["operationId"]


def test_every_example_is_as_its_schema_says(document: dict[str, Any]) -> None:
    wrong: dict[str, str] = {}
    for name, content in contents(document):
        schema = {**content["schema"], "components": document["components"]}
        judge = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for example in content["examples"].values():
            if "value" in example:
                wrong |= {
                    f"{name}: {error.json_path}": error.message[:200] for error in judge.iter_errors(example["value"])
                }
    assert wrong == {}


def test_every_problem_is_shown_once_with_the_status_it_stands_under(document: dict[str, Any]) -> None:
    for _path, _method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "4":
                shown = answer["content"]["application/problem+json"]["examples"]
                assert {str(one["value"]["status"]) for one in shown.values()} == {status}
                assert len({one["value"]["code"] for one in shown.values()}) == len(shown)


class Sender:
    """The examples, sent by the vendor to whom they belong, or by another."""

    def __init__(self, world: documented.World, who: str = "vendor") -> None:
        self.client, self.headers, self.owner = Client(), world.headers[who], world.headers["vendor"]

    def send(self, path: str, method: str, operation: Mapping[str, Any], kind: str, example: Any) -> Any:  # noqa: ANN401
        """What an operation answers to its own example; then all is as it was."""
        name, headers = operation["operationId"], dict(self.headers)
        body = INSTEAD.get(name) or (example if isinstance(example, str) else json.dumps(example))
        if kind == "application/x-www-form-urlencoded":
            body = "&".join(f"{key}={value}" for key, value in example.items())
        for one in operation.get("parameters", ()):
            if one["in"] == "path":
                path = path.replace("{" + one["name"] + "}", str(next(iter(one["examples"].values()))["value"]))
        if name == "indberet" and kind != JSON:
            path = f"{path}?tilstand=validering"
        with transaction.atomic(), override_settings(DEBUG=name in INSTEAD):
            if name in FIRST:
                assert self.client.post(FIRST[name], CLOSED, JSON, headers=self.owner).status_code == 200
            if name in READ:
                headers["If-Match"] = self.client.get(READ[name], headers=self.owner)["ETag"]
            answer = self.client.generic(method.upper(), path, body if kind else "", kind or JSON, headers=headers)
            content = answer.getvalue()
            transaction.set_rollback(True)
        return answer, content


def differences(shown: Any, told: Any, at: str = "") -> Iterator[str]:  # noqa: ANN401
    """Members that one has and the other has not; of a list the first row, where both have one."""
    if at.endswith("/versioner"):
        return  # a version has the facts that are known, and no other
    if isinstance(shown, dict) and isinstance(told, dict):
        yield from (f"{at}/{name}" for name in shown.keys() ^ told.keys())
        for name in shown.keys() & told.keys():
            yield from differences(shown[name], told[name], f"{at}/{name}")
    elif isinstance(shown, list) and isinstance(told, list) and shown and told:
        yield from differences(shown[0], told[0], f"{at}/0")
    elif isinstance(shown, dict | list) != isinstance(told, dict | list) and None not in (shown, told):
        yield at


def test_the_examples_sent_as_they_stand_are_answered_as_they_say(document: dict[str, Any]) -> None:
    sender, different = Sender(documented.World()), {}
    for path, method, operation in operations(document):
        sent = operation.get("requestBody", {}).get("content") or {"": {"examples": {"": {}}}}
        for kind, content in sent.items():
            for example in content["examples"].values():
                if "externalValue" in example:
                    continue
                answer, said = sender.send(path, method, operation, kind, example.get("value"))
                shown = operation["responses"].get(str(answer.status_code), {}).get("content", {})
                place = f"{operation['operationId']} {kind} {answer.status_code}"
                if answer.status_code >= 300:
                    different[place] = said.decode()
                elif JSON in shown and answer["Content-Type"] == JSON:
                    first = next(iter(shown[JSON]["examples"].values()))["value"]
                    if found := sorted(differences(first, json.loads(said))):
                        different[place] = str(found)
    assert different == {}


def test_sent_by_another_vendor_they_find_nothing_and_change_nothing(document: dict[str, Any]) -> None:
    world = documented.World()
    sender, before, refused = Sender(world, "foreign"), world.owned(), {}
    for path, method, operation in operations(document):
        acts = method != "get" and path.startswith("/api/v1/institutioner/")
        if acts or "{id}" in path:
            [(kind, content)] = (operation.get("requestBody", {}).get("content") or {"": {}}).items()
            example = next(iter(content.get("examples", {"": {}}).values())).get("value")
            answer, said = sender.send(path, method, operation, kind, example)
            refused[operation["operationId"]] = json.loads(said)["code"]
            assert (answer.status_code, world.owned()) == (403 if acts else 404, before), operation["operationId"]
            assert not any(mark.encode() in said for mark in world.markers)
    assert refused == {
        **dict.fromkeys(["opret", "ret", "flyt", "nedlaeg", "genaabn"], "mandat_mangler"),
        **dict.fromkeys(["indberetning", "indberetningens_raekker", "udfoer_indberetning", "mig_webhook_afslut",
                         "mig_webhook_kald", "mig_webhook_igen"], "ikke_fundet"),
    }  # fmt: skip


def test_what_is_too_large_to_show_can_be_fetched(document: dict[str, Any], client: Client) -> None:
    documented.World()
    found = [
        (one["externalValue"], name.split()[-1])
        for name, content in contents(document) for one in content["examples"].values() if "externalValue" in one
    ]  # fmt: skip
    assert found
    for address, kind in found:
        answer: Any = client.get(address)
        assert (answer["Content-Type"], answer.getvalue()[:2]) == (kind, b"PK")
