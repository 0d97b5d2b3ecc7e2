"""The tree holds what the plan of the house names, and nothing that belongs to one machine."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "README.md", "registry", "institutions", "agreements", "templates", "static"),
    *("tests", "Makefile", "docs", "bench", "package.json"),
    *("requirements.lock", "requirements-dev.lock", "package-lock.json"),
}
NO_ROOM_IS_CALLED = {"utils", "util", "common", "core", "mixins", "helpers", "helper", "misc", "base_models"}

# Spelled so that this file does not name them either.
REGISTRY_HOSTS = re.compile(r"\b(?:pypi[.]org|pythonhosted[.]org|registry[.]npmjs[.]org)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:home|root|work|Users)(?=/)/\w")


def tracked() -> list[Path]:
    """What git keeps, and what it would keep: a file counts before it is committed."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(git, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in sorted(set(listed.split("\0"))) if name and (path := CHECKOUT / name).is_file()]


def test_the_top_level_holds_nothing_else() -> None:
    entries = {path.relative_to(CHECKOUT).parts[0] for path in tracked()}
    assert {entry for entry in entries if not entry.startswith(".")} - TOP_LEVEL == set()


def test_no_module_has_a_name_that_means_anything() -> None:
    named = {path.relative_to(CHECKOUT) for path in tracked() if {*path.parts[:-1], path.stem} & NO_ROOM_IS_CALLED}
    assert named == set()


@pytest.mark.parametrize("pattern", [REGISTRY_HOSTS, MACHINE_PATHS], ids=["registry hosts", "machine paths"])
def test_nothing_names_a_package_registry_or_a_place_on_one_machine(pattern: re.Pattern[str]) -> None:
    found = {}
    for path in tracked():
        words = path.read_bytes().decode(errors="ignore")
        if hit := pattern.search(words):
            found[str(path.relative_to(CHECKOUT))] = hit.group()
    assert found == {}


def test_every_variable_of_the_environment_is_in_the_example() -> None:
    read = set()
    for name in ("registry/settings.py", "registry/embedded/home.py"):
        read |= set(
            re.findall(
                r"(?:text|flag|day|words|database|mailer|environ\.get)\(\"([A-Z_]+)\"", (CHECKOUT / name).read_text()
            )
        )
    listed = set(re.findall(r"^#?([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))
    assert read == listed
