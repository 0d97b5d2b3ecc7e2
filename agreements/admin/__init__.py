"""Tilslutning's pages in the admin."""

from agreements.admin import agreements, consolidation, section, start, vendors

__all__ = ["agreements", "consolidation", "section", "start", "vendors"]
