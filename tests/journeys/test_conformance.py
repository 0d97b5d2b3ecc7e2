"""The kit that tries readers: the reference client passes, broken ones are caught, and it speaks as the register."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import courses
import pytest
from conformance import manifest
from django.conf import settings
from jsonschema import Draft202012Validator

from institutions import consolidation, snapshots
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

CLIENTS = settings.BASE_DIR / "docs" / "klient"
COURSES = {name: stages for name, (_what, stages) in courses.COURSES.items()}
# What nobody has heard of is not in the description.
DESCRIBED = [name for name in COURSES if name != "ukendt-slags"]
# Programs of a reader's own that print its copy.
_ROWS = """import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute('SELECT nummer, navn FROM i_dag').fetchall()
"""
SHOWS = {
    "ndjson": f"{_ROWS}for one in rows: print(json.dumps(dict(zip(('institutionsNummer', 'navn'), one))))\n",
    "csv": f"{_ROWS}print('institutionsNummer;navn')\nfor one in rows: print(';'.join(one))\n",
}
OPTIONAL = ("gaelderFra", "nytNummer", "andetNummer", "fortryder", "foer")
# A mistake that readers make: what it replaces in the reference client, and the courses that must fail for it.
SHA = """    if hashlib.sha256(packed).hexdigest() != file["sha256"]:
        message = "Udtrækket kom ikke helt frem"
        raise ValueError(message)
