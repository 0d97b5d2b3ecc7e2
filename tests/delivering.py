"""A program of a vendor's: sends deliveries and applies them, again from the first one whenever it is begun.

    python delivering.py http://127.0.0.1:8000 deliveries.json

It remembers nothing: the same key and content give the same delivery, and a plan that is applied stays so. The file
is a list of {headers, body, key}. It ends when each is applied.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

AT_ONCE = 4
ROOT = "/api/v1/indberetninger/"


def main(address: str, file: str) -> None:
    """Deliver all, some at a time."""
    wanted = json.loads(Path(file).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda one: deliver(address, one), wanted))


def deliver(address: str, one: dict[str, Any]) -> None:
    """Send until there is an answer; then apply, by a new plan where the old one holds no longer."""
    plan, etag = insist(address + ROOT, one, one["body"], **{"Idempotency-Key": one["key"]})
    while plan["status"] != "udfoert":
        try:
            plan, etag = insist(address + plan["udfoer"], one, "", **{"If-Match": etag})
        except HTTPError as error:
            if error.code != 412:
                raise
            plan, etag = insist(address + plan["url"], one, None)


def insist(url: str, one: dict[str, Any], body: str | None, **headers: str) -> tuple[dict[str, Any], str]:
    """The answer and its ETag; asked for again as long as nobody answers. Raises HTTPError where it is refused."""
    sent = None if body is None else body.encode()
    asked = {"Content-Type": "application/json", **one["headers"], **headers}
    while True:
        try:
            with urlopen(Request(url, sent, asked), timeout=120) as answer:  # noqa: S310 - asks what it was given
                return json.load(answer), answer.headers["ETag"]
        except HTTPError as error:
            if error.code < 500 and error.code != 429:
                sys.stderr.write(error.read().decode())
                raise
        except (OSError, ValueError, HTTPException):
            pass
        time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
