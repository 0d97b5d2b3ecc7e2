"""The demo's mail server: takes every mail, and puts it into a folder."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def into(folder: Path) -> Iterator[None]:
    """Mail of this process goes by SMTP to a server in it, and from there into a Maildir."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 - a development dependency
    from aiosmtpd.handlers import Mailbox  # noqa: PLC0415

    folder.parent.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Mailbox(folder), hostname="127.0.0.1", port=port)
    server.start()
    settings.MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 30},
    }
    try:
        yield
    finally:
        server.stop()
