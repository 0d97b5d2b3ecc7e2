"""Whatever is sent to whatever the OpenAPI document names, the answer is one that the document names too.

schemathesis makes the calls from the document itself: its examples, every bound of every field, random ones, and
those that follow an answer's links; and holds each answer against it. `FUZZ_EXAMPLES=200` asks longer, and elsewhere
each time (docs/operations.md).
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

from registry import limits
from registry.limits import Policy
from tests import documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.generation.case import Case

LONGER = os.environ.get("FUZZ_EXAMPLES")
BELIEVED = ["2xx", "3xx", "401", "403", "404", "409"]
CHECKS = {
    # RFC 6585 has a status of its own for a condition that is missing, and a rule's refusal may come first.
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "409", "422", "428"]},
    # What is wrong may also be told by what comes first: gone, a plan that has changed, an expectation.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "428"]
    },
    # A schema says how a thing is written, the register what is true: 422 is a rule's refusal, 406 a form that the
    # content has not. A 400 must be one of `BEYOND`.
    "positive_data_acceptance": {"expected-statuses": [*BELIEVED, "400", "406", "410", "412", "415", "422"]},
}
# A hook that is ended is still the system's own: it can be ended twice, and its calls can be read.
KEPT = {"include-path-regex": "^/api/v1/mig/webhooks/", "checks": {"use_after_free": {"enabled": False}}}
# What is written as the schema says, and refused as unreadable all the same, by pointer and code.
BEYOND = {
    ("#/cursor", "ugyldig_parameter"): "one that an earlier page gave",
    ("#/efter", "ugyldig_parameter"): "a position that is reached",
    **{(f"#/{table}", "ukendt_kode"): "a code of the table, to which codes are added"
       for table in ("instType3", "ejerformKode", "lovgrundlagKode")},
    ("#/kommuneKode", "ukendt_kommune"): "one of the municipalities that there are",
    **{(f"#/{field}", "ugyldigt_nummer"): "a number, or a name that the vendor has given"
       for field in ("nummer", "til", "efterfoelgere")},
    ("#/gaelderFra", "ugyldig_parameter"): "a day of the calendar",
    ("#/tilstand", "ugyldig_parameter"): "said in the address, where a file is sent",
    **{(f"#/{text}", "ugyldig_parameter"): "more than white space" for text in ("q", "prefix", "queries")},
    ("#/queries", "ugyldig_forespoergsel"): "JSON inside a text",
    ("#", "ugyldig_vaerdi"): "at least one thing that is known",
    ("#", "ugyldig_forespoergsel"): "a file of a column; text without the character NUL",
    ("#/servicekoder/n", "ugyldig_vaerdi"): "a service that there is",
    **{(f"#/{name}", "ukendt_parameter"): "parameters that go with a file, not with JSON"
       for name in ("tilstand", "gaelderFra", "begrundelse", "opretTrodsDublet")},
}  # fmt: skip
# What must be answered well at least once, or the walk has not come in: by who may.
REACHED = {
    "anyone": {"GET /api/v1/institutioner/{nummer}/", "POST /api/v1/opslag/", "GET /api/v1/udtraek/{udtraek}/{navn}"},
    "foreign": {"GET /api/v1/mig/status/", "GET /api/v1/dataaftaler/", "PUT /api/v1/mig/position/"},
    "vendor": {
        "POST /api/v1/institutioner/", "POST /api/v1/institutioner/{nummer}/flyt/", "POST /api/v1/indberetninger/",
        "GET /api/v1/indberetninger/{id}/", "GET /api/v1/indberetninger/{id}/raekker/",
        "GET /api/v1/mig/webhooks/{id}/kald/",
    },
}  # fmt: skip


class Application:
    """The real application, whose connections are kept from call to call, as a server's are, and closed at the end."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()
        self._opened: set[Any] = set()
        self._calls = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401
        # A key is for one thing: each call has one of its own, but for every tenth, which is asked for again.
        self._calls += 1
        if self._calls % 10 and "HTTP_IDEMPOTENCY_KEY" in environ:
            environ["HTTP_IDEMPOTENCY_KEY"] += f"-{self._calls}"
        one = connections["default"]
        if one not in self._opened:
            one.inc_thread_sharing()
            self._opened.add(one)
        return self._handler(environ, start_response)

    def close(self) -> None:
        """What the engine's threads have left."""
        for one in self._opened:
            one.close()


