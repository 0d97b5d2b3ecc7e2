"""Files and functions stay small enough to be read at one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("registry", "institutions", "agreements", "tests", "bench")
FILE_LINES = 300
MODELS_LINES = 400
FUNCTION_LINES = 40


def sources() -> Iterator[Path]:
    """Every Python file of ours; migrations are generated."""
    for room in ROOMS:
        yield from (path for path in sorted((CHECKOUT / room).rglob("*.py")) if "migrations" not in path.parts)
    yield from (CHECKOUT / "manage.py", *sorted((CHECKOUT / "docs" / "klient").glob("*.py")))


def test_no_file_is_longer_than_300_lines_and_models_400() -> None:
    lengths = {str(path.relative_to(CHECKOUT)): len(path.read_text().splitlines()) for path in sources()}
    too_long = {
        name: length
        for name, length in lengths.items()
        if length > (MODELS_LINES if name.endswith("models.py") else FILE_LINES)
    }
    assert too_long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = {
        f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}": length
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert too_long == {}
