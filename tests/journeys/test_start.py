"""»Kom i gang«: what the page says is run, block by block, before a served demo, and comes back as the page says."""

from __future__ import annotations

import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import global_settings
from django.core.management import call_command
from django.test import override_settings

from tests import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

PAGE = "/api/dokumentation/kom-i-gang/"
BLOCK = re.compile(r'<pre class="guide-(run|answer)[^"]*"[^>]*><code>(.*?)</code></pre>', re.DOTALL)
MARK = "=-=-= block ="


@pytest.fixture
def demo(own_database: str) -> Iterator[str]:
    """The demo as `make demo` builds and serves it."""
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):  # the server's own
        call_command("demo", stdout=io.StringIO())
    with serving.served(own_database) as address:
        yield address


def fetched(address: str, language: str) -> list[tuple[str, str]]:
    """The page's commands and answers, in order."""
    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "", place.port)
    connection.request("GET", PAGE, headers={"Accept-Language": language})
    page = connection.getresponse().read().decode()
    connection.close()
    return [(kind, html.unescape(text)) for kind, text in BLOCK.findall(page)]


@pytest.mark.slow
def test_every_command_comes_to_what_the_page_says(demo: str, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is missing")
    told = fetched(demo, "da")
    assert [text for _kind, text in fetched(demo, "en")] == [text for _kind, text in told]
    commands = [text for kind, text in told if kind == "run"]
    assert len(commands) > 15
    script = "\n".join(f"{command}\necho; echo '{MARK}'" for command in commands)
    # The Python of the tests under the name that the page uses.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-c", script], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env=os.environ | {"PATH": path},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    said = iter(done.stdout.split(f"{MARK}\n"))
    wrong, output = [], ""
    for kind, text in told:
        if kind == "run":
            output = next(said)
        else:
            wrong += [f"{text}\n  said: {output[-1500:]}\n  wrong: {one}" for one in differences(text, output)]
    assert wrong == []


def differences(text: str, output: str) -> Iterator[str]:
    """Where an output is not what the page says: lines with »…« for anything, or a status and some members of JSON."""
    lines, _brace, rest = text.partition("{")
    for line in lines.splitlines():
        pattern = f"{line.replace('[', '[[]').replace('…', '*')}*"
        if not any(fnmatchcase(one.strip(), pattern) for one in output.splitlines()):
            yield line
    if rest:
        body = output.replace("\r", "").partition("\n\n")[2] or output
        yield from unlike(json.loads("{" + rest), json.loads(body), "#")


def unlike(wanted: object, found: object, place: str) -> Iterator[str]:
    """What is said, and is not there; »…« is anything but nothing."""
    match wanted, found:
        case dict(), dict():
            for name, inner in wanted.items():
                if name in found:
                    yield from unlike(inner, found[name], f"{place}/{name}")
                else:
                    yield f"{place}/{name} is missing"
        case list(), list():
            if len(found) < len(wanted):
                yield f"{place} has {len(found)}"
            for number, (inner, one) in enumerate(zip(wanted, found, strict=False)):
                yield from unlike(inner, one, f"{place}/{number}")
        case "…", _:
            if found in (None, ""):
                yield f"{place} is empty"
        case _:
            if wanted != found:
                yield f"{place} is {found!r}"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "heading"), [("da", "Kom i gang"), ("en", "Get started")])
def test_outside_a_demo_no_key_is_shown(client: Client, language: str, heading: str) -> None:
    page = client.get(f"{PAGE}?sprog={language}").content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert "NOEGLE=client_id\nHEMMELIGHED=client_secret\nNUMMER=G00000<" in page
    assert "kun-til-demoen" not in page
    assert f'href="/api/dokumentation/?sprog={language}"' in page


@pytest.mark.django_db
def test_the_page_is_found_and_so_are_the_programs(client: Client) -> None:
    content = client.get("/api/dokumentation/").content.decode()
    assert f'href="{PAGE}"' in content
    for name in ("sync.py", "conformance.py", "courses.py"):
        answer = client.get(f"/api/dokumentation/klient/{name}")
        assert answer.status_code == 200
        assert f'filename="{name}"' in answer["Content-Disposition"]
        compile(answer.content, name, "exec")
    assert client.get("/api/dokumentation/klient/..%2Fapi.md").status_code == 404
    assert client.get("/api/dokumentation/klient/README").status_code == 404
