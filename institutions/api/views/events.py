"""What has happened: one institution's history, and the feed of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.response import Response

from institutions import codes
from institutions.api import described, differences, lookup, told
from institutions.api.parameters import EVENTS
from institutions.calendar import TAKE_EFFECT
from institutions.columns import PUBLIC
from institutions.exporting import states
from registry import ledger
from registry.api import conditional, feed, pages
from registry.api.pages import USUAL
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from registry.models import Event

# Agreements have lines of their own in a consolidation; they are between a data owner and a vendor.
# Seconds until a reader who was told nothing asks again, where it was not answered because its own time was out.
LATER = {"Retry-After": "5"}


@described.history
class History(Reading):
    """Every public event of a number, oldest first; a consolidated number keeps its own."""

    def get(self, request: Request, nummer: str) -> HttpResponseBase:
        """200 for every number that was ever issued."""
        self.asked(request)
        asked = lookup.resolve(request, nummer).asked
        events = ledger.history(asked.number).filter(PUBLIC)
        return conditional.answer(request, pages.envelope(request, [_line(one) for one in events]))


@described.feed
class Feed(Reading):
    """The register's changes in order of commit, in whole transactions."""

    parameters = EVENTS
    field_names: ClassVar = {}

    def get(self, request: Request) -> HttpResponseBase:
        """The events after a position."""
        asked = self.asked(request)
        after = asked.get("efter", 0)
        # A server with one thread has nobody else to answer the others meanwhile.
        seconds = asked.get("vent", 0) if request.META.get("wsgi.multithread") else 0
        found = feed.awaited(after, limit=asked.get("antal", USUAL), only=PUBLIC, seconds=seconds)
        if after > found.hoved:
            raise Invalid([_ahead(after, found.hoved)])
        answer = {"fra": found.fra, "til": found.til, "hoved": found.hoved, "ajour": found.ajour}
        headers = conditional.HEADERS if found.events or not found.ajour else {**conditional.HEADERS, **LATER}
        events = [told.event(one) for one in found.events]
        if asked.get("skema") == 1:
            events, left_out = _in_first_schema(events)
            answer["udeladt"] = left_out
        return Response({**answer, "haendelser": events}, headers=headers)


def _line(one: Event) -> dict[str, Any]:
    """An event of a history: the facts that it changed in place of the states before and after."""
    event = told.event(one)
    before, after = event.pop("foer"), event.pop("efter")
    if one.action == TAKE_EFFECT:
        return {**event, "aendringer": differences.taking_effect(after, event["gaelderFra"])}
    return {**event, "aendringer": differences.changes(before, after)}


def _in_first_schema(events: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The events without what a reader of schema 1 does not know, and how many had nothing else to tell.

    One whose last known version goes is told with no versions: the copy is to let go of it.
    """
    newer, told = codes.newer(1), []
    for one in events:
        before, after = (states.in_schema(one[side], newer) for side in ("foer", "efter"))
        if before or after or one["efter"] is None:
            empty = {**one["efter"], "versioner": []} if one["efter"] else None
            told.append({**one, "foer": before, "efter": after or empty})
    return told, len(events) - len(told)


def _ahead(after: int, head: int) -> Refused:
    return Refused(
        "ugyldig_parameter",
        _("Position %(after)s er ikke nået: den sidste hændelse har nummer %(head)s.") % {"after": after, "head": head},
        field="efter",
        value=after,
        suggestions=[str(head)],
    )
