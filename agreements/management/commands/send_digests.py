"""Tell vendors what has happened with their agreements, and data owners what waits for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.notices import digests
from registry.management.rules import RuleCommand, actor


class Command(RuleCommand):
    help = _("Skriv dagens mails til udbydere og dataejere. Køres hver nat; anden gang samme dag sker intet.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args, options
        count = digests.send(actor=actor())
        self.stdout.write(
            ngettext("%(count)s mail er skrevet.", "%(count)s mails er skrevet.", count) % {"count": count}
        )
