"""The consolidation desk: cases found, prepared, previewed, executed and undone, one or many; and the board."""

from agreements.admin.cases import listing, ways

__all__ = ["listing", "ways"]
