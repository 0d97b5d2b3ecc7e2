"""The list of institutions, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from institutions import asof
from institutions.api import described, differences, files, found, lookup, told
from institutions.api.parameters import LIST
from institutions.columns import CLOSED, COMING
from institutions.models import Cause
from registry.api import conditional, pages
from registry.api.negotiation import Csv, Ndjson, Xlsx
from registry.api.parameters import KNOWN, ON, SCHEMA
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from institutions.models import Institution


@described.institution_list
class InstitutionList(Reading):
    """The register as valid on a day and as known at a moment, page by page in order of number."""

    parameters = LIST
    renderer_classes = (JSONRenderer, Csv, Ndjson, Xlsx)

    def get(self, request: Request) -> HttpResponseBase:
        """A page, or in another form than JSON the whole of it."""
        asked = self.asked(request)
        etag = conditional.of_register(request)
        if unchanged := conditional.unchanged(request, etag):
            return unchanged
        headers = {**conditional.HEADERS, "ETag": etag}
        left_out = {"udeladt": found.left_out(asked)} if asked.get("skema") == 1 else {}
        form = request.accepted_renderer.format
        if form != "json":
            counted = {"Udeladt": str(left_out["udeladt"])} if left_out else {}
            return _file(request, asked, form, {**headers, **counted})
        page = found.page(asked)
        results = [told.row(one) for one in page.rows]
        told_page = pages.envelope(request, results, following=page.following, previous=page.previous)
        return Response({**told_page, **left_out}, headers=headers)


@described.institution
class InstitutionDetail(Reading):
    """One institution as valid on a day, with what became of it and what is to come."""

    parameters = (ON, KNOWN, SCHEMA)

    def get(self, request: Request, nummer: str) -> HttpResponseBase:
        """200; 308 to what a consolidated number is today; 410 where it was issued in error."""
        asked = self.asked(request)

        def make() -> HttpResponseBase | dict[str, Any]:
            resolved = lookup.resolve(request, nummer)
            if resolved.asked != resolved.today:
                return _redirect(request, told.address(resolved.today.number))
            return _told(resolved.asked, newer=found.unknown_to(asked), **found.moment_of(asked))

        return conditional.kept(request, make, by=lookup.vendor(request) or "")


def _file(request: Request, asked: Mapping[str, Any], form: str, headers: Mapping[str, str]) -> HttpResponseBase:
    """The whole list as a file; a page of it where one is asked for."""
    if not asked.keys() & {"cursor", "antal"}:
        return files.answer(form, asked, None, headers)
    page = found.page(asked)
    return files.answer(form, asked, page, {**headers, **pages.link_header(request, following=page.following)})


def _redirect(request: Request, to: str) -> HttpResponsePermanentRedirect:
    """308 with the query kept. A consolidation can be undone: nobody is to remember the answer."""
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponsePermanentRedirect(f"{to}?{query}" if query else to, preserve_request=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _told(
    institution: Institution, *, newer: Mapping[str, Collection[str]], on: date, known_at: datetime | None
) -> dict[str, Any]:
    """Everything about one institution. Raises Refused `fejloprettet`, `ukendt_nummer`, `kraever_nyere_skema`."""
    state = lookup.state(institution.number, known_at)
    if state is None:
        raise Refused(
            "ukendt_nummer",
            _("%(number)s var ikke kendt på det tidspunkt.") % {"number": institution.number},
            field="kendt",
        )
    rows = lookup.family(state, on, known_at)
    row = rows.get(institution.number)
    begun = row is not None
    if row is None:
        row = asof.one(institution.number, lookup.first_day(state) or on, known_at)
    if row is None:
        raise Refused("ukendt_nummer", _("%(number)s er ikke i registeret.") % {"number": institution.number})
    if row.closing_cause == Cause.IN_ERROR and row.status == CLOSED:
        raise Refused(
            "fejloprettet",
            _("%(number)s blev oprettet ved en fejl og må ikke bruges.") % {"number": institution.number},
            field="number",
            value=institution.number,
        )
    plain = told.row(row)
    if any(plain[table] in codes for table, codes in newer.items()):
        raise Refused(
            "kraever_nyere_skema", _("%(number)s har en kode, som skema 1 ikke har.") % {"number": institution.number},
            field="skema", value=1, suggestions=["2"],
        )  # fmt: skip
    return {
        **plain,
        **({} if begun else {"status": COMING}),
        "overordnet": lookup.parent(row, rows),
        "efterfoelgere": [lookup.link(number) for number in state["efterfoelgere"]],
        "optagneNumre": lookup.absorbed(institution, known_at),
        "kommendeAendringer": list(differences.upcoming(state, on)),
    }
