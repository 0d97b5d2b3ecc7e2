"""Municipalities, institutions and what held for them when; the code tables; what systems report; likely pairs."""

from institutions.models.consolidations import Consolidation
from institutions.models.duplicates import Answer, Candidate, MatchKey, Position, Proposal, Verdict
from institutions.models.institutions import Cause, Institution, Level, Succession, Version
from institutions.models.municipalities import Membership, Municipality, Report
from institutions.models.reporting import Answered, Check, Delivery, DeliveryRow, ExternalId, Mandate, Verb
from institutions.models.tables import CodeValue, LawfulCombination, Table

__all__ = [
    "Answer", "Answered", "Candidate", "Cause", "Check", "CodeValue", "Consolidation", "Delivery", "DeliveryRow",
    "ExternalId", "Institution", "LawfulCombination", "Level", "Mandate", "MatchKey", "Membership", "Municipality",
    "Position", "Proposal", "Report", "Succession", "Table", "Verb", "Verdict", "Version",
]  # fmt: skip
