"""What a consolidation does to agreements, in words: which vendor loses what, and who must be told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import DataAgreement
from agreements.states import Status
from institutions.admin import sections

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from institutions.consolidation import Plan
    from institutions.keys import Change

MODEL = "agreements.dataagreement"


@sections.describe(MODEL)
def told(changes: Sequence[Change]) -> list[str]:
    """A sentence for each agreement, naming vendor, system and service."""
    rows = _rows(changes)
    return [_sentence(one, rows[one.key]) for one in changes]


def _sentence(one: Change, row: DataAgreement) -> str:
    ended = one.after.get("ended_on")
    return _("Aftale %(number)s, %(vendor)s: %(system)s, %(service)s: fra %(before)s til %(after)s%(when)s.") % {
        "number": row.number,
        "vendor": row.system.vendor.name,
        "system": row.system.name,
        "service": f"{row.service.code} {row.service.name}",
        "before": _label(one.before),
        "after": _label(one.after),
        "when": _(" den %s") % f"{date.fromisoformat(ended):%d.%m.%Y}" if ended else "",
    }


@sections.note
def gap(request: HttpRequest, plan: Plan) -> str:
    """Nothing moves an agreement: each vendor must ask again on the new number."""
    del request
    ending = [change for change in plan.changes if change.model == MODEL]
    vendors = sorted({row.system.vendor.name for row in _rows(ending).values()})
    if not vendors:
        return ""
    told = ngettext(
        "En aftale følger ikke med. %(vendors)s skal søge igen på %(number)s, og dataejeren skal godkende; "
        "indtil da er der ingen adgang.",
        "Aftaler følger ikke med. %(vendors)s skal søge igen på %(number)s, og dataejeren skal godkende; "
        "indtil da er der ingen adgang.",
        len(ending),
    )
    return told % {"vendors": ", ".join(vendors), "number": plan.survivor.number}


def _rows(changes: Sequence[Change]) -> dict[int, DataAgreement]:
    keys = [one.key for one in changes]
    return DataAgreement.objects.select_related("system__vendor", "service").in_bulk(keys)


def _label(columns: Mapping[str, Any]) -> str:
    return str(Status(columns["status"]).label).lower()
