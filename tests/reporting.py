"""Systems that report: a mandate, a delivery sent, a plan applied, as any system does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.test import Client

from institutions import mandates
from institutions.models import Verb
from registry import periods
from tests import builders, calling
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from institutions.models import Institution, Mandate

SYSTEM = "AB000001"
ROOT = "/api/v1/indberetninger/"


def mandate(
    system: str = SYSTEM,
    *,
    kommune: str = "101",
    verbs: Iterable[str] = Verb.values,
    since: date | None = None,
    institution: Institution | None = None,
) -> Mandate:
    """A mandate of a municipality; or of a private owner, where an institution is named."""
    return mandates.give(
        system, verbs=verbs, since=since or periods.today(), actor=ACTOR, institution=institution,
        municipality=None if institution else builders.municipality(kommune),
    )  # fmt: skip


class Reporter:
    """A system with a key that may write, and a mandate where one is wanted."""

    def __init__(self, system: str = SYSTEM, *, kommune: str = "101") -> None:
        self.client = Client()
        self.system = system
        self.headers = calling.headers("skriv", system=system)
        if kommune:
            mandate(system, kommune=kommune)

    def send(self, *rows: dict[str, Any], mode: str = "alt-eller-intet", key: str = "", **more: str) -> Any:  # noqa: ANN401
        """A delivery as JSON; gives the answer."""
        body = json.dumps({"tilstand": mode, **more, "raekker": list(rows)})
        return self.post(ROOT, body, **({"Idempotency-Key": key} if key else {}))

    def post(self, path: str, body: str = "", kind: str = "application/json", **headers: str) -> Any:  # noqa: ANN401
        return self.client.post(path, body, kind, headers={**self.headers, **headers})

    def patch(self, path: str, body: str, **headers: str) -> Any:  # noqa: ANN401
        return self.client.patch(path, body, "application/json", headers={**self.headers, **headers})

    def get(self, path: str) -> Any:  # noqa: ANN401
        return self.client.get(path, headers=self.headers)

    def apply(self, sent: Any, etag: str = "") -> Any:  # noqa: ANN401
        """The plan of an answer."""
        return self.post(sent.json()["udfoer"], **{"If-Match": etag or sent["ETag"]})
