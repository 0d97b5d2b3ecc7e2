"""What became of each row of a file: one verdict, and everything that there is to say about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.problems import Refused


class Verdict(TextChoices):
    """What a row leads to."""

    NEW = "ny", _("ny")
    CHANGED = "ændret", _("ændret")
    UNCHANGED = "uændret", _("uændret")
    CLOSED = "nedlagt", _("nedlagt")
    REFUSED = "afvist", _("afvist")


@dataclass(slots=True)
class Decision:
    """A row's verdict. `problems` refused it; `remarks` are wrong too, but the row is kept as it is."""

    line: int
    subject: str
    name: str
    verdict: Verdict
    problems: Sequence[Refused] = ()
    remarks: list[Refused] = field(default_factory=list)
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """Every row's decision, in the file's order, and what is missing in so many rows that it is only counted."""

    decisions: list[Decision]
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    applied: bool = False

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many rows got each verdict."""
        found = Counter(decision.verdict for decision in self.decisions)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def told(self) -> list[Decision]:
        """The decisions that someone should read."""
        return [one for one in self.decisions if one.problems or one.remarks]
