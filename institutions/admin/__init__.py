"""The institutions' pages in the admin."""

from institutions.admin import candidates, codes, consolidations, institution, reporting, reports, start, verdicts

__all__ = ["candidates", "codes", "consolidations", "institution", "reporting", "reports", "start", "verdicts"]
