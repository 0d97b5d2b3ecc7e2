"""Agreements found for a list: narrowed, ordered with what waits first, and with their institutions' names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from agreements.states import Status
from institutions import numbers
from institutions.models import Version
from institutions.search import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from agreements.models import DataAgreement

# What a sheet of agreements says; a data owner fills in the last two (agreements/importing/decisions.py).
SHEET = (
    "aftaleId", "aftaleStatus", "institutionsNummer", "institutionsNavn", "udbyderNavn", "udbydersystemId",
    "udbydersystemNavn", "udbydersystemPassiveret", "servicekode", "serviceNavn", "databehandleraftale", "oprettet",
    "ophoert", "beslutning", "kommentar",
)  # fmt: skip
YES, NO = "ja", "nej"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; what is empty narrows nothing. `legacy` is ja or nej: on A-numbers, or not."""

    text: str = ""
    status: str = ""
    vendor: str = ""
    system: str = ""
    service: str = ""
    institution: str = ""
    legacy: str = ""


def find(agreements: QuerySet[DataAgreement], asked: Asked) -> QuerySet[DataAgreement]:
    """Those that are asked for, what waits first, then the newest."""
    narrowed = {
        "status": asked.status, "system__vendor__cvr_number": asked.vendor, "system__code": asked.system,
        "service__code": asked.service, "institution__number": asked.institution.upper(),
    }  # fmt: skip
    found = agreements.filter(**{name: value for name, value in narrowed.items() if value})
    if asked.legacy:
        old = Q(institution__number__startswith="A")
        found = found.filter(old if asked.legacy == YES else ~old)
    if asked.text:
        found = found.filter(_words(asked.text.strip()))
    waits = Case(When(status=Status.VENTER, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(waits, "-number")


def _words(text: str) -> Q:
    """By the number of the agreement or the institution, or words of the system, the vendor, the institution."""
    if text.isascii() and text.isdecimal():
        return Q(number=int(text[:18]))
    if numbers.SHAPE.fullmatch(text.upper()):
        return Q(institution__number=text.upper())
    named = Version.objects.filter(search_text__contains=fold(text)).values("institution")
    systems = Q(system__name__icontains=text) | Q(system__vendor__name__icontains=text) | Q(system__code=text.upper())
    return systems | Q(institution__in=named)


def names(agreements: Iterable[DataAgreement]) -> dict[int, str]:
    """What each agreement's institution is called, or was called last, by the institution's key. One query."""
    keys = {one.institution_id for one in agreements}
    rows = Version.objects.filter(institution__in=keys).order_by("institution", "period")
    return dict(rows.values_list("institution_id", "name"))


def parties(agreements: QuerySet[DataAgreement]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The vendors, systems and services of these agreements, for one to choose among. One query."""
    rows = list(
        agreements.order_by()
        .values_list("system__vendor__cvr_number", "system__vendor__name", "system__code", "system__name",
                     "service__code", "service__name")
        .distinct()
    )  # fmt: skip
    return {
        "udbyder": _sorted((cvr, name) for cvr, name, *_rest in rows),
        "system": _sorted((row[2], f"{row[3]} ({row[2]})") for row in rows),
        "service": sorted({(row[4], f"{row[4]} {row[5]}") for row in rows}),
    }


def sheet(agreements: QuerySet[DataAgreement]) -> Iterator[Sequence[object]]:
    """The rows of the columns in `SHEET`."""
    listed = list(agreements)
    called = names(listed)
    for one in listed:
        stated = {True: YES, False: NO, None: ""}[one.processor_agreement]
        yield (
            one.number, one.status, one.institution.number, called.get(one.institution_id, ""), one.system.vendor.name,
            one.system.code, one.system.name, YES if one.system.passive else NO, one.service.code, one.service.name,
            stated, one.created_on, one.ended_on, "", "",
        )  # fmt: skip


def _sorted(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(pairs), key=lambda pair: pair[1])
