"""Take a consolidation back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from institutions import consolidation
from institutions.models import Consolidation
from registry.management.rules import RuleCommand, actor

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(RuleCommand):
    help = "Fortryder en konsolidering: alt er, som det var. Samme regel som i administrationen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, metavar="ID", help="Konsolideringens løbenummer.")
        parser.add_argument("--reason", default="", metavar="TEKST", help="Begrundelsen, til hændelsesloggen.")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        done = Consolidation.objects.filter(pk=options["id"]).first()
        if done is None:
            raise CommandError(_("Der er ingen konsolidering med løbenummer %s.") % options["id"])
        consolidation.undo(done, actor=actor(), reason=options["reason"])
        self.stdout.write(
            _("Konsolideringen af %(a)s ind i %(g)s er fortrudt.")
            % {"a": done.data["absorbed"], "g": done.data["survivor"]}
        )
