"""One act on one institution: opened, corrected, moved, closed, reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from institutions import codes, desk, numbers, verbs
from institutions.api import acted, fates, lookup, repeated, sent, told
from institutions.api.views.institutions import InstitutionDetail, InstitutionList
from institutions.deliveries import fields, planning
from institutions.importing import rows
from institutions.models import Cause
from institutions.prevention import LikelyDouble
from registry import periods
from registry.api import problems
from registry.api.authentication import caller
from registry.problems import Refused
from registry.spreadsheets import Row

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

    from institutions.importing.rows import Wanted
    from institutions.models import Institution

WRITES: Mapping[str, str] = {"POST": "skriv", "PATCH": "skriv"}
NAMES: Mapping[str, str] = {
    **planning.POINTERS, "number": "nummer", "to": "til", "cause": "aarsag", "successors": "efterfoelgere",
    "reason": "begrundelse",
}  # fmt: skip


@acted.open_one
class InstitutionsWritten(InstitutionList):
    """The list that anyone reads; a system with a mandate opens institutions in it."""

    http_method_names = ("get", "head", "post")
    scopes: ClassVar[Mapping[str, str]] = WRITES
    field_names: ClassVar[Mapping[str, str]] = NAMES

    def get_renderers(self) -> list[BaseRenderer]:
        """What is opened is told as JSON alone."""
        return [JSONRenderer()] if self.request.method == "POST" else super().get_renderers()

    @repeated.once
    def post(self, request: Request) -> HttpResponseBase:
        """201; 409 with what it seems to be where the register has it already."""
        body = _body(request)
        more = sent.values(_taken(body, "gaelderFra", "begrundelse", "trods"), acted.READ_OPEN)
        on = more.get("gaelderFra") or periods.today()
        _only(body, acted.SAID_OF_NEW)
        above = str(body.get(fields.ABOVE) or "")
        parent = lookup.resolve(request, above).asked if above else None
        wanted = _wanted({**body, fields.ABOVE: parent.number if parent else None}, on)
        try:
            made = verbs.open(
                level=wanted.level, parent=parent, facts=wanted.facts, on=on, caller=caller(request),
                reason=more.get("begrundelse", ""), seen=more.get("trods", ""), name=wanted.external,
            )  # fmt: skip
        except LikelyDouble as likely:
            return _doubles(request, likely)
        answer = Response(_summary(made), status=201)
        answer.headers["Location"] = told.address(made.number)
        return answer


@acted.correct_one
class InstitutionWritten(InstitutionDetail):
    """What anyone reads; a system with a mandate corrects it."""

    http_method_names = ("get", "head", "patch")
    scopes: ClassVar[Mapping[str, str]] = WRITES
    field_names: ClassVar[Mapping[str, str]] = NAMES

    @repeated.once
    @transaction.atomic
    def patch(self, request: Request, nummer: str) -> HttpResponseBase:
        """The facts that are named hold from a day on; 412 where it has changed since it was read."""
        body = _body(request)
        more = sent.values(_taken(body, "gaelderFra", "begrundelse"), acted.READ_ACT)
        on, expected = more.get("gaelderFra") or periods.today(), sent.etag(request)
        _only(body, acted.SAID)
        asked = lookup.resolve(request, nummer).asked
        # Held first: what is compared must be what is changed.
        desk.hold([asked])
        now = self._now(request, asked.number)
        if now.headers.get("ETag", "").strip('"') != expected:
            raise Refused("er_aendret", _("%(number)s er ændret siden.") % {"number": asked.number})
        wanted = _wanted({**body, fields.OWN: asked.number, "niveau": asked.level}, on)
        verbs.correct(asked, facts=wanted.facts, on=on, caller=caller(request), reason=more.get("begrundelse", ""))
        return self._now(request, asked.number)

    def _now(self, request: Request, number: str) -> HttpResponseBase:
        """The answer that a reader would get, whatever this call's own conditions."""
        for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
            request._request.META.pop(name, None)  # noqa: SLF001
        return self.get(request, number)


