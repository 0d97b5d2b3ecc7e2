"""Systems that call: their keys and tokens, got as any system gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

from agreements.models import System
from registry import credentials, limits
from registry.models import Allowance
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from registry.credentials import Issued


def key(*scopes: str, system: str = "") -> Issued:
    """A key for a system, made where there is none of that code; good for everything where nothing is said."""
    known = System.objects.filter(code=system).first() or builders.system(system)
    return credentials.issue(known.code, scopes=scopes or ("laes", "skriv", "aftaler"), actor=ACTOR)


def bearer(issued: Issued) -> dict[str, str]:
    """The header with a token for a key, asked for at the token endpoint."""
    asked = {
        "grant_type": "client_credentials", "client_id": issued.credential.client_id, "client_secret": issued.secret,
    }  # fmt: skip
    answer = Client().post("/o/token/", asked, HTTP_HOST="testserver")
    assert answer.status_code == 200, answer.content
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def afresh() -> None:
    """Let everyone call as if nobody had: for a reader who asks more often than anyone may."""
    limits.purse.empty()
    Allowance.objects.all().delete()


def headers(*scopes: str, system: str = "") -> dict[str, str]:
    """The header of a system that calls, with a key of its own."""
    return bearer(key(*scopes, system=system))