class Walk:
    """Every call that was made, what each operation answered, and what was wrong with it."""

    def __init__(self, application: Application, headers: dict[str, str], *, every_bound: bool) -> None:
        generation = {"max-examples": int(LONGER or 3), "deterministic": not LONGER, "database": "none"}
        config = SchemathesisConfig.from_dict({
            "headers": headers, "continue-on-failure": True, "generation": generation, "checks": CHECKS,
            "operations": [KEPT],
            "phases": {"coverage": {"enabled": every_bound}}, **({} if LONGER else {"seed": 1}),
        })  # fmt: skip
        self.document = schemathesis.openapi.from_wsgi("/api/skema/", application, config=config)
        self.codes = {
            (f"{method.upper()} {path}", int(status)): {
                one["value"]["code"] for one in answer["content"]["application/problem+json"]["examples"].values()
            }
            for path, methods in self.document.raw_schema["paths"].items() for method, told in methods.items()
            for status, answer in told["responses"].items() if status >= "4"
        }  # fmt: skip
        self.answered: dict[str, set[int]] = defaultdict(set)
        self.wrong: dict[str, str] = {}
        self.told: set[tuple[str, bytes]] = set()
        for event in from_schema(self.document).execute():
            if isinstance(event, events.NonFatalError):
                self.wrong[event.label] = str(event.value)
            elif isinstance(event, events.FatalError):
                raise event.exception
            elif isinstance(event, events.ScenarioFinished):
                self._take(event.recorder)

    def _take(self, recorder: Any) -> None:  # noqa: ANN401
        for key, made in recorder.interactions.items():
            if made.response is not None:
                case = recorder.cases[key].value
                self.answered[case.operation.label].add(made.response.status_code)
                self.told.add((case.operation.label, made.response.content))
                self._judge(case, made.response)
        for nodes in recorder.checks.values():
            for failed in (node.failure_info for node in nodes if node.failure_info):
                named = f"{failed.failure.operation}: {failed.failure.title}. {failed.failure.message[:200]}"
                self.wrong.setdefault(named, failed.code_sample)

    def _judge(self, case: Case[Any], answer: Any) -> None:  # noqa: ANN401
        """A refusal has a code that the document names; of what is written as it should be, one no schema can tell."""
        if answer.headers.get("content-type") == ["application/problem+json"] and answer.status_code != 405:
            code = json.loads(answer.content)["code"]
            if code not in self.codes.get((case.operation.label, answer.status_code), ()):
                self.wrong[f"{case.operation.label}: {answer.status_code} {code}"] = f"{case.body!r:.200}"
        if answer.status_code != 400 or case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
            return
        for one in json.loads(answer.content)["errors"]:
            place, code = one["pointer"], one["code"]
            general = "/".join("n" if part.isdecimal() else part for part in place.split("/"))
            if (general, code) not in BEYOND:
                self.wrong[f"{case.operation.label}: refused {place} {code}"] = f"{one['detail']} {case.body!r:.200}"


@pytest.fixture
def application(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    del own_database
    for name in ("ANYONE", "SYSTEM"):
        monkeypatch.setattr(limits, name, Policy("alle", 10**6))
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", None)
    made = Application()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("who", documented.WHO)
def test_every_answer_is_one_that_the_document_names(application: Application, who: str) -> None:
    world = documented.World()
    owned = world.owned()
    # The bounds of a field are the same for every system: in a hurry one of them tries them.
    walk = Walk(application, world.headers[who], every_bound=bool(LONGER) or who != "foreign")
    assert not walk.wrong, "\n".join(f"{what}\n    {sample}" for what, sample in walk.wrong.items())
    assert {f"{method.upper()} {path}" for path, of in walk.document.raw_schema["paths"].items() for method in of} == (
        walk.answered.keys()
    )
    assert {label for label in REACHED[who] if not any(200 <= code < 300 for code in walk.answered[label])} == set()
    if who != "vendor":
        assert {one for one in walk.told if any(mark.encode() in one[1] for mark in world.markers)} == set()
        assert world.owned() == owned
    assert not [label for label, said in walk.told if world.private.encode() in said]
