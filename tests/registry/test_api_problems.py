"""Every error under `/api/` is problem+json, and every problem has a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client, RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.test import APIRequestFactory

from registry import problems
from registry.api.problems import server_error
from registry.api.reading import Reading
from tests import builders, calling

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

pytestmark = pytest.mark.django_db


def raising(error: Exception) -> HttpResponse:
    """What a view answers that raises."""

    class Broken(Reading):
        def get(self, request: Request) -> HttpResponse:
            del request
            raise error

    answer: HttpResponse = Broken.as_view()(APIRequestFactory().get("/api/v1/x/"))
    return answer


def test_a_problem_has_every_member_and_a_page(client: Client) -> None:
    response = client.get("/api/v1/institutioner/?farve=1")
    told = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert told.pop("errors")[0]["value"] == "1"
    assert told == {
        "type": "http://testserver/problemer/ugyldig_forespoergsel/", "title": "Forespørgslen kan ikke læses",
        "status": 400, "code": "ugyldig_forespoergsel", "detail": "Parameteren »farve« findes ikke her.",
        "instance": "/api/v1/institutioner/?farve=1",
    }  # fmt: skip
    assert client.get(told["type"].removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize("code", problems.catalogue())
def test_every_problem_has_its_page(client: Client, code: str) -> None:
    response = client.get(f"/problemer/{code}/")
    assert response.status_code == 200
    assert f"<code>{code}</code>" in response.content.decode()


def test_the_list_of_problems_and_one_that_is_none(client: Client) -> None:
    assert client.get("/problemer/").status_code == 200
    assert client.get("/problemer/findes_ikke/").status_code == 404


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/institutioner/", "/api/v1/skoler/"])
def test_an_address_that_is_none(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "ikke_fundet")


def test_an_address_that_is_none_is_so_whatever_is_sent() -> None:
    answer = Client(enforce_csrf_checks=True).delete("/api/v1/mig/webhooks/sundhed/")
    assert (answer.status_code, answer.json()["code"]) == (404, "ikke_fundet")


def test_a_form_without_its_boundary_is_our_callers_error() -> None:
    answer = Client().post("/api/v1/match/", b"navn", "multipart/form-data", headers=calling.headers())
    assert (answer.status_code, answer.json()["code"]) == (400, "ugyldig_forespoergsel")


def test_a_method_that_is_none_is_so_to_everyone(client: Client) -> None:
    answer = client.post("/api/v1/institutioner/G23218/")
    assert (answer.status_code, answer.json()["code"]) == (405, "forkert_metode")


@pytest.mark.parametrize(("member", "value"), [("proev", True), ("proeve", 0), ("proeve", "ja"), ("proeve", None)])
def test_a_body_is_taken_at_its_word(client: Client, member: str, value: object) -> None:
    builders.service("ws10")
    sent = {"institutionsnumre": ["G23218"], "servicekoder": ["ws10"], "databehandleraftale": True, member: value}
    answer = client.post("/api/v1/dataaftaler/", json.dumps(sent), "application/json", headers=calling.headers())
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"#/{member}"]


@pytest.mark.parametrize("path", ["opslag/", "match/", "institutioner/", "indberetninger/", "dataaftaler/"])
@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', "NaN"])
def test_what_is_no_text_is_refused(client: Client, path: str, text: str) -> None:
    for body in (f"[{text}]", f'{{"navn": {text}}}', f'{{"raekker": [{{"navn": {text}}}]}}'):
        answer = client.post(f"/api/v1/{path}", body, "application/json", headers=calling.headers())
        assert (answer.status_code, answer.json()["code"]) == (400, "ugyldig_forespoergsel"), body
    said = client.post("/api/v1/opslag/", '["\\\\u0000"]', "application/json").json()
    assert [one["nummer"] for one in said] == ["\\u0000"]


def test_a_moment_may_have_any_offset_that_can_be_written(client: Client) -> None:
    assert client.get("/api/v1/institutioner/", {"kendt": "2026-01-31T12:00:00+19:07"}).status_code == 200


def test_a_whole_number_is_sent_as_one(client: Client) -> None:
    answer = client.put("/api/v1/mig/position/", '{"position": "0"}', "application/json", headers=calling.headers())
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/position"]


def test_a_last_slash_is_added(client: Client) -> None:
    response = client.get("/api/v1/institutioner?antal=1")
    assert (response.status_code, response["Location"]) == (308, "/api/v1/institutioner/?antal=1")


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/x/", "application/problem+json"), ("/x/", "text/html")])
def test_an_error_outside_a_view(path: str, kind: str) -> None:
    response = server_error(RequestFactory().get(path))
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (500, kind)


def test_a_method_that_is_none(client: Client) -> None:
    response = client.post("/api/v1/kommuner/", {})
    assert (response.status_code, response.json()["code"], response["Allow"]) == (405, "forkert_metode", "GET, HEAD")


def test_a_form_that_is_none(client: Client) -> None:
    response = client.get("/api/v1/kommuner/", headers={"Accept": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (406, "forkert_format")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "application/json", "*/*", ""])
def test_forms_that_json_will_do_for(client: Client, accept: str) -> None:
    assert client.get("/api/v1/kommuner/", headers={"Accept": accept})["Content-Type"] == "application/json"


def test_our_own_errors_are_problems_too_and_are_written_down(caplog: pytest.LogCaptureFixture) -> None:
    response = raising(ZeroDivisionError("hemmeligt"))
    assert (response.status_code, json.loads(response.content)["code"]) == (500, "intern_fejl")
    assert "hemmeligt" not in response.content.decode()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.NotAuthenticated(), 401, "ikke_logget_ind"),
        (exceptions.PermissionDenied(), 403, "ikke_tilladt"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "forkert_medietype"),
        (exceptions.ParseError(), 400, "ugyldig_forespoergsel"),
    ],
)
def test_the_frameworks_errors_have_codes_of_ours(error: Exception, status: int, code: str) -> None:
    response = raising(error)
    assert (response.status_code, f'"code": "{code}"' in response.content.decode()) == (status, True)


def test_what_a_serializer_refuses_is_pointed_at() -> None:
    class Row(serializers.Serializer[Any]):
        number = serializers.CharField(max_length=6)

    class Delivery(serializers.Serializer[Any]):
        rows = Row(many=True)

    form = Delivery(data={"rows": [{"number": "G12345"}, {"number": "G123456"}, {}]})
    with pytest.raises(exceptions.ValidationError) as refused:
        form.is_valid(raise_exception=True)
    told = json.loads(raising(refused.value).content)
    assert [one["pointer"] for one in told["errors"]] == ["#/rows/1/number", "#/rows/2/number"]
