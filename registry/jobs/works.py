"""What a job's rows may be worked with: functions that say so, found again by their path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from registry.ledger import Actor


class RowWork(Protocol):
    """Does one row, in a transaction that it is given. What it returns is shown beside the row.

    Raises Refused where a rule refuses: the row is then kept with the code and the sentence.
    """

    def __call__(self, given: dict[str, Any], *, actor: Actor) -> str | None:
        """Do the row."""


@dataclass(frozen=True, slots=True)
class Work:
    """A function that jobs may name. Its path is stored with the job: renaming it strands jobs that wait."""

    path: str
    do: RowWork


def work(function: RowWork) -> Work:
    """Let jobs name the function. It must stand at the top of its module."""
    name = getattr(function, "__qualname__", "")
    return Work(f"{function.__module__}.{name}", function)


def find(path: str) -> Work:
    """The work at a path. Raises LookupError where there is none (any more)."""
    try:
        found = import_string(path)
    except ImportError as error:
        raise LookupError(path) from error
    if not isinstance(found, Work):
        raise LookupError(path)  # noqa: TRY004 - to a job it is simply not there
    return found
