"""Files taken in: Tilslutning's own list of agreements, and data owners' decisions."""

from agreements.importing.takeover import COLUMNS, take_in

__all__ = ["COLUMNS", "take_in"]
