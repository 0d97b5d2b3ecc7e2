"""Walk the ledger's chain."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry import ledger
from registry.ledger import Break


class Command(BaseCommand):
    help = "Kontrollerer, at intet i hændelsesloggen er ændret eller fjernet. Slutter med 1, hvis noget er det."

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        shows_progress = sys.stderr.isatty() and options["verbosity"] > 0
        for step in ledger.verify():
            if isinstance(step, Break):
                raise CommandError(_broken(step))
            if shows_progress:
                self.stderr.write(f"\r{step}", ending="")
        if shows_progress:
            self.stderr.write("\r", ending="")
        count = ledger.head()
        told = ngettext("Hændelsesloggen holder: %s hændelse.", "Hændelsesloggen holder: %s hændelser.", count)
        self.stdout.write(told % count)
        if tip := ledger.tip():
            # Kept elsewhere, it also proves that nothing has been cut off the end since.
            self.stdout.write(_("Sidste hændelses fingeraftryk: %(seq)s %(hash)s") % {"seq": tip.seq, "hash": tip.hash})


def _broken(step: Break) -> str:
    if step.what == "missing":
        return _("Hændelsesloggen holder ikke: hændelse %(seq)s mangler.") % {"seq": step.seq}
    return _("Hændelsesloggen holder ikke: hændelse %(seq)s er ændret.") % {"seq": step.seq}
