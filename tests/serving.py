"""A server in a process of its own, as `make demo` and developers run it, on a database that is given."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import URLError

from django.conf import settings

from tests.working import until

if TYPE_CHECKING:
    from collections.abc import Iterator

DEVELOPMENT = (
    "import sys; from django.conf import settings; from django.core.management import execute_from_command_line;"
    "settings.DATABASES['default']['NAME'] = sys.argv[1];"
    "execute_from_command_line(['manage.py', 'runserver', '--noreload', '--skip-checks', sys.argv[2]])"
)
THREADED = (
    "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'registry.settings';"
    "from django.conf import settings; settings.DATABASES['default']['NAME'] = sys.argv[1];"
    "from gunicorn.app.wsgiapp import run;"
    "sys.argv = ['gunicorn', 'registry.wsgi', '--bind', sys.argv[2], '--threads', '16', '--no-control-socket',"
    " '--log-level', 'warning']; run()"
)


@contextmanager
def served(database: str, code: str = THREADED, **environment: str) -> Iterator[str]:
    """The address of a server; it is gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, database, place], cwd=settings.BASE_DIR, env=os.environ | environment,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: _answers(f"http://{place}/healthz"))
        yield f"http://{place}"
    finally:
        process.terminate()
        process.wait(timeout=40)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
