"""What a vendor is told of the numbers that it should change: Danish first, English beside, a sheet with all of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.notices import overview
from registry.mail import XLSX, File
from registry.spreadsheets import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreements.notices.overview import Row
    from agreements.proposals import Replacement
    from institutions.models import Municipality

# A-numbers told in the mail itself; the sheet has all.
MOST = 40


def title(municipality: Municipality, rows: Sequence[Row], *, again: bool) -> str:
    """The mail's subject."""
    told = ngettext(
        "%(who)s: %(count)s aftale skal skifte fra A- til G-nummer",
        "%(who)s: %(count)s aftaler skal skifte fra A- til G-numre", len(rows),
    ) % {"who": municipality.long_name, "count": len(rows)}  # fmt: skip
    return _("Påmindelse: %s") % told if again else told


def danish(municipality: Municipality, rows: Sequence[Row], *, contact: str, comment: str) -> str:
    """The mail in Danish."""
    told = ngettext(
        "%(who)s har %(count)s dataaftale med jer, som hviler på et A-nummer.",
        "%(who)s har %(count)s dataaftaler med jer, som hviler på A-numre.", len(rows),
    ) % {"who": municipality.long_name, "count": len(rows)}  # fmt: skip
    parts = [
        told + " " + _("A-numrene går ud af brug: hver aftale skal hvile på institutionens G-nummer i "
                       "Dagtilbudsregisteret."),
        comment.strip(),
        _("Det skal I gøre:\n"
          "1. Anmod om en dataaftale på hvert G-nummer: %(url)s (vælg det vedhæftede regneark dér)\n"
          "2. Vent, til kommunen har godkendt den. Den gamle aftale gælder imens; slettes den før, mister personale og "
          "børn deres log-in.\n"
          "3. Skift nummeret i jeres system.") % {"url": f"{settings.SITE_URL}{reverse('agreements:request')}"},
        "\n".join(_lines(rows)),
        _("Det hele, aftale for aftale, er i det vedhæftede regneark. Kun numre i kolonnen nytInstitutionsNummer er "
          "afgjort; spørg kommunen, før I bruger et forslag."),
        _("Spørgsmål: %s") % contact,
    ]  # fmt: skip
    return "\n\n".join(filter(None, parts))


def english(municipality: Municipality, rows: Sequence[Row], *, contact: str) -> str:
    """The same, shorter, in English."""
    return (
        f"{municipality.long_name} has {len(rows)} data agreement(s) with you that rest on A-numbers. The A-numbers go"
        " out of use: each agreement is to rest on the institution's G-number in the register of day care.\n\n"
        f"1. Request an agreement on each G-number: {settings.SITE_URL}{reverse('agreements:request')}"
        " (choose the attached sheet there)\n"
        "2. Wait until the municipality has approved it. The old agreement holds meanwhile; do not delete it before.\n"
        "3. Change the number in your system.\n\n"
        "The list above, and the attached sheet, have the numbers. Only those in the column nytInstitutionsNummer are"
        f" decided; ask the municipality before you use a proposal.\n\nQuestions: {contact}"
    )


def file(rows: Sequence[Row]) -> File:
    """The mapping, agreement by agreement."""
    return File("a-numre-til-g-numre.xlsx", XLSX, workbook.write(overview.SHEET, overview.sheet(rows)))


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each A-number: what becomes of it, and which systems and services use it."""
    by_number = [
        (number, list(own))
        for number, own in groupby(
            sorted(rows, key=lambda row: row.agreement.institution.number),
            key=lambda row: row.agreement.institution.number,
        )
    ]
    for number, own in by_number[:MOST]:
        used = ", ".join(sorted({f"{one.agreement.system.code} {one.agreement.service.code}" for one in own}))
        yield f"{number} {own[0].standing.name} → {becomes(own[0].right)} ({used})"
    if len(by_number) > MOST:
        yield _("… og %s A-numre til i regnearket.") % (len(by_number) - MOST)


def becomes(right: Replacement) -> str:
    """The number that takes its place, or what is known of it."""
    if right.sure:
        return f"{right.proposals[0].number} {right.proposals[0].name}".strip()
    if right.proposals:
        return _("sandsynligvis %s; ikke afgjort") % _(" eller ").join(map(str, right.proposals))
    return _("intet G-nummer er fundet endnu; spørg kommunen")