class Act(InstitutionDetail):
    """An act on one institution, on a day and for a reason."""

    http_method_names = ("post",)
    scopes: ClassVar[Mapping[str, str]] = WRITES
    field_names: ClassVar[Mapping[str, str]] = NAMES
    reads: ClassVar[Mapping[str, Any]] = acted.READ_ACT

    @repeated.once
    def post(self, request: Request, nummer: str) -> HttpResponseBase:
        """Do it, and tell what the number is now."""
        body = _body(request)
        given = {"on": periods.today(), "reason": ""}
        given |= self.more(request, body)
        given |= {acted.ARGUMENTS[name]: value for name, value in sent.values(body, self.reads).items()}
        asked = lookup.resolve(request, nummer).asked
        self.act(request, asked, given)
        return Response(_summary(asked))

    def more(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """What else it is given than texts, taken out of what was sent."""
        del request, body
        return {}

    def act(self, request: Request, institution: Institution, given: dict[str, Any]) -> None:
        """The act itself."""
        raise NotImplementedError


@acted.move_one
class Move(Act):
    """Under another parent."""

    reads: ClassVar[Mapping[str, Any]] = acted.READ_MOVE

    def act(self, request: Request, institution: Institution, given: dict[str, Any]) -> None:
        """To the number that `til` names."""
        to = lookup.resolve(request, given.pop("to", "")).asked
        verbs.move(institution, to=to, caller=caller(request), **given)


@acted.close_one
class Close(Act):
    """The end."""

    reads: ClassVar[Mapping[str, Any]] = acted.READ_CLOSE

    def more(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """The institutions that take over, by number. Raises Refused."""
        told = body.pop("efterfoelgere", None) or []
        if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
            raise Refused("ugyldig_vaerdi", _("»efterfoelgere« skal være en liste af numre."), field="successors")
        return {"successors": [lookup.resolve(request, one).asked for one in told]}

    def act(self, request: Request, institution: Institution, given: dict[str, Any]) -> None:
        """Why, and who takes over."""
        verbs.close(institution, caller=caller(request), **{"cause": Cause.CLOSED.value, **given})


@acted.reopen_one
class Reopen(Act):
    """A new beginning."""

    def act(self, request: Request, institution: Institution, given: dict[str, Any]) -> None:
        """As it was when it closed."""
        verbs.reopen(institution, caller=caller(request), **given)


def _summary(institution: Institution) -> dict[str, Any]:
    """What the number is now."""
    return fates.of([numbers.resolve(institution.number)])[institution.number]


def _body(request: Request) -> dict[str, Any]:
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind not in {sent.JSON, "application/merge-patch+json"}:
        raise UnsupportedMediaType(kind)
    return sent.an_object(sent.content(request))


def _taken(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """Some members of an object, taken out of it."""
    return {name: body.pop(name) for name in names if name in body}


def _only(body: Mapping[str, Any], names: Collection[str]) -> None:
    """Raise Invalid where an object has other members."""
    sent.values({name: None for name in body if name not in names}, dict.fromkeys(names, str))


def _wanted(body: Mapping[str, Any], on: Any) -> Wanted:  # noqa: ANN401
    """An institution's facts, as one row of a delivery says them. Raises Refused for the first that is wrong."""
    texts, external, _above = fields.plain(fields.of_json([dict(body)])[0][1])
    wanted = rows.parse([Row(1, texts)], tables=codes.as_of(on))[0]
    wanted.external = external
    for problem in wanted.problems:
        raise problem
    return wanted


def _doubles(request: Request, likely: LikelyDouble) -> HttpResponse:
    """409: what it may be, why, and what to send to insist."""
    found = [
        {"institutionsNummer": one.number, "navn": one.name, "adresse": one.address, "procent": one.percent,
         "grunde": [reason["tekst"] for reason in one.reasons], "url": told.address(one.number)}
        for one in likely.likely
    ]  # fmt: skip
    return problems.answer(
        request, likely.code, detail=likely.detail,
        more={"kandidater": found, "trods": verbs.token(likely, caller=caller(request))},
    )  # fmt: skip
