"""Files of institutions taken in: a verdict for each row, applied through the desk, or refused whole."""

from institutions.importing.legacy import take_in as legacy
from institutions.importing.register import hold
from institutions.importing.register import take_in as register

__all__ = ["hold", "legacy", "register"]
