"""Municipalities and code tables, dated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from institutions import codes
from institutions.api import described
from institutions.api.parameters import VALID
from institutions.models import CodeValue, LawfulCombination, Membership, Municipality, Table
from registry import periods
from registry.api import conditional, pages
from registry.api.parameters import ON
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from registry.periods import Period

COMBINATIONS = "lovligeKombinationer"
NAMES: tuple[str, ...] = (*Table.values, COMBINATIONS)


@described.municipalities
class Municipalities(Reading):
    """The 98 municipalities, each with the region that it lies in on a day."""

    parameters = (ON,)

    def get(self, request: Request) -> HttpResponseBase:
        """All of them, in Danish alphabetical order."""
        on = self.asked(request).get("gaeldende") or periods.today()
        texts = codes.as_of(on)
        regions = dict(Membership.objects.filter(period__contains=on).values_list("municipality", "region"))
        results = [
            {
                "kommuneKode": one.code,
                "navn": one.name,
                "langtNavn": one.long_name,
                "regionsKode": regions.get(one.pk),
                "regionsKode_Tekst": texts.text(Table.REGION, regions.get(one.pk, "")) or None,
            }
            for one in Municipality.objects.all()
        ]
        return conditional.answer(request, pages.envelope(request, results))


@described.tables
class Tables(Reading):
    """The code tables."""

    def get(self, request: Request) -> HttpResponseBase:
        """Their names and addresses."""
        self.asked(request)
        results = [{"navn": name, "titel": _title(name), "url": reverse("api:table", args=[name])} for name in NAMES]
        return conditional.answer(request, pages.envelope(request, results))


@described.table
class TableDetail(Reading):
    """A code table with the period of each value."""

    parameters = (VALID,)
    field_names: ClassVar[Mapping[str, str]] = {}

    def get(self, request: Request, navn: str) -> HttpResponseBase:
        """Its values. Raises Refused `ikke_fundet`."""
        on = self.asked(request).get("gaeldende")
        if navn not in NAMES:
            raise Refused(
                "ikke_fundet",
                _("Kodetabellen »%(name)s« findes ikke.") % {"name": navn[:40]},
                field="navn",
                value=navn,
                suggestions=NAMES,
            )
        results = _combinations(on) if navn == COMBINATIONS else _values(navn, on)
        return conditional.answer(request, pages.envelope(request, results))


def _values(name: str, on: date | None) -> list[dict[str, Any]]:
    values = CodeValue.objects.filter(table=name, **_valid(on))
    return [
        {
            "kode": one.code,
            "tekst": one.text,
            "beskrivelse": one.description or None,
            "skema": one.schema,
            **_period(one.period),
        }
        for one in values
    ]


def _combinations(on: date | None) -> list[dict[str, Any]]:
    return [
        {
            "ejerformKode": one.ownership,
            "lovgrundlagKode": one.legal_ground,
            "instType3": one.institution_type,
            **_period(one.period),
        }
        for one in LawfulCombination.objects.filter(**_valid(on))
    ]


def _valid(on: date | None) -> dict[str, Any]:
    return {"period__contains": on} if on else {}


def _period(period: Period) -> dict[str, Any]:
    return {
        "gyldigFra": period.lower.isoformat() if period.lower else None,
        "gyldigTil": period.upper.isoformat() if period.upper else None,
    }


def _title(name: str) -> str:
    return _("Lovlige kombinationer") if name == COMBINATIONS else str(Table(name).label)
