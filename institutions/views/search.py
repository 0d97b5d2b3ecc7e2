"""The front page: one field, filters, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from institutions import access, codes, fates, search, wording
from institutions.forms.search import SearchForm
from institutions.models import Level, Table, Version
from institutions.views.pages import public, shortened
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from institutions.codes import Codes
    from institutions.search import Found


@public
def front(request: HttpRequest) -> HttpResponse:
    """Search. A number that was ever issued leads straight to its institution."""
    if shorter := shortened(request):
        return shorter
    tables = codes.as_of()
    form = SearchForm(request.GET, tables=tables)
    if not form.is_valid():
        return render(request, "institutions/search.html", {"form": form}, status=400)
    asked = form.asked()
    never = ""
    if number := search.number(asked.text):
        try:
            return redirect("institutions:institution", nummer=access.institution(number).number)
        except Refused as refused:
            never = str(refused)
    if asked.nothing:
        return render(request, "institutions/search.html", {"form": form, "size": _size()})
    found = search.find(asked, on=periods.today(), page=form.cleaned_data["side"] or 1)
    shown = {"form": form, "found": found, "rows": _rows(found, tables), "never": never}
    turning = {
        "page_numbers": page_numbers(found.page, found.pages),
    }
    return render(request, "institutions/search.html", shown | turning)


def _rows(found: Found, tables: Codes) -> list[Mapping[str, Any]]:
    today = periods.today()
    return [
        {
            "version": one,
            "institution": one.institution,
            "status": fates.of_version(one, today),
            "type": tables.text(Table.INSTITUTION_TYPE, one.institution_type),
            "ownership": tables.text(Table.OWNERSHIP, one.ownership),
            "address": wording.address(vars(one)),
            "former": found.former.get(one.institution_id),
        }
        for one in found.rows
    ]


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The pages to link to: the first, the last, those around this one; None for a gap."""
    near = {1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)}
    numbers: list[int | None] = []
    for one in sorted(near):
        if numbers and one - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(one)
    return numbers


def _size() -> list[tuple[int, str]]:
    """How many there are today, by level."""
    open_now = Version.objects.filter(period__contains=periods.today()).order_by()
    counts = dict(open_now.values_list("institution__level").annotate(Count("pk")))
    houses, units, places = (
        counts.get(level, 0) for level in (Level.DAGINSTITUTION, Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)
    )
    return [
        (houses, ngettext("daginstitution", "daginstitutioner", houses)),
        (units, ngettext("anvisningsenhed", "anvisningsenheder", units)),
        (places, ngettext("alternativ adresse", "alternative adresser", places)),
    ]
