"""Indberetninger: what a system wants, planned row by row, applied whole or not at all."""

from institutions.deliveries.performing import perform
from institutions.deliveries.receiving import Request, find, receive

__all__ = ["Request", "find", "perform", "receive"]
