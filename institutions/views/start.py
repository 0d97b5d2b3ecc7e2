"""From nothing to a first delivery: the page that a vendor begins with, and the programs that it hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from institutions.demo import systems
from institutions.models import Level, Version
from registry import periods
from registry.languages import kept

if TYPE_CHECKING:
    from django.http import HttpRequest

CLIENTS = settings.BASE_DIR / "docs" / "klient"
# A number that is never issued: outside a demo the page must not be run upon a real institution by accident.
NOBODY = "G00000"
PROGRAMS = ("sync.py", "conformance.py", "courses.py")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Every command with what comes back, for this very register; in a demo with a key that works."""
    key = systems.key()
    context = {
        "keep": kept(request), "address": request.build_absolute_uri("/").rstrip("/"), "is_demo": key is not None,
        "key": key or ("client_id", "client_secret"), "number": _unit() if key else NOBODY,
        "municipality": systems.MUNICIPALITIES[systems.SYSTEM],
    }  # fmt: skip
    return render(request, "institutions/start.html", context)


@require_safe
def program(request: HttpRequest, name: str) -> HttpResponse:
    """The reference client, or the kit that tries a client."""
    del request
    if name not in PROGRAMS:
        raise Http404
    return HttpResponse((CLIENTS / name).read_bytes(), content_type="text/x-python; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="{name}"',
    })  # fmt: skip


def _unit() -> str:
    """A unit for which the demo's key may report, and which changes no more."""
    today = periods.today()
    found = Version.objects.filter(
        institution__level=Level.ANVISNINGSENHED, ownership="1", period__startswith__lte=today, period__endswith=None,
        administrative_municipality__code=systems.MUNICIPALITIES[systems.SYSTEM],
    )  # fmt: skip
    return found.order_by("institution__number").values_list("institution__number", flat=True).first() or NOBODY
