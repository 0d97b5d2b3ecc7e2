"""A copy of the register in SQLite that is kept in step: the newest snapshot first, then the feed.

    python sync.py https://dagtilbud.example kopi.sqlite            goes on until it is stopped
    python sync.py https://dagtilbud.example kopi.sqlite --en-gang  ends when the copy is up to date

With a key from STIL in the environment (REGISTER_NOEGLE, REGISTER_HEMMELIGHED) it also tells the register how far it
has come, so that `mig/status/` and STIL see the same lag.

Needs Python 3.12 and nothing else; take it and change it. It may be killed at any time: what was read and how far
it was read are committed together, so it goes on where it was, and no event is lost or done twice. The table
`institution` has each number's whole state as JSON, the view `i_dag` what holds today.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sqlite3
import sys
import time
from contextlib import closing
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

TABLES = """
CREATE TABLE IF NOT EXISTS institution (nummer TEXT PRIMARY KEY, tilstand TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS position (en INTEGER PRIMARY KEY CHECK (en = 1), position INTEGER NOT NULL);
CREATE VIEW IF NOT EXISTS i_dag AS
SELECT nummer, tilstand ->> 'niveau' AS niveau,
    CASE WHEN version.value ->> 'gyldigTil' <= date('now', 'localtime') THEN 'Nedlagt' ELSE 'Aktiv' END AS status,
    version.value ->> 'navn' AS navn, version.value ->> 'overordnetNummer' AS overordnetNummer,
    version.value ->> 'instType3' AS instType3, version.value ->> 'ejerformKode' AS ejerformKode,
    version.value ->> 'lovgrundlagKode' AS lovgrundlagKode, version.value ->> 'admKommuneKode' AS admKommuneKode,
    version.value ->> 'vejNavn' AS vejNavn, version.value ->> 'husNummer' AS husNummer,
    version.value ->> 'postNummer' AS postNummer, version.value ->> 'byNavn' AS byNavn,
    version.value ->> 'cvrNummer' AS cvrNummer, version.value ->> 'pNummer' AS pNummer,
    tilstand ->> 'konsolideretTil' AS konsolideretTil
FROM institution, json_each(tilstand, '$.versioner') AS version
WHERE version.key = (
    SELECT max(begun.key) FROM json_each(tilstand, '$.versioner') AS begun
    WHERE coalesce(begun.value ->> 'gyldigFra', '') <= date('now', 'localtime')
);
"""
PAGE = 1000  # events in one call; the server may send more
TIMEOUT = 90  # seconds: more than the server lets a call wait
LONGEST = 300  # seconds between two tries


class SetBack(Exception):  # noqa: N818 - says what has happened
    """The register does not know our position: it has been set back, and the copy must begin anew."""


def main() -> None:
    """Read the arguments and keep the copy in step."""
    parser = argparse.ArgumentParser(description="Hold en kopi af Dagtilbudsregisteret ajour.")
    parser.add_argument("adresse", help="registerets adresse, fx https://dagtilbud.example")
    parser.add_argument("database", help="SQLite-filen med kopien")
    parser.add_argument("--en-gang", action="store_true", help="slut, når kopien er ajour")
    given = parser.parse_args()
    api = Register(given.adresse.rstrip("/"))
    with closing(sqlite3.connect(given.database, isolation_level=None)) as copy:
        copy.executescript(TABLES)
        follow(copy, api, once=given.en_gang)


def follow(copy: sqlite3.Connection, api: Register, *, once: bool) -> None:
    """Begin where there is nothing, then read page after page; what fails is tried again, later and later."""
    pause = 1.0
    while True:
        try:
            if position(copy) is None:
                begin(copy, api)
            up_to_date, wait = read_on(copy, api, seconds=0 if once else 30)
        except SetBack:
            copy.execute("DELETE FROM position")
            continue
        except (OSError, ValueError, HTTPException) as error:  # no net, no answer, half an answer: all of them pass
            wait, pause = max(pause, asked_to_wait(error)), min(pause * 2, LONGEST)
            print(f"{error}; prøver igen om {wait:.0f} s.", file=sys.stderr)
        else:
            pause = 1.0
            if once and up_to_date:
                return
        time.sleep(wait)


def begin(copy: sqlite3.Connection, api: Register) -> None:
    """Take the newest snapshot in place of what there is: all of it and its position, or nothing."""
    with api.get("/api/v1/udtraek/seneste/") as answer:
        manifest = json.load(answer)
    file = next(one for one in manifest["filer"] if one["navn"] == "tilstand.ndjson.gz")
    with api.get(file["url"]) as answer:
        packed = answer.read()
    if hashlib.sha256(packed).hexdigest() != file["sha256"]:
        message = "Udtrækket kom ikke helt frem"
        raise ValueError(message)
    states = (json.loads(line) for line in gzip.decompress(packed).splitlines())
    with Transaction(copy):
        copy.execute("DELETE FROM institution")
        keep(copy, states)
        move(copy, manifest["position"])


def read_on(copy: sqlite3.Connection, api: Register, *, seconds: int) -> tuple[bool, float]:
    """Take a page of events. Gives whether there are no more now, and the seconds until the next call."""
    # Schema 2: this copy keeps whatever comes, codes that nobody knew included.
    asked = urlencode({"efter": position(copy), "antal": PAGE, "vent": seconds, "skema": 2})
    try:
        with api.get(f"/api/v1/haendelser/?{asked}") as answer:
            page = json.load(answer)
            wait = 0.0 if page["haendelser"] or not page["ajour"] else retry_after(answer.headers)
    except HTTPError as error:
        told = json.load(error) if error.code == 400 else {}  # noqa: PLR2004 - Bad Request
        if any(one["pointer"] == "#/efter" for one in told.get("errors", ())):
            raise SetBack from error
        raise
    with Transaction(copy):
        # The newest state of a number wins; doing an event twice does no harm.
        keep(copy, (event["efter"] for event in page["haendelser"] if event["efter"]))
        move(copy, page["til"])
    api.acknowledge(page["til"])
    return page["ajour"], wait


def keep(copy: sqlite3.Connection, states: Any) -> None:
    """Put each state in the place of what its number had."""
    rows = ((state["institutionsNummer"], json.dumps(state, ensure_ascii=False)) for state in states)
    copy.executemany("INSERT OR REPLACE INTO institution VALUES (?, ?)", rows)


def position(copy: sqlite3.Connection) -> int | None:
    """How far the copy has read; None where it has not begun."""
    row = copy.execute("SELECT position FROM position").fetchone()
    return row[0] if row else None


def move(copy: sqlite3.Connection, to: int) -> None:
    """The copy has read so far."""
    copy.execute("INSERT OR REPLACE INTO position VALUES (1, ?)", (to,))


class Transaction:
    """All or nothing, whatever happens inside."""

    def __init__(self, copy: sqlite3.Connection) -> None:
        self.copy = copy

    def __enter__(self) -> None:
        self.copy.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *rest: object) -> None:
        self.copy.execute("ROLLBACK" if kind else "COMMIT")


class Register:
    """The register at an address, with a key or without."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key, self.secret = (os.environ.get(f"REGISTER_{name}", "") for name in ("NOEGLE", "HEMMELIGHED"))
        self.token, self.ends, self.told = "", 0.0, -1

    def get(self, url: str) -> Any:
        """Ask. Raises OSError where there is no good answer."""
        return self._call(Request(urljoin(self.address, url), headers=self._headers()))

    def acknowledge(self, position: int) -> None:
        """Tell how far the copy has come, where we have a key and it has moved."""
        if self.key and position != self.told:
            sent = json.dumps({"position": position}).encode()
            headers = {"Content-Type": "application/json", **self._headers()}
            self._call(Request(f"{self.address}/api/v1/mig/position/", sent, headers, method="PUT")).close()
            self.told = position

    def _headers(self) -> dict[str, str]:
        if self.key and time.monotonic() > self.ends:
            asked = {"grant_type": "client_credentials", "client_id": self.key, "client_secret": self.secret}
            with self._call(Request(f"{self.address}/o/token/", urlencode(asked).encode())) as answer:
                told = json.load(answer)
            # Anew before it ends, so that no call is refused for it.
            self.token, self.ends = told["access_token"], time.monotonic() + told["expires_in"] / 2
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @staticmethod
    def _call(request: Request) -> Any:
        request.add_header("User-Agent", "sync.py")
        return urlopen(request, timeout=TIMEOUT)


def retry_after(headers: Any) -> float:
    """The seconds that the server asks us to wait."""
    told = headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else 0.0


def asked_to_wait(error: Exception) -> float:
    """The seconds that an error asks us to wait."""
    return retry_after(error.headers) if isinstance(error, HTTPError) else 0.0


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
