"""Commands over rules: a refusal becomes a CommandError here and nowhere else."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.ledger import Actor
from registry.problems import Refused
from registry.verdicts import Verdict

if TYPE_CHECKING:
    from registry.verdicts import Decision, Report


def actor() -> Actor:
    """Whoever runs the command, by their name on the machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "kommando"
    return Actor(name, "kommando")


class RuleCommand(BaseCommand):
    """A command whose refusals are said in a sentence; it then ends 1."""

    def execute(self, *args: Any, **options: Any) -> str | None:  # noqa: ANN401
        """Turn a refusal into a CommandError."""
        try:
            return super().execute(*args, **options)
        except Refused as refused:
            message = f"{refused.detail} [{refused.code}]"
            raise CommandError(message) from refused


class FileCommand(RuleCommand):
    """A command that takes in a file: prints a verdict for each kind of row, and what was wrong with which."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether it is a trial."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--trial", action="store_true", help=_("vis, hvad der ville ske; gem intet"))

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Read the file, decide and apply, and tell."""
        del args
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            message = _("%(file)s kan ikke læses: %(why)s.") % {"file": path, "why": error.strerror}
            raise CommandError(message) from error
        self.tell(self.take_in(content, **options))

    def take_in(self, content: bytes, **options: Any) -> Report:  # noqa: ANN401
        """Decide the file's rows through the rules."""
        raise NotImplementedError

    def tell(self, report: Report) -> None:
        """Print counts, what is only counted, and a line for each thing wrong with a row."""
        rows = len(report.decisions)
        self.stdout.write(
            ngettext("%(count)s række afgjort: %(verdicts)s.", "%(count)s rækker afgjort: %(verdicts)s.", rows)
            % {
                "count": rows,
                "verdicts": ", ".join(f"{count} {verdict.label}" for verdict, count in report.counts.items()),
            }
        )
        for note in report.notes:
            self.stdout.write(note)
        for (code, field), count in sorted(report.counted.items()):
            missing = ngettext(
                "%(field)s mangler i %(count)s række [%(code)s].",
                "%(field)s mangler i %(count)s rækker [%(code)s].",
                count,
            )
            self.stdout.write(missing % {"field": field, "count": count, "code": code})
        for decision in report.told:
            self._tell_one(decision)
        if not report.applied:
            self.stdout.write(_("Prøvekørsel: intet er gemt."))

    def _tell_one(self, decision: Decision) -> None:
        refused = decision.verdict == Verdict.REFUSED
        for problem in decision.problems if refused else decision.remarks:
            fate = decision.verdict.label if refused else _("beholdt")
            where = _("linje %(line)s") % {"line": decision.line} if decision.line else "–"
            field = f", {problem.field}" if problem.field else ""
            self.stdout.write(
                f"{where} {decision.subject} {decision.name}: {fate}: {problem.detail} [{problem.code}{field}]"
            )
