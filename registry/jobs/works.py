"""What a job's rows may be worked with: functions that say so, found again by their path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry.ledger import Actor
    from registry.problems import Refused


class RowWork(Protocol):
    """Does one row, in a transaction that it is given. What it returns is shown beside the row.

    Raises Refused where a rule refuses: the row is then kept with the code and the sentence.
    """

    def __call__(self, given: dict[str, Any], *, actor: Actor) -> str | None:
        """Do the row."""


class LotWork(Protocol):
    """Does some rows at once, in a transaction that it is given: what one row costs alone is shared.

    Gives for each, in their order, what is shown beside it, or why it was refused.
    """

    def __call__(self, given: Sequence[dict[str, Any]], *, actor: Actor) -> Sequence[str | Refused]:
        """Do the rows."""


@dataclass(frozen=True, slots=True)
class Work:
    """A function that jobs may name. Its path is stored with the job: renaming it strands jobs that wait.

    `size`: rows that are done at once. A job stops between two lots.
    """

    path: str
    do: LotWork
    size: int = 1


def work(function: RowWork) -> Work:
    """Let jobs name a function that does one row. It must stand at the top of its module."""

    def do(given: Sequence[dict[str, Any]], *, actor: Actor) -> list[str]:
        return [function(one, actor=actor) or "" for one in given]

    return Work(_path(function), do)


def work_in_lots(size: int) -> Callable[[LotWork], Work]:
    """Let jobs name a function that does so many rows at once. It must stand at the top of its module."""
    return lambda function: Work(_path(function), function, size)


def _path(function: object) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', '')}"


def find(path: str) -> Work:
    """The work at a path. Raises LookupError where there is none (any more)."""
    try:
        found = import_string(path)
    except ImportError as error:
        raise LookupError(path) from error
    if not isinstance(found, Work):
        raise LookupError(path)  # noqa: TRY004 - to a job it is simply not there
    return found
