"""Tilslutning's pages in the admin."""

from agreements.admin import agreements, consolidation, people, queue, section, start, vendors

__all__ = ["agreements", "consolidation", "people", "queue", "section", "start", "vendors"]
