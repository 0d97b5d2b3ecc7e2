"""Write the register to a file."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions import exporting
from institutions.asof import REGISTER, Filters
from registry import periods
from registry.management.rules import RuleCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser

ALL = "samlet"
LEVELS = {level.replace(" ", ""): level for level in REGISTER}


class Command(RuleCommand):
    help = _("Skriv registeret til en fil, som det gælder på en dag, og som det var kendt på et tidspunkt.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_("filen; »-« er standard-output"))
        parser.add_argument("--level", choices=[ALL, *LEVELS], default=ALL, help=_("ét niveau, eller dem alle"))
        parser.add_argument("--format", choices=list(exporting.FORMATS), default="csv")
        parser.add_argument("--on", type=date.fromisoformat, help=_("dagen, registeret gælder på (i dag)"))
        parser.add_argument("--known-at", type=_moment, help=_("tidspunktet, registeret var kendt på (nu)"))

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args
        filters = Filters() if options["level"] == ALL else Filters(levels=(LEVELS[options["level"]],))
        out = sys.stdout.buffer if options["file"] == "-" else None
        try:
            with nullcontext(out) if out else exporting.whole(Path(options["file"])) as file:
                counts = exporting.write(
                    file, options["format"], on=options["on"] or periods.today(), known_at=options["known_at"],
                    filters=filters,
                )  # fmt: skip
                count = self._follow(counts)
        except OSError as error:
            message = _("%(file)s kan ikke skrives: %(why)s.") % {"file": options["file"], "why": error.strerror}
            raise CommandError(message) from error
        if not out:
            told = ngettext("%(count)s række skrevet til %(file)s.", "%(count)s rækker skrevet til %(file)s.", count)
            self.stdout.write(told % {"count": count, "file": options["file"]})

    def _follow(self, counts: Iterator[int]) -> int:
        """Show the count as it grows on a terminal; give the last one."""
        shown = self.stderr.isatty()
        count = 0
        for count in counts:
            if shown:
                self.stderr.write(f"\r{count}", ending="")
        if shown:
            self.stderr.write("\r", ending="")
        return count


def _moment(text: str) -> datetime:
    """A moment; Danish time where it says no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)
