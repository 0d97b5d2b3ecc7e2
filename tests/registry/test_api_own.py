"""`/api/v1/mig/`: a system sees its calls, what was refused, and how far it is behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from registry import calls, ledger
from registry.models import Call, Reader
from tests import builders, calling

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
CALLS, STATUS, POSITION = "/api/v1/mig/kald/", "/api/v1/mig/status/", "/api/v1/mig/position/"


@pytest.fixture
def headers() -> dict[str, str]:
    return calling.headers("laes", system="AB123456")


def status(client: Client, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.get(STATUS, headers=headers)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def put(client: Client, headers: dict[str, str], position: object) -> Any:  # noqa: ANN401
    return client.put(POSITION, {"position": position}, content_type="application/json", headers=headers)


def test_only_with_a_token(client: Client) -> None:
    for url in (CALLS, STATUS):
        assert client.get(url).json()["code"] == "ikke_logget_ind"
    assert put(client, {}, 0).status_code == 401
    assert client.get(STATUS, headers=calling.headers("skriv")).json()["code"] == "mangler_scope"


def test_every_call_is_there_with_what_was_refused(client: Client, headers: dict[str, str]) -> None:
    other = calling.headers("laes", system="CD123456")
    client.get("/api/v1/institutioner/?farve=1", headers=headers)
    client.get("/api/v1/institutioner/", headers=headers)
    client.get("/api/v1/institutioner/")
    client.get("/api/v1/dataaftaler/", headers=headers)
    client.get("/api/v1/kommuner/", headers=other)
    told = client.get(CALLS, headers=headers).json()["resultater"]
    assert [(one["metode"], one["adresse"], one["status"], one["code"]) for one in told] == [
        ("GET", "/api/v1/dataaftaler/", 403, "mangler_scope"),
        ("GET", "/api/v1/institutioner/", 200, None),
        ("GET", "/api/v1/institutioner/?farve=1", 400, "ugyldig_forespoergsel"),
    ]
    wrong = client.get(f"{CALLS}?resultat=fejl&antal=1", headers=headers).json()
    rest = client.get(wrong["naeste"], headers=headers).json()
    assert [one["code"] for one in wrong["resultater"] + rest["resultater"]] == [
        "mangler_scope", "ugyldig_forespoergsel",
    ]  # fmt: skip
    assert rest["naeste"] is None


def test_a_position_is_kept_and_the_lag_is_told(client: Client, headers: dict[str, str]) -> None:
    builders.daginstitution()
    assert status(client, headers)["bagud"] is None
    here = ledger.head()
    assert put(client, headers, here).json() == {"position": here}
    told = status(client, headers)
    assert (told["position"], told["bagud"], told["aeldsteUlaeste"], told["sundhed"]) == (here, 0, None, "ok")
    builders.daginstitution()
    told = status(client, headers)
    assert (told["bagud"], told["aeldsteUlaeste"] is None) == (1, False)
    assert put(client, headers, 0).json() == {"position": 0}


@pytest.mark.parametrize("position", [99, -1, "x", None])
def test_a_position_that_is_none_is_refused(client: Client, headers: dict[str, str], position: object) -> None:
    answer = put(client, headers, position)
    assert answer.status_code in {400, 422}
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/position"]
    assert not Reader.objects.exclude(position=None).exists()


def test_health_says_what_is_wrong(client: Client, headers: dict[str, str]) -> None:
    assert status(client, headers)["sundhed"] == "tavs"
    for _each in range(3):
        client.get("/api/v1/institutioner/?farve=1", headers=headers)
    told = status(client, headers)
    assert (told["sundhed"], told["kald"]) == ("afvist", 4)
    assert [(one["code"], one["antal"]) for one in told["afvisninger"]] == [("ugyldig_forespoergsel", 3)]
    assert len(told["noegler"]) == 1
    Reader.objects.update(called_at=timezone.now() - timedelta(days=2))
    assert status(client, headers)["sundhed"] == "tavs"


def test_old_calls_are_forgotten(client: Client, headers: dict[str, str]) -> None:
    client.get("/api/v1/kommuner/", headers=headers)
    client.get("/api/v1/kommuner/", headers=headers)
    Call.objects.filter(pk=Call.objects.latest("pk").pk).update(at=timezone.now() - timedelta(days=40))
    assert calls.forget() == 1
    assert Call.objects.count() == 1
