"""Systems call with a token: issued for a key, good for its scopes, gone with it."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from registry import credentials, ledger, urls
from registry.api.authentication import caller
from registry.api.reading import Reading
from registry.models import Credential, Event
from registry.problems import Refused
from tests import builders, calling
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client
    from rest_framework.request import Request

    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/registry/credential/"


class Own(Reading):
    """What a system alone may read, and write."""

    http_method_names = ("get", "head", "post")
    scopes: ClassVar = {"GET": "laes", "POST": "skriv"}

    def get(self, request: Request) -> HttpResponse:
        return JsonResponse({"system": caller(request).code, "scopes": sorted(caller(request).scopes)})

    def post(self, request: Request) -> HttpResponse:
        return JsonResponse({"sent": request._request.body.decode()})  # noqa: SLF001


class Open(Reading):
    """What anyone may read."""

    def get(self, request: Request) -> HttpResponse:
        return JsonResponse({"who": getattr(request.user, "code", None)})


urlpatterns = [path("own/", Own.as_view()), path("open/", Open.as_view()), *urls.urlpatterns]
views = override_settings(ROOT_URLCONF=__name__)


def ask(client: Client, key: credentials.Issued, **more: str) -> Any:  # noqa: ANN401
    """What the token endpoint answers."""
    data = {"grant_type": "client_credentials", **more}
    pair = base64.b64encode(f"{key.credential.client_id}:{key.secret}".encode()).decode()
    return client.post("/o/token/", data, headers={"Authorization": f"Basic {pair}"})


def test_a_token_for_a_key(client: Client) -> None:
    key = calling.key("laes", "skriv")
    told = ask(client, key).json()
    assert (told["token_type"], told["scope"], told["expires_in"]) == ("Bearer", "laes skriv", 3600)
    in_body = {"grant_type": "client_credentials", "client_id": key.credential.client_id, "client_secret": key.secret}
    assert client.post("/o/token/", in_body).status_code == 200


def test_neither_secret_nor_token_is_kept(client: Client) -> None:
    key = calling.key()
    token = ask(client, key).json()["access_token"]
    everything = "\n".join(row for rows in builders.dump().values() for row in rows)
    everything += "".join(map(str, Event.objects.values_list("data", flat=True)))
    assert (key.secret in everything, token in everything, key.credential.client_id in everything) == (
        False, False, True,
    )  # fmt: skip


def test_fewer_scopes_can_be_asked_for_and_never_more(client: Client) -> None:
    key = calling.key("laes", "skriv")
    assert ask(client, key, scope="laes").json()["scope"] == "laes"
    refused = ask(client, key, scope="laes aftaler")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("how", ["secret", "key", "grant"])
def test_a_wrong_secret_an_unknown_key_and_another_grant(client: Client, how: str) -> None:
    key = calling.key()
    wrong = {"client_id": key.credential.client_id, "client_secret": key.secret, "grant_type": "client_credentials"}
    wrong |= {
        "secret": {"client_secret": "x"},
        "key": {"client_id": "x"},
        "grant": {"grant_type": "password", "username": "x", "password": "x"},
    }[how]
    answer = client.post("/o/token/", wrong)
    assert "access_token" not in answer.json()
    assert (answer.status_code, answer.json()["error"]) == {
        "secret": (401, "invalid_client"), "key": (401, "invalid_client"), "grant": (400, "invalid_grant"),
    }[how]  # fmt: skip


@views
def test_who_calls(client: Client) -> None:
    key = calling.key("laes", system="AB000001")
    answer = client.get("/own/", headers=calling.bearer(key))
    assert answer.json() == {"system": "AB000001", "scopes": ["laes"]}
    assert client.get("/open/", headers=calling.bearer(key)).json() == {"who": "AB000001"}
    assert client.get("/open/").json() == {"who": None}


@views
def test_without_a_token_with_a_bad_one_and_with_too_little(client: Client) -> None:
    anonymous = client.get("/own/")
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "ikke_logget_ind")
    assert anonymous["WWW-Authenticate"].startswith("Bearer ")
    assert client.head("/own/").status_code == 401
    for path_, word in (("/own/", "Bearer x"), ("/open/", "Bearer x"), ("/open/", "Basic x"), ("/own/", "Bearer")):
        bad = client.get(path_, headers={"Authorization": word})
        assert (bad.status_code, bad.json()["code"]) == (401, "ugyldigt_token")
        assert 'error="invalid_token"' in bad["WWW-Authenticate"]
    little = client.post("/own/", "x", "text/csv", headers=calling.bearer(calling.key("laes")))
    assert (little.status_code, little.json()["code"]) == (403, "mangler_scope")
    assert 'scope="skriv"' in little["WWW-Authenticate"]


@views
def test_a_token_in_the_address_is_none(client: Client) -> None:
    token = calling.bearer(calling.key("laes"))["Authorization"].removeprefix("Bearer ")
    assert client.get("/own/", {"access_token": token}).status_code == 401


@views
def test_what_is_sent_is_left_for_the_view_to_read(client: Client) -> None:
    headers = calling.bearer(calling.key("skriv"))
    assert client.post("/own/", "a;b", "text/csv", headers=headers).json() == {"sent": "a;b"}
    assert client.post("/own/", "{", "application/json", headers=headers).json() == {"sent": "{"}


@views
def test_an_old_token_is_refused(client: Client) -> None:
    headers = calling.bearer(calling.key("laes"))
    get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert client.get("/own/", headers=headers).json()["code"] == "ugyldigt_token"


@views
def test_a_key_is_replaced_without_a_break(client: Client) -> None:
    old = calling.key("laes")
    before = calling.bearer(old)
    new = credentials.replace(old.credential, until=timezone.now() + timedelta(days=1), actor=ACTOR)
    assert [client.get("/own/", headers=one).status_code for one in (before, calling.bearer(old))] == [200, 200]
    assert client.get("/own/", headers=calling.bearer(new)).status_code == 200
    assert (new.credential.scopes, new.credential.system) == (old.credential.scopes, old.credential.system)
    # Its last moment passes.
    Credential.objects.filter(pk=old.credential.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/own/", headers=before).json()["code"] == "ugyldigt_token"
    with pytest.raises(AssertionError):
        calling.bearer(old)
    assert client.get("/own/", headers=calling.bearer(new)).status_code == 200


@views
def test_an_ended_keys_tokens_end_with_it(client: Client) -> None:
    key = calling.key("laes")
    headers = calling.bearer(key)
    credentials.end(key.credential, actor=ACTOR, reason="Lækket")
    assert client.get("/own/", headers=headers).status_code == 401
    with pytest.raises(Refused, match="gælder ikke længere"):
        credentials.end(key.credential, actor=ACTOR)


@views
def test_the_last_use_is_written_down_now_and_then(client: Client) -> None:
    key = calling.key("laes")
    headers = calling.bearer(key)
    assert Credential.objects.get().last_used_at is None
    client.get("/own/", headers=headers)
    first = Credential.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(connection) as asked:
        client.get("/own/", headers=headers)
    assert Credential.objects.get().last_used_at == first
    # Two for the token, two that write the call down.
    assert len([one for one in asked.captured_queries if "throttle" not in one["sql"]]) == 4


def test_what_the_ledger_tells_of_a_key() -> None:
    key = calling.key("laes", system="AB000001")
    credentials.end(key.credential, actor=ACTOR, reason="Ikke længere i brug")
    told = [
        (one.action, one.data["key"], one.data["scopes"]) for one in Event.objects.filter(action__startswith="key.")
    ]
    assert told == [(act, key.credential.client_id, ["laes"]) for act in ("key.issue", "key.end")]
    assert [one for one in ledger.verify() if isinstance(one, ledger.Break)] == []


def test_a_key_for_nobody_or_for_nothing() -> None:
    with pytest.raises(Refused) as refused:
        credentials.issue("ZZ999999", scopes=["laes"], actor=ACTOR)
    assert refused.value.code == "ukendt_system"
    with pytest.raises(Refused) as refused:
        credentials.issue(builders.system().code, scopes=["alt"], actor=ACTOR)
    assert (refused.value.code, refused.value.field) == ("ugyldig_vaerdi", "scopes")


def test_staff_issue_replace_and_end(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    system = builders.system("AB000001")
    made = client.post(f"{LIST}udsted/", {"system": system.code, "scopes": ["laes", "skriv"], "name": "drift"})
    key = Credential.objects.get()
    secret = made.context["secret"]
    assert (made.status_code, "no-store" in made["Cache-Control"], secret in made.content.decode()) == (200, True, True)
    assert (key.made_by, key.scopes, key.name) == ("kirsten", ["laes", "skriv"], "drift")
    assert ask(client, credentials.Issued(key, secret)).status_code == 200
    page = client.get(f"{LIST}{key.pk}/change/").content.decode()
    assert (key.client_id in page, key.client_secret in page) == (True, False)
    shown = client.get(LIST).content.decode()
    assert (key.client_id in shown, secret in shown) == (True, False)
    replaced = client.post(f"{LIST}{key.pk}/skift/", {"days": "7"})
    assert replaced.context["secret"] != secret
    assert len(credentials.live(system.code)) == 2
    assert client.post(f"{LIST}{key.pk}/afslut/", {"reason": ""}).status_code == 422
    client.post(f"{LIST}{key.pk}/afslut/", {"reason": "Lækket"})
    assert [one.pk for one in credentials.live(system.code)] == [replaced.context["key"].pk]
    again = client.post(f"{LIST}{key.pk}/skift/", {"days": "7"})
    assert (again.status_code, "gælder ikke længere" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("page", ["", "udsted/", "1/skift/", "1/afslut/"])
def test_only_staff(client: Client, mads: User, page: str) -> None:
    calling.key()
    client.force_login(mads)
    assert client.get(f"{LIST}{page}").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(client: Client, kirsten: User, count: int) -> None:
    client.force_login(kirsten)
    for _each in range(count):
        calling.key()
    client.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    assert len(asked) == 4


def test_the_librarys_own_pages_are_not_there(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    for name in ("accesstoken", "grant", "refreshtoken", "idtoken"):
        assert client.get(f"/admin/oauth2_provider/{name}/").status_code == 404


@pytest.mark.parametrize("address", ["/o/token/", "/o/revoke_token/"])
@pytest.mark.parametrize("place", ["header", "body"])
def test_an_id_that_can_be_none_is_nobodys(client: Client, address: str, place: str) -> None:
    sent, headers = {"grant_type": "client_credentials", "token": "x"}, {}
    if place == "header":
        headers["Authorization"] = f"Basic {base64.b64encode(b'a%00b:secret').decode()}"
    else:
        sent |= {"client_id": "a\0b", "client_secret": "secret"}
    answer = client.post(address, sent, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
