"""How well duplicates are found: precision and recall by score, what it cannot know, what people have said since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from institutions.duplicates import measured, standing
from institutions.models import Answer
from institutions.views.pages import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

NAMES: dict[str, str | Promise] = {
    "real": _("Rigtige enheder, opdigtede A-numre"),
    "national": _("Opdigtet register på landsplan"),
}


@public
def matching(request: HttpRequest) -> HttpResponse:
    """The figures, and what they do not say."""
    provenance, sets = measured.figures()
    bands = [band.least for band in sets[0].bands]
    tops = [1.0, *bands]
    context = {
        "provenance": provenance, "threshold": provenance["threshold"],
        "sets": [(NAMES.get(one.name, one.name), one, list(zip(one.bands, tops, strict=False))) for one in sets],
        "said": list(zip(bands, tops, standing.by_band(bands), strict=False)),
        "answers": [one.label for one in Answer],
    }  # fmt: skip
    return render(request, "institutions/matching.html", context)
