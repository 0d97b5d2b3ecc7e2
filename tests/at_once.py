"""Many things at once: threads with connections of their own. Needs the fixture `own_database`."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run(*works: Callable[[], Any]) -> list[Any]:
    """Begin all at the same moment. Gives for each what it returned, or the exception that it raised."""
    outcomes: list[Any] = [None] * len(works)
    start = Barrier(len(works))

    def do(place: int, work: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            outcomes[place] = work()
        except Exception as error:  # noqa: BLE001 - the test judges it
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def codes(outcomes: Sequence[Any]) -> list[str]:
    """What became of each: a refusal's code, another exception's words, or »done«. Sorted."""
    return sorted(getattr(one, "code", repr(one)) if isinstance(one, Exception) else "done" for one in outcomes)
