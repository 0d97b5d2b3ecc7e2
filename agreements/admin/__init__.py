"""Tilslutning's pages in the admin."""

from agreements.admin import agreements, cases, consolidation, notices, people, queue, readers, section, start, vendors

__all__ = [
    "agreements", "cases", "consolidation", "notices", "people", "queue", "readers", "section", "start", "vendors",
]  # fmt: skip
