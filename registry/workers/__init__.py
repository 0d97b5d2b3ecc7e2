"""The processes that do background work: which live, what waits, what failed; and what a killed one left behind."""

from registry.workers.overview import Call, Overview, overview
from registry.workers.tending import again, tend

__all__ = ["Call", "Overview", "again", "overview", "tend"]
