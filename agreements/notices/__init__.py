"""Who is told what of the agreements: vendors of numbers to change, and once a day what has happened or waits."""

from agreements.notices.overview import PAUSE, SHEET, Group, Row, groups, of_vendor, sheet
from agreements.notices.telling import REMIND, TELL, letters, tell

__all__ = ["PAUSE", "REMIND", "SHEET", "TELL", "Group", "Row", "groups", "letters", "of_vendor", "sheet", "tell"]
