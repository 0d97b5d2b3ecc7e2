"""A system's agreements: the list, a request for more, and the numbers that it may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.response import Response

from agreements import coverage, lifecycle, listing
from agreements.api import shapes
from agreements.models import ConnectionAgreement, DataAgreement, System
from registry import periods
from registry.api import conditional, pages
from registry.api.authentication import caller
from registry.api.pages import USUAL, Cursor
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from agreements.lifecycle import Answer

NARROWED = {"status": "status", "servicekode": "service__code", "institutionsNummer": "institution__number"}
WITH = ("service", "institution__absorbed_into")


class Own(Reading):
    """What a system may do with its own agreements."""

    scopes: ClassVar[Mapping[str, str]] = {"GET": shapes.SCOPE, "HEAD": shapes.SCOPE, "POST": shapes.SCOPE}
    field_names: ClassVar[Mapping[str, str]] = {
        "processor_agreement": "databehandleraftale", "institution": "institutionsnumre", "service": "servicekoder",
    }  # fmt: skip


@shapes.listed
@shapes.asked
class Agreements(Own):
    """The agreements of the system that calls."""

    http_method_names = ("get", "head", "post")
    parameters = shapes.LIST

    def get(self, request: Request) -> HttpResponseBase:
        """A page of them, in order of number."""
        asked = self.asked(request)
        found = DataAgreement.objects.filter(system__code=caller(request).code).select_related(*WITH)
        found = found.filter(**{path: asked[name] for name, path in NARROWED.items() if name in asked})
        place, count = asked.get("cursor"), asked.get("antal", USUAL)
        if place:
            if place.backwards or not place.key.isdecimal():
                raise Invalid([Refused("ugyldig_parameter", _("Markøren hører til en anden liste."), field="cursor")])
            found = found.filter(number__gt=int(place.key))
        page = list(found.order_by("number")[: count + 1])
        following = Cursor(str(page[count - 1].number)) if len(page) > count else None
        return conditional.answer(request, pages.envelope(request, _rows(page[:count]), following=following))

    def post(self, request: Request) -> HttpResponseBase:
        """Ask for more: what became of each number and service. Raises Refused where nothing can be asked for."""
        sent = shapes.AnmodningSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given, by = sent.validated_data, caller(request)
        answers = lifecycle.request_many(
            given["institutionsnumre"], system=System.objects.get(code=by.code), services=given["servicekoder"],
            processor_agreement=given["databehandleraftale"], actor=by.actor(), comment=given["kommentar"],
            trial=given["proeve"],
        )  # fmt: skip
        made = sum(one.agreement is not None for one in answers)
        results = [_answer(one, trial=given["proeve"]) for one in answers]
        return Response({"oprettet": made, "afvist": len(answers) - made, "resultater": results})


@shapes.numbers
class Numbers(Own):
    """The numbers that the system that calls may read today."""

    def get(self, request: Request) -> HttpResponseBase:
        """In all, and by service."""
        self.asked(request)
        system, today = caller(request).code, periods.today()
        connected = ConnectionAgreement.objects.filter(system__code=system, period__contains=today)
        codes = connected.order_by("service__code").values_list("service__code", flat=True)
        by_service = {code: coverage.may_read(system=system, service=code, on=today) for code in codes}
        told = {
            "system": system,
            "gaeldende": today.isoformat(),
            "institutionsnumre": sorted({number for numbers in by_service.values() for number in numbers}),
            "tjenester": [{"servicekode": code, "institutionsnumre": numbers} for code, numbers in by_service.items()],
        }
        return conditional.answer(request, told)


def _rows(agreements: Iterable[DataAgreement]) -> list[dict[str, Any]]:
    listed = list(agreements)
    names = listing.names(listed)
    return [
        {
            "aftaleId": one.number,
            "aftaleStatus": one.status,
            "institutionsNummer": one.institution.number,
            "nytNummer": (one.institution.absorbed_into or one.institution).number,
            "institutionsNavn": names.get(one.institution_id, ""),
            "servicekode": one.service.code,
            "databehandleraftale": one.processor_agreement,
            "oprettet": one.created_on.isoformat(),
            "ophoert": one.ended_on.isoformat() if one.ended_on else None,
        }
        for one in listed
    ]


def _answer(one: Answer, *, trial: bool) -> dict[str, Any]:
    return {
        "nummer": one.asked,
        "servicekode": one.service.code,
        "aftaleId": one.agreement.number if one.agreement and not trial else None,
        "fejl": _problem(one.refused),
        "bemaerkning": _problem(one.remark),
    }


def _problem(refused: Refused | None) -> dict[str, Any] | None:
    if refused is None:
        return None
    return {"code": refused.code, "detail": refused.detail, "suggestions": list(refused.suggestions)}
