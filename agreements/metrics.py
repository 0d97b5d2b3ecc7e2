"""What Prometheus is told of the systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements import silence
from registry.metrics import standing
from registry.metrics.standing import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator


@standing.add
def systems() -> Iterator[Figure]:
    """Those that used to call and have fallen silent. Three queries."""
    yield Figure("register_systems_silent", "Systems that have been silent for too long.", len(silence.silent()))
