"""Plays the register to a reader, in courses that have broken readers before, and tells whether its copy became right.

    python conformance.py -- python sync.py {url} {database} --en-gang

After the two dashes stands the reader's own command: `{url}` becomes the address to read from, `{database}` a file for
the reader to keep, the same one for every run of a course. It must bring its copy up to date and end with 0.

Then the copy is read: from the SQLite file's view or table `i_dag` (`--tabel`), or from what a command prints as NDJSON
or CSV (`--vis "./min-laeser vis {database}"`). A row is what a number is today, in the register's own names:
`institutionsNummer` (or `nummer`), and of `status` (Aktiv, Nedlagt), `navn`, `overordnetNummer`, `instType3` and
`konsolideretTil` those that the reader keeps. Closed and consolidated numbers are rows too.

Ends 1 where a course failed. Needs Python 3.12, `courses.py` beside it, and nothing else.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from courses import AT, COURSES, FEED, PAUSE, Register, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELDS = ("status", "navn", "overordnetNummer", "instType3", "konsolideretTil")
SNAPSHOT, FILE = "/api/v1/udtraek/seneste/", "tilstand.ndjson.gz"
POSITION, TOKEN = "/api/v1/mig/position/", "/o/token/"
PAGE = 3  # events in an answer, and the rest of the last one's transaction
SHOWN = 3  # differences told of one course


class Handler(BaseHTTPRequestHandler):
    """Answers in the register's own forms."""

    protocol_version = "HTTP/1.1"

    @property
    def stage(self) -> Stage:
        """What is played."""
        return cast("Theatre", self.server).stage

    def do_GET(self) -> None:
        """The snapshot, its file, the feed."""
        url = urlsplit(self.path)
        register, asked = self.stage.register, {name: one[-1] for name, one in parse_qs(url.query).items()}
        if url.path == SNAPSHOT:
            self._json(manifest(register, f"http://{self.headers['Host']}"))
        elif url.path.endswith(FILE):
            self._file(self.stage.on_file.pop(0) if self.stage.on_file else "")
        elif url.path != FEED:
            self._problem(404, "ikke_fundet")
        elif mischief := self.stage.on_feed.pop(0) if self.stage.on_feed else "":
            code = "for_mange_kald" if mischief == "429" else "intern_fejl"
            self._problem(int(mischief), code, retry=PAUSE if mischief == "429" else 0)
        elif (after := int(asked.get("efter", 0))) > register.head:
            self._problem(400, "ugyldig_forespoergsel", pointer="#/efter", value=after)
        else:
            most = min(PAGE, int(asked.get("antal", PAGE)))
            page = register.page(after, most, window=self.stage.window, again=self.stage.again)
            self._json(page, retry=0 if page["haendelser"] or not page["ajour"] else 5)

    def do_POST(self) -> None:
        """A token for whoever asks."""
        self._body()
        if urlsplit(self.path).path == TOKEN:
            self._json({"access_token": "x", "expires_in": 3600, "token_type": "Bearer", "scope": "laes"})
        else:
            self._problem(404, "ikke_fundet")

    def do_PUT(self) -> None:
        """The acknowledged position."""
        sent = self._body()
        if urlsplit(self.path).path == POSITION:
            self._json({"position": json.loads(sent)["position"]})
        else:
            self._problem(404, "ikke_fundet")

    def log_message(self, *_told: object) -> None:
        """Nothing: what counts is kept by the stage."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _file(self, mischief: str) -> None:
        other = self.stage.other if mischief == "andet" else None
        content = (other or self.stage.register).packed
        self._head(200, "application/gzip", len(content))
        self.wfile.write(content[: len(content) // 2] if mischief == "halvt" else content)
        self.close_connection = True

    def _json(self, told: object, status: int = 200, kind: str = "application/json", retry: int = 0) -> None:
        content = json.dumps(told, ensure_ascii=False).encode()
        self._head(status, kind, len(content), retry)
        self.wfile.write(content)

    def _problem(self, status: int, code: str, *, pointer: str = "", value: object = None, retry: int = 0) -> None:
        wrong = {"pointer": pointer, "code": "ugyldig_parameter", "value": value, "detail": "…", "suggestions": []}
        told = {
            "type": f"http://{self.headers['Host']}/problemer/{code}/", "title": code, "status": status, "code": code,
            "detail": "…", "instance": self.path, "errors": [wrong] if pointer else [],
        }  # fmt: skip
        self._json(told, status, "application/problem+json", retry)

    def _head(self, status: int, kind: str, length: int, retry: int = 0) -> None:
        self.stage.calls.append((time.monotonic(), urlsplit(self.path).path, status))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        if retry:
            self.send_header("Retry-After", str(retry))
        self.end_headers()


class Theatre(ThreadingHTTPServer):
    """Serves one stage after the other at one address."""

    daemon_threads = True
    stage: Stage


def manifest(register: Register, address: str) -> dict[str, Any]:
    """The newest snapshot as it is described."""
    file = {
        "navn": FILE, "indhold": "application/x-ndjson", "raekker": len(register.states),
        "stoerrelse": len(register.packed), "sha256": hashlib.sha256(register.packed).hexdigest(),
        "url": f"{address}/api/v1/udtraek/1/{FILE}",
    }  # fmt: skip
    feed = f"{address}{FEED}?efter={register.position}"
    return {"position": register.position, "tidspunkt": AT, "gaeldende": AT[:10], "haendelser": feed, "filer": [file]}


def today(state: dict[str, Any]) -> dict[str, str]:
    """What a number is today."""
    day = date.today().isoformat()  # noqa: DTZ011 - the reader's day too
    held = [one for one in state["versioner"] if (one["gyldigFra"] or "") <= day][-1]
    over = held["gyldigTil"] is not None and held["gyldigTil"] <= day
    told = {**held, "status": "Nedlagt" if over else "Aktiv", "konsolideretTil": state["konsolideretTil"]}
    return {name: str(told.get(name) or "") for name in FIELDS}


def differences(wanted: dict[str, dict[str, str]], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with a copy."""
    held: dict[str, dict[str, Any]] = {}
    for row in rows:
        number = str(row.get("institutionsNummer") or row.get("nummer") or "")
        if number in held:
            yield f"{number} står to gange"
        held[number] = row
    yield from (f"{number} mangler" for number in wanted.keys() - held.keys())
    yield from (f"{number} skulle ikke være der" for number in held.keys() - wanted.keys())
    for number in sorted(wanted.keys() & held.keys()):
        for name in FIELDS:
            said = str(held[number].get(name) or "") if name in held[number] else wanted[number][name]
            if said != wanted[number][name]:
                yield f"{number}: {name} er »{said}«, skulle være »{wanted[number][name]}«"


