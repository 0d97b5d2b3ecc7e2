"""Which institutions are without cover on a day, and which agreements rest on a number that is no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from agreements import access, coverage
from agreements.views.pages import personal, show
from institutions.views.pages import asked_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from agreements.access import Sight

MOST_ROWS = 300


@require_safe
@personal
def cover(request: HttpRequest, seen: Sight) -> HttpResponse:
    """A data owner's own institutions, or all of them for STIL, on a day."""
    access.decidable(request.user, seen=seen)
    day, form = asked_day(request)
    mine = None if seen.registrar else seen.institutions
    moved, uncovered = coverage.moved(day, institutions=mine), coverage.uncovered(day, institutions=mine)
    told = {
        "day": day, "day_form": form, "moved": moved[:MOST_ROWS], "moved_count": len(moved),
        "uncovered": uncovered[:MOST_ROWS], "uncovered_count": len(uncovered), "most": MOST_ROWS,
    }  # fmt: skip
    return show(request, "agreements/coverage.html", seen, told)
