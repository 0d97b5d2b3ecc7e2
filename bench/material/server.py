"""The product as it is served, with the views of `plain` beside its own."""

import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

EMPTY, PLAIN = "/tom/", "/plain/"
# On which the register is asked for.
DAY = date(2026, 1, 1)
# What is measured against, and the project has not.
_THEIRS = [str(one) for one in Path(__file__).resolve().parents[2].glob(".tools/bench/lib/*/site-packages")]
_PORT = 18_733
_AT_ONCE = 4
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


class _Line:
    """A connection that is kept open, with as little of HTTP as our own server needs."""

    def __init__(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", _PORT), timeout=30)
        self._file = self._socket.makefile("rb")

    def send(self, place: str, headers: Mapping[str, str]) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._socket.sendall(f"GET {place} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode())

    def status(self) -> int:
        status, length = int(self._file.readline().split()[1]), 0
        while (line := self._file.readline().lower()) != b"\r\n":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if status != HTTPStatus.NOT_MODIFIED:
            self._file.read(length)
        return status

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def call(asked: Iterable[tuple[str, Mapping[str, str]]]) -> list[int]:
    """Call, a few at a time as any server is called. Gives the status of each."""
    free, waiting, answered = [_Line() for _each in range(_AT_ONCE)], deque[_Line](), []
    every = list(free)
    for place, headers in asked:
        if not free:
            free.append(waiting.popleft())
            answered.append(free[-1].status())
        waiting.append(free.pop())
        waiting[-1].send(place, headers)
    answered += [line.status() for line in waiting]
    for line in every:
        line.close()
    return answered
