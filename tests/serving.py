"""A server in a process of its own, as `make demo` and developers run it, on a database that is given."""

from __future__ import annotations

import os
import signal
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
    # Pages without their files being collected first.
    "settings.STORAGES['staticfiles'] = {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'};"
    "from gunicorn.app.wsgiapp import run;"
    "sys.argv = ['gunicorn', 'registry.wsgi', '--bind', sys.argv[2], '--threads', '16', '--no-control-socket',"
    " '--log-level', 'warning']; run()"
)
# The same on a day that a file tells, and for as many readers as a test has at one address.
ON_A_DAY = THREADED.replace("from gunicorn", (
    "from registry import limits; limits.ANYONE = limits.Policy('enhver', 60_000);"
    "from datetime import date; from pathlib import Path; from registry import periods;"
    "periods.today = lambda: date.fromisoformat(Path(os.environ['TEST_DAY']).read_text());from gunicorn"
))  # fmt: skip


class Server:
    """A server at an address of its own, that can be killed at any moment and begun again."""

    def __init__(self, database: str, code: str = THREADED, **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.place = f"127.0.0.1:{free.getsockname()[1]}"
        self.address = f"http://{self.place}"
        self._command, self._environment = [sys.executable, "-c", code, database, self.place], environment
        self.begin()

    def begin(self) -> None:
        """Begin in a group of processes of its own, and wait until it answers."""
        self._process = subprocess.Popen(
            self._command, cwd=settings.BASE_DIR, env=os.environ | self._environment, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        until(lambda: _answers(f"{self.address}/healthz"))

    def kill(self) -> None:
        """SIGKILL to every process that it has, in the middle of whatever they do."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=40)

    def end(self) -> None:
        """End it in good order."""
        self._process.terminate()
        self._process.wait(timeout=40)


@contextmanager
def served(database: str, code: str = THREADED, **environment: str) -> Iterator[str]:
    """The address of a server; it is gone afterwards."""
    server = Server(database, code, **environment)
    try:
        yield server.address
    finally:
        server.end()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
