"""A process that does background work."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django_tasks_db.management.commands import db_worker

from registry.management import mailboxes
from registry.workers import presence

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(db_worker.Command):
    help = _("Udfør baggrundsarbejde: opgaver og post. Ctrl-C eller SIGTERM: gør det igangværende færdigt, og slut.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(worker_id=presence.name(), reload=False)
        parser.add_argument("--sink", action="store_true", help=_("tag selv imod al post, og læg den i MAILBOX (demo)"))
        parser.add_argument("--follow", type=int, help=_("slut, når denne proces, som har startet os, er slut"))

    def handle(self, *, worker_id: str, follow: int | None = None, sink: bool = False, **options: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - Django's own
        mail = mailboxes.into(settings.MAILBOX) if sink and settings.MAILBOX else contextlib.nullcontext()
        with mail, presence.shown(worker_id, follow=follow):
            super().handle(worker_id=worker_id, **options)
