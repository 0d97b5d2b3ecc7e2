"""Who is this? What somebody has typed of an institution, compared with the register as an A-number is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import asof, numbers
from institutions.asof import Filters
from institutions.duplicates import candidates, records, scoring, wording
from institutions.models import Level
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from institutions.asof import Row
    from institutions.duplicates.scoring import Scored

# What may be said of it: free text all, by the columns of a file of A-numbers.
FIELDS = (
    "institutionsNummer", "navn", "adresse", "postNummer", "byNavn", "kommune", "cvrNummer", "pNummer",
    "telefonNummer", "email",
)  # fmt: skip
CERTAIN = 0.95  # from here on one may be taken for it without a look
LEAST = 0.01
MOST = 10


@dataclass(frozen=True, slots=True)
class Match:
    """An institution that it may be, today's row of it, how likely, and why, heaviest first."""

    row: Row
    probability: float
    reasons: Sequence[dict[str, Any]]

    @property
    def certain(self) -> bool:
        """Whether it may be taken for it without a look."""
        return self.probability >= CERTAIN


def ask(said: Mapping[str, str], *, limit: int = MOST) -> list[Match]:
    """Which institutions of the register it may be, likeliest first. Its number, where it leads to one, decides."""
    today = _by_number(said.get("institutionsNummer", ""))
    if today:
        why = {"kode": "nummer", "tekst": _("Nummeret er det, eller er blevet til det"), "vaegt": None}
        return [Match(row, 1.0, [why]) for row in _rows([today])]
    candidates.catch_up()
    record = records.of_legacy({"institutionsNummer": "", **{name: said.get(name, "") for name in FIELDS[1:]}})
    found = [one for _key, one in candidates.look_up(record) if one.probability >= LEAST][:limit]
    by_number = {one.side.record.number: one for one in found}
    rows = {row.number: row for row in _rows(by_number)}
    return [_match(rows[number], one) for number, one in by_number.items() if number in rows]


def _by_number(text: str) -> str:
    """The number of the register that a text leads to; empty where it leads to none."""
    try:
        today = numbers.resolve(text).today if text.strip() else None
    except Refused:
        return ""
    return today.number if today and today.level != Level.UDENFOR else ""


def _rows(wanted: Iterable[str]) -> list[Row]:
    listed = tuple(wanted)
    return asof.rows(periods.today(), filters=Filters(numbers=listed), limit=len(listed)) if listed else []


def _match(row: Row, scored: Scored) -> Match:
    return Match(row, scored.probability, wording.told(scoring.explain(scored, scoring.weights())))
