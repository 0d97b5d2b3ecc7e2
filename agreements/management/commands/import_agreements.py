"""Take in Tilslutning's data agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agreements import importing
from registry.management.rules import FileCommand, actor

if TYPE_CHECKING:
    from registry.verdicts import Report


class Command(FileCommand):
    help = _("Indlæs dataaftaler med deres udbydere, systemer og tjenester.")

    def take_in(self, content: bytes, **options: Any) -> Report:  # noqa: ANN401
        return importing.take_in(content, actor=actor(), trial=options["trial"])
