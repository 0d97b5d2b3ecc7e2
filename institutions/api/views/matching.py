"""Which institution is it: our own way of asking, and the W3C's Reconciliation API 0.2 for OpenRefine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.parsers import FormParser
from rest_framework.response import Response

from institutions.api import asked, told
from institutions.api.asked import LONGEST
from institutions.asof import REGISTER
from institutions.duplicates import asking
from institutions.duplicates.asking import FIELDS, MOST
from registry.api.bodies import loads
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from institutions.asof import Row
    from institutions.duplicates.asking import Match

BATCH = 50  # questions in one call
# A page of another site may ask: everything here is public, and nothing is known of who asks.
ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}


@asked.match
class Matches(Reading):
    """The institutions that something that is known may be."""

    http_method_names = ("post",)

    def post(self, request: Request) -> HttpResponseBase:
        """Likeliest first, with reasons."""
        self.asked(request)
        sent = asked.SpoergsmaalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found = asking.ask(sent.validated_data, limit=sent.validated_data["antal"])
        return Response({"kandidater": [_candidate(one) for one in found]}, headers={"Cache-Control": "no-store"})


@asked.reconcile
@asked.reconcile_many
class Reconcile(Reading):
    """The service as OpenRefine knows it."""

    http_method_names = ("get", "head", "post")
    parser_classes = (FormParser,)
    parameters = (asked.QUERIES,)
    lenient = True

    def get(self, request: Request) -> HttpResponseBase:
        """The manifest, or answers."""
        queries = self.asked(request).get("queries")
        return Response(_answers(queries) if queries else _manifest(request), headers=ANYWHERE)

    def post(self, request: Request) -> HttpResponseBase:
        """Answers."""
        self.asked(request)
        sent: Any = request.data
        queries = sent.get("queries")
        return Response(_answers(queries) if queries else _manifest(request), headers=ANYWHERE)


@asked.properties
class Properties(Reading):
    """What a column may be."""

    parameters = (asked.PREFIX, asked.SKIPPED)
    lenient = True

    def get(self, request: Request) -> HttpResponseBase:
        """Those that have the words that are typed."""
        given = self.asked(request)
        typed = given.get("prefix", "").casefold()
        found = [{"id": name, "name": name} for name in FIELDS if typed in name.casefold()]
        return Response({"result": found[given.get("cursor", 0) :]}, headers=ANYWHERE)


def _candidate(one: Match) -> dict[str, Any]:
    row = one.row
    return {
        "institutionsNummer": row.number, "niveau": row.level, "status": row.status, "navn": row.name,
        "adresse": _address(row), "score": round(one.probability, 4), "sikker": one.certain,
        "grunde": list(one.reasons), "url": told.address(row.number),
    }  # fmt: skip


def _address(row: Row) -> str:
    street, town = f"{row.street} {row.house_number}".strip(), f"{row.postcode} {row.town}".strip()
    return ", ".join(part for part in (street, town) if part)


def _manifest(request: Request) -> dict[str, Any]:
    page = request.build_absolute_uri(reverse("institutions:institution", args=["A00000"])).replace("A00000", "{{id}}")
    return {
        "versions": ["0.2"],
        "name": _("Dagtilbudsregisteret"),
        "identifierSpace": page.replace("{{id}}/", ""),
        "schemaSpace": request.build_absolute_uri(reverse("documentation")),
        "defaultTypes": [{"id": level, "name": level} for level in REGISTER],
        "view": {"url": page},
        "batchSize": 10,
        "suggest": {
            "property": {
                "service_url": request.build_absolute_uri(reverse("api:reconcile")).rstrip("/"),
                "service_path": "/egenskaber/",
            }
        },
    }


def _answers(queries: object) -> dict[str, Any]:
    """The answer to each question, under its name. Raises Invalid."""
    try:
        read = loads(str(queries).encode())
    except ValueError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(one, dict) for one in read.values()):
        raise _unreadable(_("»queries« skal være et JSON-objekt af spørgsmål."))
    if len(read) > BATCH:
        raise _unreadable(_("Der kan stilles %(most)s spørgsmål ad gangen.") % {"most": BATCH})
    return {name: {"result": _results(one)} for name, one in read.items()}


def _results(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = {"navn": str(question.get("query") or "")[:LONGEST]}
    properties = question.get("properties")
    for one in properties if isinstance(properties, list) else ():
        if isinstance(one, dict) and one.get("pid") in FIELDS:
            said[one["pid"]] = _text(one.get("v"))
    said.setdefault("institutionsNummer", said["navn"])  # a column of old numbers is what many come with
    limit = question.get("limit")
    found = asking.ask(said, limit=min(limit, MOST) if isinstance(limit, int) and limit > 0 else MOST)
    wanted = question.get("type")
    kinds = set(wanted if isinstance(wanted, list) else [wanted]) & set(REGISTER) or set(REGISTER)
    return [_result(one) for one in found if one.row.level in kinds]


def _text(value: object) -> str:
    """A property's value: text, a number, an entity, or a list, of which the first counts."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name", value.get("id", ""))
    return str(value if value is not None else "")[:LONGEST]


def _result(one: Match) -> dict[str, Any]:
    return {
        "id": one.row.number, "name": one.row.name, "description": _address(one.row),
        "type": [{"id": one.row.level, "name": one.row.level}], "score": round(100 * one.probability, 1),
        "match": one.certain,
        "features": [
            {"id": reason["kode"], "name": reason["tekst"], "value": reason["vaegt"]}
            for reason in one.reasons if reason["vaegt"] is not None
        ],
    }  # fmt: skip


def _unreadable(detail: str) -> Invalid:
    return Invalid([Refused("ugyldig_forespoergsel", detail, field="queries")])
