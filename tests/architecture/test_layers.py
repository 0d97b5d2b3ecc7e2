"""The import contracts of pyproject.toml hold, and they know every module."""

from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

CHECKOUT = Path(__file__).resolve().parents[2]


def test_edges_call_rules_and_rules_call_models(tmp_path: Path) -> None:
    status = lint_imports(config_filename=str(CHECKOUT / "pyproject.toml"), cache_dir=str(tmp_path))
    assert status == EXIT_STATUS_SUCCESS
