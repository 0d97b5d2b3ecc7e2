"""Tell of systems that have fallen silent, and forget old calls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreements import silence
from registry import calls
from registry.management.rules import RuleCommand, actor


class Command(RuleCommand):
    help = _("Sig til om systemer, der er blevet tavse, og glem kald fra før den seneste måned. Køres hver nat.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        del args, options
        for one in silence.alarm(actor=actor()):
            since = f"{one.reader.called_at:%d.%m.%Y}"
            self.stdout.write(_("%(system)s har været tavs siden %(since)s.") % {"system": one.system, "since": since})
        self.stdout.write(_("%(count)s gamle kald glemt.") % {"count": calls.forget()})
