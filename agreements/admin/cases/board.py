"""The board: municipality by vendor by phase, with counts, age and deadline, down to the agreements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import access, phasing
from agreements.admin.cases import pictures
from agreements.models import Vendor
from agreements.phasing import Asked, Phase
from institutions.models import Municipality
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from agreements.phasing import Cell

PER_PAGE = 100
NOWHERE = "ingen"  # the municipality of those that nobody can place, in an address
BY_MUNICIPALITY, BY_VENDOR, BY_BOTH = "kommune", "udbyder", "begge"


@dataclass(slots=True)
class Row:
    """A line of the board: the phases' counts, each with the way to its agreements."""

    municipality: str = ""
    vendor: str = ""
    code: str | None = None
    vendor_key: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    since: date | None = None
    deadline: date | None = None
    late: int = 0

    def add(self, cell: Cell) -> None:
        """Count a cell in."""
        self.counts[cell.phase] = self.counts.get(cell.phase, 0) + cell.agreements
        if cell.phase == Phase.ENDED:
            return
        self.since = min(filter(None, (self.since, cell.since)))
        self.deadline = min(filter(None, (self.deadline, cell.deadline)), default=None)
        self.late += cell.late

    @property
    def days(self) -> int | None:
        """The age of the oldest that has not ended, in days."""
        return (periods.today() - self.since).days if self.since else None

    @property
    def cells(self) -> list[tuple[int, str, str]]:
        """For each phase the count, the way to the agreements, and the words for it."""
        return [(self.counts.get(one, 0), self._to(one), str(one.label)) for one in Phase]

    @property
    def all(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def _to(self, phase: str) -> str:
        given: dict[str, Any] = {"fase": phase}
        if self.code is not None:
            given["kommune"] = self.code or NOWHERE
        if self.vendor_key:
            given["udbyder"] = self.vendor_key
        return f"{reverse('admin:agreements_case_tavle_aftaler')}?{urlencode(given)}"


def page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The board, and how it went."""
    access.cases(request.user)
    asked = _asked(request)
    by = request.GET.get("vis", "")
    if by not in {BY_MUNICIPALITY, BY_VENDOR, BY_BOTH}:
        by = BY_VENDOR if asked.municipality is not None else BY_MUNICIPALITY
    found = phasing.cells(asked)
    code = request.GET.get("kommune") or None
    total = Row(code="" if code == NOWHERE else code, vendor_key=asked.vendor)
    for cell in found:
        total.add(cell)
    points = phasing.history()
    context = {
        **site.each_context(request), "title": _("Udfasning af A-numre"), "rows": rows(found, by, total),
        "total": total, "phases": list(Phase), "by": by, "views": _views(request, by),
        "points": list(reversed(points)), "picture": pictures.draw(points), **_choices(request),
    }  # fmt: skip
    return TemplateResponse(request, "admin/board.html", context)


def rows(found: Iterable[Cell], by: str, total: Row) -> list[Row]:
    """The cells as lines: by municipality, by vendor, or by both; what they are not told apart by is the total's."""
    made: dict[tuple[str | None, int | None], Row] = {}
    for cell in found:
        row = Row(code=total.code, vendor_key=total.vendor_key)
        if by != BY_VENDOR:
            row.code, row.municipality = cell.code, cell.municipality or _("Uden kendt kommune")
        if by != BY_MUNICIPALITY:
            row.vendor_key, row.vendor = cell.vendor, cell.vendor_name
        made.setdefault((row.code, row.vendor_key), row).add(cell)
    return list(made.values())


def agreements(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The agreements of a part of the board."""
    access.cases(request.user)
    asked = _asked(request)
    found = Paginator(range(sum(cell.agreements for cell in phasing.cells(asked))), PER_PAGE)
    here = found.get_page(request.GET.get("side"))
    first = (here.number - 1) * PER_PAGE
    others = urlencode([(name, value) for name, value in request.GET.items() if name != "side"])
    context = {
        **site.each_context(request), "title": _("Aftaler på A-numre"), "page": here, "count": found.count,
        "rows": phasing.agreements(asked, first=first, most=PER_PAGE), "phase": asked.phase or "",
        "asked": others, "phases": Phase.choices, "today": periods.today(), **_choices(request),
    }  # fmt: skip
    return TemplateResponse(request, "admin/board_agreements.html", context)


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; what it does not know narrows to nothing that could be mistaken for all."""
    code, vendor, phase = (request.GET.get(name, "") for name in ("kommune", "udbyder", "fase"))
    municipality = Municipality.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    if code == NOWHERE:
        municipality = 0
    return Asked(
        -1 if code and municipality is None else municipality,
        (int(vendor[:9]) if vendor.isascii() and vendor.isdecimal() else -1) if vendor else None,
        phase or None,
    )


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What one chooses among, and what is chosen."""
    return {
        "municipalities": [*Municipality.objects.values_list("code", "name"),
                           (NOWHERE, _("Uden kendt kommune"))],
        "vendors": [(str(one.pk), one.name) for one in Vendor.objects.order_by("name")],
        "municipality": request.GET.get("kommune", ""), "vendor": request.GET.get("udbyder", ""),
    }  # fmt: skip


def _views(request: HttpRequest, by: str) -> Sequence[tuple[str, str, bool]]:
    """The ways to look at it: the address, the words, and whether one is there."""
    words = ((BY_MUNICIPALITY, _("Efter kommune")), (BY_VENDOR, _("Efter udbyder")), (BY_BOTH, _("Begge")))
    kept = [(name, value) for name, value in request.GET.items() if name != "vis"]
    return [(f"?{urlencode([*kept, ('vis', slug)])}", text, slug == by) for slug, text in words]
