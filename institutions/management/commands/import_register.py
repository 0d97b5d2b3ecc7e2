"""Take in the register's own CSV."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import importing
from registry.management.rules import FileCommand, actor

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from registry.verdicts import Report


class Command(FileCommand):
    help = _("Indlæs registerets egen CSV-fil: første gang som overførsel, siden som ønsket tilstand.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--on", type=date.fromisoformat, help=_("dagen, filen gælder fra (i dag)"))
        parser.add_argument("--close-missing", action="store_true", help=_("nedlæg, hvad filen ikke nævner"))
        parser.add_argument("--despite", default="", metavar=_("GRUND"),
                            help=_("opret også rækker, der ligner en, som findes, fordi …"))  # fmt: skip

    def take_in(self, content: bytes, **options: Any) -> Report:  # noqa: ANN401
        return importing.register(
            content, actor=actor(), on=options["on"], trial=options["trial"], close_missing=options["close_missing"],
            despite=options["despite"],
        )  # fmt: skip
