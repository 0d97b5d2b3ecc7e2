"""Municipalities, institutions and what held for them when; the code tables; the pairs that may be one."""

from institutions.models.consolidations import Consolidation
from institutions.models.duplicates import Answer, Candidate, MatchKey, Position, Proposal, Verdict
from institutions.models.institutions import Cause, Institution, Level, Succession, Version
from institutions.models.municipalities import Membership, Municipality, Report
from institutions.models.tables import CodeValue, LawfulCombination, Table

__all__ = [
    "Answer", "Candidate", "Cause", "CodeValue", "Consolidation", "Institution", "LawfulCombination", "Level",
    "MatchKey", "Membership", "Municipality", "Position", "Proposal", "Report", "Succession", "Table", "Verdict",
    "Version",
]  # fmt: skip
