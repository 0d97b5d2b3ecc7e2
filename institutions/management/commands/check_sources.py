"""Hold what has changed up against DAR and CVR."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from institutions import checking
from institutions.models import Check
from registry.management.rules import RuleCommand


class Command(RuleCommand):
    help = _("Sammenhold ændrede adresser og P-numre med DAR og CVR; det, kilden ikke svarer på nu, venter.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args, options
        checking.queue()
        counts = checking.look_up()
        self.stdout.write(", ".join(f"{counts[state]} {state.label}" for state in Check.State))
