"""A program of a vendor's: reads the list page by page into SQLite, walk after walk; killed, it goes on at its page.

    python walking.py http://127.0.0.1:8000 copy.sqlite 2026-08-01 [--once]

The copy is what the last whole walk found to hold on the day. With `--once` it ends after one walk begun anew.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

TABLES = """
CREATE TABLE IF NOT EXISTS copy (number TEXT PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS walk (number TEXT PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ahead (place INTEGER PRIMARY KEY, url TEXT NOT NULL);
"""
LISTS: tuple[dict[str, str], ...] = ({}, {"niveau": "uden for registeret"})
PAGE, PAUSE = 7, 0.05


def main(address: str, file: str, day: str, *options: str) -> None:
    """Walk on."""
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.executescript(TABLES)
        while True:
            begun = not next_page(copy)
            if begun:
                begin(copy, address, day)
            while following := next_page(copy):
                take(copy, address, *following)
                time.sleep(PAUSE)
            if begun and "--once" in options:
                return


def next_page(copy: sqlite3.Connection) -> tuple[int, str] | None:
    """The address of the page to be read, and which list it is of; None where a walk is at its end."""
    found: tuple[int, str] | None = copy.execute("SELECT place, url FROM ahead ORDER BY place LIMIT 1").fetchone()
    return found


def begin(copy: sqlite3.Connection, address: str, day: str) -> None:
    """Forget the walk before, and plan a new one."""
    asked = [f"{address}/api/v1/institutioner/?{urlencode({**one, 'gaeldende': day, 'antal': PAGE})}" for one in LISTS]
    copy.execute("BEGIN IMMEDIATE")
    copy.execute("DELETE FROM walk")
    copy.executemany("INSERT INTO ahead VALUES (?, ?)", list(enumerate(asked)))
    copy.execute("COMMIT")


def take(copy: sqlite3.Connection, address: str, place: int, url: str) -> None:
    """Keep a page's rows and where the next one is together; after the last page the walk is the copy."""
    page = ask(url)
    copy.execute("BEGIN IMMEDIATE")
    rows = [(one["institutionsNummer"], json.dumps(one)) for one in page["resultater"]]
    copy.executemany("INSERT OR REPLACE INTO walk VALUES (?, ?)", rows)
    if page["naeste"]:
        copy.execute("UPDATE ahead SET url = ? WHERE place = ?", (page["naeste"], place))
    else:
        copy.execute("DELETE FROM ahead WHERE place = ?", (place,))
    if next_page(copy) is None:
        copy.execute("DELETE FROM copy")
        copy.execute("INSERT INTO copy SELECT * FROM walk")
    copy.execute("COMMIT")
    assert url.startswith(address)


def ask(url: str) -> Any:  # noqa: ANN401
    """A page; asked for again as long as there is none."""
    while True:
        try:
            with urlopen(url, timeout=30) as answer:  # noqa: S310 - asks what it was given
                return json.load(answer)
        except HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise
        except (OSError, ValueError, HTTPException):
            pass
        time.sleep(0.3)


if __name__ == "__main__":
    main(*sys.argv[1:])
