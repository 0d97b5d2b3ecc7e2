"""Build the demo's register, or keep the one that is there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import access, demo
from institutions.demo import systems
from institutions.models import Institution
from registry import callers, periods
from registry.management.rules import RuleCommand

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(RuleCommand):
    help = _("Byg et opdigtet register i en tom database, og vis, hvem man kan logge ind som.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=demo.SEED, help=_("samme tal, samme register"))

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args
        if demo.is_untouched():
            self._build(options["seed"])
        else:
            kept = Institution.objects.count()
            self.stdout.write(
                ngettext(
                    "Registeret er ikke tomt: %(count)s institution er beholdt, og intet er ændret.",
                    "Registeret er ikke tomt: %(count)s institutioner er beholdt, og intet er ændret.",
                    kept,
                )
                % {"count": kept}
            )
        self._tell_logins()

    def _build(self, seed: int) -> None:
        start = time.monotonic()
        built = demo.build(seed=seed, today=periods.today(), tell=self._progress)
        self.stdout.write(
            _(
                "Bygget på %(seconds).1f sekunder: %(institutions)s institutioner i 12 kommuner, %(outside)s A-numre,"
                " %(agreements)s dataaftaler, %(acts)s begivenheder siden 2019 og %(consolidations)s konsolideringer,"
                " hvoraf én er fortrudt."
            )
            % {
                "seconds": time.monotonic() - start, "institutions": built.institutions, "outside": built.outside,
                "agreements": built.agreements, "acts": built.acts, "consolidations": built.consolidations,
            }
        )  # fmt: skip

    def _progress(self, step: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"{step} …")

    def _tell_logins(self) -> None:
        staff = [pair for pair in demo.logins() if pair[0].is_staff]
        others = [pair for pair in demo.logins() if not pair[0].is_staff]
        if staff:
            self.stdout.write(_("Log ind på /admin/ som:"))
        for user, password in staff:
            role = _("STIL, må alt") if user.is_superuser else _("STIL, medarbejder")
            self.stdout.write(f"  {user.username} / {password} ({role})")
        if others:
            self.stdout.write(_("Log ind på /aftaler/ som:"))
        for user, password in others:
            role = ", ".join(one.party for one in access.affiliations_of(user))
            self.stdout.write(f"  {user.username} / {password} ({role})")
        if key := systems.key():
            self.stdout.write(_("Hent et token på /o/token/ med:"))
            self.stdout.write(f"  {' / '.join(key)} ({callers.find(systems.SYSTEM).name})")
