"""Consolidate an A-number into the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions import access, consolidation
from registry.management.rules import RuleCommand, actor

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from institutions.consolidation import Plan


class Command(RuleCommand):
    help = "Konsoliderer et A-nummer ind i et G-nummer. Samme regel som i administrationen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("absorbed", metavar="A-NUMMER")
        parser.add_argument("survivor", metavar="G-NUMMER")
        parser.add_argument("--trial", action="store_true", help="Vis, hvad der ville ske; ændrer intet.")
        parser.add_argument("--reason", default="", metavar="TEKST", help="Begrundelsen, til hændelsesloggen.")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        absorbed, survivor = access.institution(options["absorbed"]), access.institution(options["survivor"])
        if options["trial"]:
            self._tell(consolidation.trial(survivor, absorbed, actor=actor()))
            self.stdout.write(_("Kun en prøve: intet er ændret."))
            return
        plan = consolidation.plan(survivor, absorbed)
        done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=actor(), reason=options["reason"])
        self._tell(plan)
        self.stdout.write(
            _("%(a)s er konsolideret ind i %(g)s. Fortryd med: undo_consolidation %(id)s")
            % {"a": absorbed.number, "g": survivor.number, "id": done.pk}
        )

    def _tell(self, plan: Plan) -> None:
        told = [change for change in plan.changes if change.told]
        self.stdout.write(ngettext("%s række ændres:", "%s rækker ændres:", len(told)) % len(told))
        for change in told:
            self.stdout.write(f"  {change.label}: {change.why}")
