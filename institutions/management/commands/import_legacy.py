"""Take in institutions outside the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import importing
from registry.management.rules import FileCommand, actor

if TYPE_CHECKING:
    from registry.verdicts import Report


class Command(FileCommand):
    help = _("Indlæs institutioner uden for registeret (A-numre).")

    def take_in(self, content: bytes, **options: Any) -> Report:  # noqa: ANN401
        return importing.legacy(content, actor=actor(), trial=options["trial"])
