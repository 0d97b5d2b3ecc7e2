"""Let what was dated ahead take effect in the feed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions import calendar
from registry.management.rules import RuleCommand, actor


class Command(RuleCommand):
    help = _("Skriv en hændelse for hver ændring, som er trådt i kraft. Køres hver nat efter midnat.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args, options
        count = calendar.turn(actor=actor())
        self.stdout.write(
            ngettext("%(count)s ændring er trådt i kraft.", "%(count)s ændringer er trådt i kraft.", count)
            % {"count": count}
        )