"""
KEPT = """(event["efter"] for event in page["haendelser"] if event["efter"])"""
MISTAKES: dict[str, tuple[str, str, set[str]]] = {
    "ignores an undo": (
        KEPT,
        '(e["efter"] for e in page["haendelser"] if e["haendelse"] not in ("konsolidering fortrudt", "har afgivet"))',
        {"fortrudt"},
    ),
    "does not check the sha256": (SHA, "", {"forkert-sha256"}),
    "gives up at 429": ("        except (OSError, ", "        except (", {"for-mange-kald"}),
    "does not wait as it is asked": (
        "wait, pause = max(pause, asked_to_wait(error)), min(pause * 2, LONGEST)", "wait = 0.1", {"for-mange-kald"},
    ),
    "applies an event twice": (
        '"INSERT OR REPLACE INTO institution VALUES (?, ?)"', '"INSERT INTO institution VALUES (?, ?)"', {"to-gange"},
    ),
    "trusts its position": ('one["pointer"] == "#/efter"', 'one["pointer"] == "#/x"', {"ukendt-position"}),
    "takes an empty page for the end": (
        'return page["ajour"], wait', 'return not page["haendelser"], wait', {"tom-side"},
    ),
    "knows every kind": (
        "    with Transaction(copy):\n        # The",
        '    assert "sammenflettet" not in str(page)\n    with Transaction(copy):\n        # The',
        {"ukendt-slags"},
    ),
    "goes by the day that a change holds from": (
        KEPT, '(e["efter"] for e in sorted(page["haendelser"], key=lambda e: e["gaelderFra"] or "9") if e["efter"])',
        {"sen-ankomst"},
    ),
}  # fmt: skip


def tried(*reader: str, options: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """How the kit ends for a reader, and what it prints."""
    command = [sys.executable, str(CLIENTS / "conformance.py"), *options, "--", *reader]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=200)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def client(program: Path = CLIENTS / "sync.py") -> tuple[str, ...]:
    return sys.executable, str(program), "{url}", "{database}", "--en-gang"


@pytest.mark.slow
def test_the_reference_client_passes() -> None:
    code, said = tried(*client())
    assert [line.split()[0] for line in said] == [*["bestået"] * len(COURSES), "0"], said
    assert (code, said[-1]) == (0, f"0 af {len(COURSES)} forløb fejlede")


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_broken_reader_is_caught(mistake: str, tmp_path: Path) -> None:
    old, new, wanted = MISTAKES[mistake]
    sound = (CLIENTS / "sync.py").read_text()
    assert sound.count(old) == 1
    broken = tmp_path / "reader.py"
    # Half the rows of a reader that keeps no key for a number.
    keyless = sound.replace("nummer TEXT PRIMARY KEY", "nummer TEXT") if "twice" in mistake else sound
    broken.write_text(keyless.replace(old, new))
    played = ("begyndelse", *wanted)
    options = tuple(word for name in played for word in ("--kun", name))
    code, said = tried(*client(broken), options=(*options, "--sekunder", "12"))
    verdicts = {line.split()[1].rstrip(":"): line.split()[0] for line in said if line.startswith(("best", "fejl"))}
    assert code == 1
    assert {name for name in wanted if verdicts[name] == "fejlet"} == wanted, said
    assert verdicts["begyndelse"] == ("fejlet" if "twice" in mistake else "bestået"), said


@pytest.mark.slow
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_reader_may_show_its_copy_itself(form: str, tmp_path: Path) -> None:
    shows = tmp_path / "show.py"
    shows.write_text(SHOWS[form])
    show = f"{sys.executable} {shows} {{database}}"
    code, said = tried(*client(), options=("--kun", "begyndelse", "--vis", show))
    assert (code, said[-1]) == (0, "0 af 1 forløb fejlede")
    shows.write_text(shows.read_text().replace("navn FROM", "upper(navn) FROM"))
    code, said = tried(*client(), options=("--kun", "begyndelse", "--vis", show))
    assert (code, said[-2].strip()) == (1, "og 4 til")


@pytest.mark.parametrize("reader", [["/findes/ikke"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_reader_that_does_not_run_is_told_of(reader: list[str]) -> None:
    code, said = tried(*reader, options=("--kun", "begyndelse"))
    assert (code, said[0].split()[0]) == (1, "fejlet")
    assert ("sluttede med 3" in said[1]) or ("kan ikke køres" in said[1])


@pytest.mark.django_db
@pytest.mark.parametrize("course", DESCRIBED)
def test_what_is_played_is_what_the_description_says(client: Client, course: str) -> None:
    schema = client.get("/api/skema/").json()
    for stage in COURSES[course]():
        register = stage.register
        assert wrong(schema, "/api/v1/udtraek/seneste/", manifest(register, "http://127.0.0.1")) == []
        page = register.page(0, 1000, window=1000, again=0)
        assert wrong(schema, "/api/v1/haendelser/", page) == []
        assert {event["nummer"] for event in page["haendelser"]} == {one["nummer"] for one in register.events}


@pytest.mark.django_db
def test_what_is_played_has_the_members_of_what_the_register_answers(client: Client) -> None:
    legacy, (_top, unit, _other) = builders.legacy("A10001"), builders.tree()
    snapshots.make()
    planned = consolidation.plan(unit, legacy)
    done = consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ACTOR, reason="Samme")
    consolidation.undo(done, actor=ACTOR, reason="Fortrudt")
    real = client.get("/api/v1/haendelser/").json()
    (stage, *_rest) = COURSES["fortrudt"]()[1:]
    played = stage.register.page(0, 1000, window=1000, again=0)
    assert played.keys() == real.keys()
    by_kind = {one["haendelse"]: one for one in real["haendelser"]}
    said = {name for one in real["haendelser"] for version in one["efter"]["versioner"] for name in version}
    for event in played["haendelser"]:
        other = by_kind[event["haendelse"]]
        assert event.keys() == other.keys()
        empty = {name for name in OPTIONAL if not event[name]}
        assert empty == {name for name in OPTIONAL if not other[name]}
        assert event["efter"].keys() == other["efter"].keys()
        assert {name for version in event["efter"]["versioner"] for name in version} - said == set()
    made = manifest(stage.register, "http://testserver")
    told = client.get("/api/v1/udtraek/seneste/").json()
    assert (made.keys(), made["filer"][0].keys()) == (told.keys(), told["filer"][0].keys())


@pytest.mark.django_db
def test_a_position_that_is_not_known_is_refused_as_the_register_does(client: Client) -> None:
    told = client.get("/api/v1/haendelser/?efter=999").json()
    assert (told["status"], told["code"], [one["pointer"] for one in told["errors"]]) == (
        400, "ugyldig_forespoergsel", ["#/efter"],
    )  # fmt: skip


def wrong(schema: dict[str, Any], path: str, told: object) -> list[str]:
    """Where an answer is not what the document says of the operation's."""
    shape = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    found = Draft202012Validator({**shape, "components": schema["components"]}).iter_errors(
        json.loads(json.dumps(told))
    )
    return [f"{error.json_path}: {error.message}" for error in found]
