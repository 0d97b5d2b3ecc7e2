"""What became of a number, or of many at once: every number that was ever issued answers, for ever."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.response import Response

from institutions.api import described, fates, lookup
from registry.api import conditional
from registry.api.bodies import loads
from registry.api.negotiation import Csv
from registry.api.problems import Invalid
from registry.api.reading import Reading
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

MOST = 5000  # numbers in one call: a municipality's whole list, answered in a second
COLUMN = "institutionsNummer"
ADDED = ("nytNummer", "status", "aarsag", "navn", "efterfoelgere", "fejl")


@described.resolve
class Resolve(Reading):
    """What became of a number."""

    def get(self, request: Request, nummer: str) -> HttpResponseBase:
        """The number that it is today."""
        self.asked(request)

        def make() -> dict[str, Any]:
            resolved = lookup.resolve(request, nummer)
            return fates.of([resolved])[resolved.asked.number]

        return conditional.kept(request, make, by=lookup.vendor(request) or "")


@described.resolve_many
class ResolveMany(Reading):
    """What became of many numbers. A POST because of their length: nothing is changed."""

    http_method_names = ("post",)

    def post(self, request: Request) -> HttpResponseBase:
        """A JSON list is answered with a list, a CSV file with the file and more columns. Raises Invalid."""
        self.asked(request)
        sent = request._request.body  # noqa: SLF001 - within Django's bound for a body, which a parser would pass by
        kind = request.content_type.partition(";")[0].strip().lower()
        if kind == "application/json":
            return Response(fates.of_all(_from_json(sent)))
        if kind == Csv.media_type:
            return _answer_csv(*_from_csv(sent))
        raise UnsupportedMediaType(kind)


def _from_json(sent: bytes) -> list[str]:
    try:
        told = loads(sent)
    except ValueError:
        told = None
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise _unreadable(
            _("Indholdet skal være en JSON-liste af numre, fx [»A10001«, »G23218«] i almindelige gåseøjne.")
        )
    return _counted(told)


def _from_csv(sent: bytes) -> tuple[list[list[str]], list[str]]:
    """The file's lines, the heading first, and the numbers in the lines after it."""
    try:
        lines = [line for line in csv.reader(StringIO(sent.decode("utf-8-sig"), newline=""), delimiter=";") if line]
    except (UnicodeDecodeError, csv.Error):
        lines = []
    heading = lines[0] if lines else []
    place = heading.index(COLUMN) if COLUMN in heading else 0 if len(heading) == 1 else None
    if place is None:
        raise _unreadable(
            _("Filen skal være CSV (UTF-8, semikolon) med en kolonne »%(column)s« eller kun én kolonne.")
            % {"column": COLUMN}
        )
    return lines, _counted([line[place] if place < len(line) else "" for line in lines[1:]])


def _answer_csv(lines: Sequence[Sequence[str]], asked: Sequence[str]) -> HttpResponse:
    answer = StringIO()
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";", lineterminator="\r\n")
    writer.writerow([*lines[0], *ADDED])
    width = len(lines[0])
    for line, fate in zip(lines[1:], fates.of_all(asked), strict=True):
        writer.writerow([*line[:width], *[""] * (width - len(line)), *map(_cell, (fate[name] for name in ADDED))])
    return HttpResponse(answer.getvalue(), content_type=f"{Csv.media_type}; charset=utf-8")


def _cell(value: Any) -> str:  # noqa: ANN401
    match value:
        case list():
            return " ".join(one["institutionsNummer"] for one in value)
        case {"detail": detail}:
            return str(detail)
    return value or ""


def _counted(texts: list[str]) -> list[str]:
    if len(texts) > MOST:
        raise _unreadable(_("Der er %(count)s numre; der kan slås %(most)s op ad gangen.")
                          % {"count": len(texts), "most": MOST})  # fmt: skip
    return texts


def _unreadable(detail: str) -> Invalid:
    return Invalid([Refused("ugyldig_forespoergsel", detail)])
