"""What a consolidation does to agreements, in words: which vendor's agreement ends, moves or is carried over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import DataAgreement
from agreements.states import LIVE, Status
from institutions.admin import sections
from institutions.models import Institution

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
    numbers = _numbers(changes)
    return [_sentence(one, rows.get(one.key), numbers) for one in changes]


def _sentence(one: Change, row: DataAgreement | None, numbers: Mapping[int, str]) -> str:
    if one.makes:
        return _("%(label)s: %(status)s.") % {"label": one.label, "status": _label(one.after)}
    if not one.after or row is None:
        return _("%(label)s fjernes igen.") % {"label": one.label}
    names = {
        "number": row.number, "vendor": row.system.vendor.name, "system": row.system.name,
        "service": f"{row.service.code} {row.service.name}",
    }  # fmt: skip
    what = _what(one, numbers)
    return _("Aftale %(number)s, %(vendor)s: %(system)s, %(service)s: %(what)s.") % {**names, "what": what}


def _what(one: Change, numbers: Mapping[int, str]) -> str:
    before, after = one.before, one.after
    if after["status"] != before["status"]:
        ended = after.get("ended_on")
        when = _(" den %s") % f"{date.fromisoformat(ended):%d.%m.%Y}" if ended else ""
        return _("fra %(before)s til %(after)s%(when)s") % {
            "before": _label(before), "after": _label(after), "when": when,
        }  # fmt: skip
    if "institution_id" in after:
        return _("anmodningen flytter med til %s") % numbers.get(after["institution_id"], "")
    if after.get("carried_by_id"):
        return _("gælder, til dataejeren har afgjort den nye")
    return _("føres ikke længere over")


@sections.note
def waiting(request: HttpRequest, plan: Plan) -> str:
    """No approval moves by itself: the data owner must decide on each agreement that is carried over."""
    del request
    carried = [one for one in plan.changes if one.model == MODEL and one.after.get("carried_by_id")
               and one.after["status"] in LIVE]  # fmt: skip
    vendors = sorted({row.system.vendor.name for row in _rows(carried).values()})
    if not vendors:
        return ""
    told = ngettext(
        "En godkendt aftale føres over til %(number)s (%(vendors)s). Den gamle gælder, til dataejeren har godkendt "
        "eller afvist den nye; ingen mister adgang imens.",
        "%(count)s godkendte aftaler føres over til %(number)s (%(vendors)s). De gamle gælder, til dataejeren har "
        "godkendt eller afvist de nye; ingen mister adgang imens.",
        len(carried),
    )
    return told % {"vendors": ", ".join(vendors), "number": plan.survivor.number, "count": len(carried)}


def _rows(changes: Sequence[Change]) -> dict[int, DataAgreement]:
    keys = [one.key for one in changes if one.key]
    return DataAgreement.objects.select_related("system__vendor", "service").in_bulk(keys)


def _numbers(changes: Sequence[Change]) -> dict[int, str]:
    keys = {one.after["institution_id"] for one in changes if "institution_id" in one.after}
    return dict(Institution.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}


def _label(columns: Mapping[str, Any]) -> str:
    return str(Status(columns["status"]).label).lower()
