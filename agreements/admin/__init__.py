"""Tilslutning's pages in the admin."""

from agreements.admin import agreements, cases, consolidation, people, queue, section, start, vendors

__all__ = ["agreements", "cases", "consolidation", "people", "queue", "section", "start", "vendors"]
