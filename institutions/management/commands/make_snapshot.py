"""Make the files from which a reader of the feed begins."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from institutions import snapshots
from registry.management.rules import RuleCommand


class Command(RuleCommand):
    help = _("Lav et udtræk af hele registeret til systemer, der begynder at læse. Køres hver nat efter turn_day.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args, options
        made = snapshots.make()
        for file in made.files.all():
            told = _("%(name)s: %(rows)s rækker, %(size)s byte.")
            self.stdout.write(told % {"name": file.name, "rows": file.rows, "size": file.size})
        self.stdout.write(_("Udtræk ved hændelse %(position)s.") % {"position": made.position})
