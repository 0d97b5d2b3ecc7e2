"""How the register stands in figures, as a page and as a table."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from institutions import codes, statistics
from institutions.asof import REGISTER
from institutions.columns import ACTIVE
from institutions.models import Level, Table
from institutions.views.pages import asked_day, public
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.http import HttpRequest

    from institutions.codes import Codes
    from institutions.statistics import Counts

# What the search and the API call the same filter.
FILTERS: Mapping[str, str] = {
    "kommune": "kommuneKode",
    "niveau": "niveau",
    "type": "instType3",
    "ejerform": "ejerformKode",
}
UNIT = Level.ANVISNINGSENHED.value


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its code, its text, the list behind it, and its share of the whole in percent."""

    code: str
    text: str
    count: int
    link: str
    share: float = 0

    @property
    def width(self) -> str:
        """Of its bar."""
        return f"{self.share:.1f}%"


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with its figures by level."""

    code: str
    text: str
    rows: Sequence[Row]


@public
def index(request: HttpRequest) -> HttpResponse:
    """The figures of a day. Six queries."""
    day, day_form = asked_day(request)
    tables, counted = codes.as_of(day), statistics.counts(day)
    today = day == periods.today()
    shown = {
        "day": day, "day_form": day_form, "is_today": today, "is_ahead": day > periods.today(),
        "levels": _levels(counted, day), "places": list(_places(counted, tables, day)),
        "types": _coded(counted.types, tables, Table.INSTITUTION_TYPE, "type", day),
        "ownerships": _coded(counted.ownerships, tables, Table.OWNERSHIP, "ejerform", day),
        "months": statistics.months(day), "phase": statistics.phase_out(day),
        "asked": "" if today else f"?{urlencode({'dato': day.isoformat()})}",
    }  # fmt: skip
    return render(request, "institutions/statistics.html", shown)


@public
def table(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV, one to a row."""
    day, _form = asked_day(request)
    answer = HttpResponse(codecs.BOM_UTF8, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="statistik-{day.isoformat()}.csv"'
    writer = csv.writer(answer, delimiter=";")
    writer.writerow(["dag", "emne", "kode", "tekst", "antal"])
    writer.writerows([day.isoformat(), *row] for row in _lines(day))
    return answer


def _lines(day: date) -> Iterator[tuple[str, str, str, int]]:
    tables, counted = codes.as_of(day), statistics.counts(day)
    yield from (("niveau", row.code, row.text, row.count) for row in _levels(counted, day))
    for of, found, asked in (
        (Table.INSTITUTION_TYPE, counted.types, "type"), (Table.OWNERSHIP, counted.ownerships, "ejerform"),
    ):  # fmt: skip
        yield from ((of.value, row.code, row.text, row.count) for row in _coded(found, tables, of, asked, day))
    for place in _places(counted, tables, day):
        yield from ((f"kommuneKode, {row.code}", place.code, place.text, row.count) for row in place.rows)
    for month in statistics.months(day):
        first = month.first.isoformat()[:7]
        for name, count in (("åbnet", month.opened), ("nedlagt", month.closed), ("konsolideret", month.consolidated)):
            yield name, first, "", count
    phase = statistics.phase_out(day)
    for name, count in (("åbne", phase.open), ("konsolideret", phase.consolidated), ("lukket", phase.closed)):
        yield "A-numre", name, "", count


def _levels(counted: Counts, day: date) -> list[Row]:
    plural = {
        Level.DAGINSTITUTION.value: _("Daginstitutioner"), UNIT: _("Anvisningsenheder"),
        Level.ALTERNATIV_ADRESSE.value: _("Alternative adresser"),
    }  # fmt: skip
    return [Row(one, plural[one], counted.levels[one], _behind(day, niveau=one)) for one in REGISTER]


def _coded(found: Mapping[str, int], tables: Codes, of: Table, asked: str, day: date) -> list[Row]:
    """The units by a code: those that it may be on the day, and those that are there all the same; most first."""
    total = sum(found.values()) or 1
    rows = [
        Row(code, tables.text(of, code) or code or _("Ikke oplyst"), found.get(code, 0),
            _behind(day, niveau=UNIT, **{asked: code}) if code and found.get(code) else "",
            100 * found.get(code, 0) / total)
        for code in dict.fromkeys([*tables.texts[of], *sorted(found)])
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.count, row.code))


def _places(counted: Counts, tables: Codes, day: date) -> Iterator[Place]:
    """The municipalities in Danish order; what has none comes last, where there is any."""
    named = [(code, one.name) for code, one in tables.municipalities.items()]
    if any(not code for _level, code in counted.municipalities):
        named.append(("", _("Ikke oplyst")))
    for code, name in named:
        found = [(level, counted.municipalities.get((level, code), 0)) for level in REGISTER]
        yield Place(code, name, [
            Row(level, name, count, _behind(day, kommune=code, niveau=level) if code and count else "")
            for level, count in found
        ])  # fmt: skip


def _behind(day: date, **asked: Any) -> str:  # noqa: ANN401
    """The list behind a figure: the search of today, and for another day the API's file."""
    if day == periods.today():
        return f"{reverse('institutions:search')}?{urlencode(asked)}"
    filters = {FILTERS[name]: value for name, value in asked.items()}
    wanted = {"gaeldende": day.isoformat(), "status": ACTIVE, **filters, "format": "csv"}
    return f"{reverse('api:institutions')}?{urlencode(wanted)}"
