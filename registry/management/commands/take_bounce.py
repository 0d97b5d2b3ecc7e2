"""Take in a mail that has come back."""

from __future__ import annotations

import sys
from typing import Any

from django.utils.translation import gettext as _

from registry.mail import bounces
from registry.management import rules
from registry.management.rules import RuleCommand


class Command(RuleCommand):
    help = _("Læs en returneret mail fra standard input, og notér, at beskeden ikke nåede frem.")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        del options
        message = bounces.take(sys.stdin.buffer.read(), actor=rules.actor())
        if message is None:
            self.stdout.write(_("Intet er tabt: ikke en melding om en mail, der ikke kan leveres."))
        else:
            self.stdout.write(_("Besked %s kom retur.") % message.pk)
