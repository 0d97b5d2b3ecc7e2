"""The texts of the source and their English: what is marked for translation where systems meet it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

CHECKOUT = Path(__file__).resolve().parents[1]
ROOMS = ("registry", "institutions", "agreements")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
REFUSALS = {"Refused", "Unreadable"}
# Said to systems from the first line to the last; elsewhere only what a refusal says.
SPOKEN = (
    *(f"{room}/{part}" for room in ROOMS for part in ("api/", "problems.py")),
    *(f"registry/{part}" for part in ("hooks/", "spreadsheets/", "calls.py", "credentials.py", "oauth.py")),
    *(f"institutions/{part}" for part in (
        "deliveries/", "importing/", "access.py", "codes.py", "external.py", "facts.py", "hierarchy.py", "lawful.py",
        "lifecycle.py", "mandates.py", "numbers.py", "prevention.py", "timeline.py", "verbs.py",
    )),
    *(f"institutions/duplicates/{part}" for part in ("levels.py", "standing.py", "whereabouts.py", "inside.py")),
    *(f"agreements/{part}" for part in ("lifecycle/", "importing/", "access.py")),
)  # fmt: skip
PAGES = ("templates/base.html", "templates/institutions/start.html", *(f"templates/registry/{name}.html" for name in (
    "described", "documentation", "problem", "problems", "_language", "_operation", "_problems",
)))  # fmt: skip
_TRANSLATED = re.compile(r"{% translate (\"|')(.*?)\1")
_BLOCK = re.compile(r"{% blocktranslate trimmed[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL)
_VARIABLE = re.compile(r"{{ (\w+) }}")


def catalogues() -> dict[str, Catalog]:
    """The English of each room."""
    found = {}
    for room in ROOMS:
        with (CHECKOUT / room / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
            found[room] = read_po(file, locale="en")
    return found


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the rooms, by its path."""
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            yield str(path.relative_to(CHECKOUT)), ast.parse(path.read_text())


def marked(tree: ast.AST) -> Iterator[str]:
    """The texts that are marked in a piece of code; of one with a plural the singular."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and _name(node) in MARKS
            and node.args
            and isinstance(first := node.args[0], ast.Constant)
            and isinstance(first.value, str)
        ):
            yield first.value


def refusals(tree: ast.AST) -> Iterator[ast.Call]:
    """Where a refusal is made."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) in REFUSALS)


def spoken() -> dict[str, str]:
    """Every text that a system, or who builds one, may meet, and where."""
    found: dict[str, str] = {}
    for path, tree in sources():
        for piece in [tree] if path.startswith(SPOKEN) else refusals(tree):
            found |= dict.fromkeys(marked(piece), path)
    for page in PAGES:
        text = (CHECKOUT / page).read_text()
        found |= {said: page for _quote, said in _TRANSLATED.findall(text)}
        found |= {_VARIABLE.sub(r"%(\1)s", " ".join(said.split())): page for said in _BLOCK.findall(text)}
    return found


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")