def filled(word: str, told: dict[str, str]) -> str:
    """A word of a command with what is to be put into it."""
    for name, value in told.items():
        word = word.replace(name, value)
    return word


def read(database: Path, table: str, show: str) -> list[dict[str, Any]]:
    """The reader's copy. Raises ValueError where it cannot be read."""
    if show:
        words = [filled(word, {"{database}": str(database)}) for word in shlex.split(show)]
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        if text.lstrip().startswith("{"):
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    with closing(sqlite3.connect(database)) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - the caller's own


def play(stages: Sequence[Stage], given: argparse.Namespace) -> list[str]:
    """Run the reader before each stage. Gives what was wrong."""
    with tempfile.TemporaryDirectory() as folder, Theatre(("127.0.0.1", 0), Handler) as theatre:
        threading.Thread(target=theatre.serve_forever, daemon=True).start()
        told = {"{url}": f"http://127.0.0.1:{theatre.server_port}", "{database}": f"{folder}/kopi.sqlite"}
        command = [filled(word, told) for word in given.kommando]
        try:
            for stage in stages:
                theatre.stage = stage
                done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=given.sekunder)
                if done.returncode:
                    last = (done.stderr.strip().splitlines() or [""])[-1]
                    return [f"læseren sluttede med {done.returncode}: {last}"]
            rows = read(Path(told["{database}"]), given.tabel, given.vis)
        except subprocess.TimeoutExpired as error:
            return [f"blev ikke færdig på {error.timeout:.0f} s"]
        except OSError as error:
            return [f"kommandoen kan ikke køres: {error}"]
        except (sqlite3.Error, subprocess.CalledProcessError, ValueError) as error:
            return [f"kopien kan ikke læses: {error}"]
        finally:
            theatre.shutdown()
    wanted = {number: today(state) for number, state in stages[-1].register.states.items()}
    return [*filter(None, (stage.complaint() for stage in stages)), *differences(wanted, rows)]


def main() -> int:
    """Play every course, and tell of each. 1 where one failed."""
    parser = argparse.ArgumentParser(description="Prøv en læser mod et register, der opfører sig, som registre gør.")
    parser.add_argument("kommando", nargs="+", help="læserens kommando med {url} og {database}, efter --")
    parser.add_argument("--vis", default="", help="kommando, der skriver kopien som NDJSON eller CSV")
    parser.add_argument("--tabel", default="i_dag", help="visning eller tabel i SQLite-filen (i_dag)")
    parser.add_argument("--sekunder", type=float, default=60, help="så længe må en kørsel vare (60)")
    parser.add_argument("--kun", choices=COURSES, action="append", help="kun det forløb; kan gentages")
    given = parser.parse_args()
    failed, played = 0, given.kun or list(COURSES)
    for name in played:
        what, stages = COURSES[name]
        wrong = play(stages(), given)
        failed += bool(wrong)
        print(f"{'fejlet' if wrong else 'bestået':8} {name}: {what}", flush=True)
        for one in wrong[:SHOWN]:
            print(f"         {one}", flush=True)
        if len(wrong) > SHOWN:
            print(f"         og {len(wrong) - SHOWN} til", flush=True)
    print(f"{failed} af {len(played)} forløb fejlede")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
