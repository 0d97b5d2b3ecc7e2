"""What else a change touches: other apps say what rests on institutions, so that institutions never import them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

# Each gives, for the primary keys of institutions, counts by the name that outsiders know them under.
type Asked = Callable[[Collection[int]], Mapping[str, int]]
_asked: dict[str, Asked] = {}


def add(ask: Asked) -> Asked:
    """Let something that rests on institutions be counted."""
    _asked[f"{ask.__module__}.{ask.__qualname__}"] = ask
    return ask


def of(keys: Collection[int]) -> dict[str, int]:
    """What rests on institutions, by name."""
    return {name: count for _path, ask in sorted(_asked.items()) for name, count in ask(keys).items()}
