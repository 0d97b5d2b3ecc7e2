"""The product as it is served, with the views of `plain` beside its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

EMPTY, PLAIN = "/tom/", "/plain/"
# On which the register is asked for.
DAY = date(2026, 1, 1)
# What is measured against, and the project has not.
_THEIRS = [str(one) for one in Path(__file__).resolve().parents[2].glob(".tools/bench/lib/*/site-packages")]
_PORT = 18_733
_ROOT = Path(__file__).resolve().parents[2]
# Calls are counted as they are, but a measurement makes more of them than one address may.
_CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.DATABASES["default"]["CONN_MAX_AGE"] = None
from registry import limits
limits.ANYONE = limits.Policy("enhver", 10**9)
settings.ROOT_URLCONF = "bench.material.plain"
settings.ALLOWED_HOSTS = ["*"]
from gunicorn.app.wsgiapp import run
sys.path += sys.argv[3:]
sys.argv = ["gunicorn", "registry.wsgi", "--bind", sys.argv[2], "--threads", "2", "--no-control-socket",
            "--log-level", "warning"]
run()
"""


@contextmanager
def served(database: str) -> Iterator[HTTPConnection]:
    """A connection, kept open, to a server of its own with one worker."""
    where = f"127.0.0.1:{_PORT}"
    words = [sys.executable, "-c", _CODE, database, where, *_THEIRS]
    with subprocess.Popen(words, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)}) as process:
        caller = HTTPConnection("127.0.0.1", _PORT, timeout=120)
        try:
            _wait(caller)
            yield caller
        finally:
            caller.close()
            process.terminate()


def _wait(caller: HTTPConnection) -> None:
    for _try in range(300):
        try:
            ask(caller, EMPTY)
        except OSError:
            caller.close()
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(EMPTY)


def ask(caller: HTTPConnection, place: str, **headers: str) -> tuple[int, bytes, str]:
    """Status, body and ETag of an answer."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        caller.request("GET", place, headers=given)
        answer = caller.getresponse()
    except RemoteDisconnected:
        # Nobody asked for so long that the server hung up.
        caller.close()
        caller.request("GET", place, headers=given)
        answer = caller.getresponse()
    return answer.status, answer.read(), answer.headers.get("ETag", "")
