"""Refresh the queue of proposed pairs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions.duplicates import candidates
from institutions.models import Candidate, Proposal
from registry.management.rules import RuleCommand

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(RuleCommand):
    help = "Finder A-numre, der også står i registeret, og fornyer listen over dubletkandidater."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--export", metavar="FILE", type=Path, help="Skriv parrene i en CSV, de bedste først.")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        count = candidates.refresh()
        self.stdout.write(ngettext("%s par er foreslået.", "%s par er foreslået.", count) % count)
        if path := options["export"]:
            try:
                _export(path)
            except OSError as error:
                message = _("%(path)s kan ikke skrives: %(why)s.") % {"path": path, "why": error.strerror}
                raise CommandError(message) from error
            self.stdout.write(_("Skrevet i %s.") % path)


def _export(path: Path) -> None:
    """The A-numbers' candidates: a double inside the register is no consolidation."""
    proposed = Candidate.objects.filter(kind=Proposal.CONSOLIDATION)
    pairs = proposed.order_by("-score", "leaving__number", "staying__number")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["a_id", "g_id", "score"])
        writer.writerows(pairs.values_list("leaving__number", "staying__number", "score").iterator())
