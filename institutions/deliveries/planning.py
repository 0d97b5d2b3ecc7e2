"""The plan of a delivery: every row decided at the desk, in the order in which it is to be applied."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import codes, external, mandates, touching
from institutions.columns import NAMES, NUMBERS
from institutions.deliveries import fields
from institutions.importing import rows, wanted
from institutions.importing.rows import TOP_DOWN
from institutions.models import DeliveryRow
from registry.problems import Refused
from registry.spreadsheets import Row
from registry.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from institutions.importing.rows import Wanted
    from institutions.models import Delivery
    from registry.callers import Caller
    from registry.verdicts import Decision

MOVED, REOPENED = "flyttet", "genåbnet"
OUTCOMES = {
    Verdict.NEW: "oprettet", Verdict.CHANGED: "rettet", Verdict.UNCHANGED: "uændret", Verdict.CLOSED: "nedlagt",
    Verdict.REFUSED: "afvist",
}  # fmt: skip
ALL = ("oprettet", "rettet", MOVED, REOPENED, "nedlagt", "uændret", "afvist")
ABOVE = "overordnetNummer"
# What a refusal's argument is called in a row.
POINTERS = {**NAMES, "number": "institutionsNummer", "parent": ABOVE, "level": "niveau",
            "external": "eksternId", "on": "gaelderFra", "despite": "opretTrodsDublet"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """A delivery's decisions, and the desk on which they were made. Inside a transaction."""

    load: wanted.Load
    book: mandates.Book
    rows: Sequence[DeliveryRow]

    @property
    def fingerprint(self) -> str:
        """Names exactly this plan."""
        told = [[one.line, one.outcome, one.number, one.changes, one.problems] for one in self.rows]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows come to what."""
        found = Counter(one.outcome for one in self.rows)
        return {outcome: found[outcome] for outcome in ALL}

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.counts["afvist"]

    def touched(self) -> dict[str, int]:
        """What rests on the institutions that are changed."""
        numbers = {one.number for one in self.rows if one.outcome in {"rettet", MOVED, REOPENED, "nedlagt"}}
        return touching.of([one.pk for one in self.load.known.values() if one.number in numbers])


def make(delivery: Delivery, *, caller: Caller) -> Plan:
    """Decide every row. Raises Refused where the delivery is refused whole."""
    lines = wanted_rows(delivery, vendor=caller.vendor)
    book = mandates.Book(caller.code)
    load = wanted.Load(lines, on=delivery.on, despite=delivery.despite, guard=book, reopens=True)
    report = load.decide()
    by_line = {one.line: one for one in lines}
    told = [_told(by_line[decision.line], decision) for decision in report.decisions]
    told.sort(key=_order)
    for place, row in enumerate(told, start=1):
        row.delivery, row.place = delivery, place
    return Plan(load, book, told)


def wanted_rows(delivery: Delivery, *, vendor: str) -> list[Wanted]:
    """The delivery's rows as what they want, a vendor's ids taken for what they stand for."""
    given = [(line, *fields.plain(told)) for line, told in delivery.rows_given]
    said = [text for _line, told, own, _above in given for text in (own, *map(told.get, NUMBERS.values())) if text]
    known = external.numbers_of(vendor, {text.strip() for text in said if not fields.is_number(text)})
    coming: dict[int, tuple[str, str]] = {}
    parsed = []
    for line, told, own, above_column in given:
        name, above = _name(told, own, above_column, known), _above(told, above_column, known)
        coming[line] = (name, above)
        parsed.append(Row(line, told))
    lines = rows.parse(parsed, tables=codes.as_of(delivery.on))
    for one in lines:
        one.external, one.parent_external = coming[one.line]
        _check_external(one, known)
    _refuse_twice(lines)
    return lines


def _name(told: dict[str, str], own: str, above_column: str, known: dict[str, str]) -> str:
    """What the vendor calls a row; its own number is put where it is known."""
    column = next(
        (one for one in reversed(list(NUMBERS.values())) if told.get(one, "").strip() and one != above_column), ""
    )
    text = told.get(column, "").strip()
    if text and not fields.is_number(text):
        own = own or text
        told[column] = known.get(text, "")
    elif not text and own in known:
        told[column or _own_column(told, known[own])] = known[own]
    return own


def _above(told: dict[str, str], column: str, known: dict[str, str]) -> str:
    """The name of a parent that is not there yet; one that is there gets its number."""
    text = told.get(column, "").strip()
    if not text or fields.is_number(text):
        return ""
    told[column] = known.get(text, "")
    return "" if text in known else text


def _own_column(told: dict[str, str], number: str) -> str:
    said = rows.TYPES.get(told.get("dagtilbudsType", "").strip().lower(), "")
    return NUMBERS.get(said) or (NUMBERS[TOP_DOWN[0]] if number.startswith("D") else NUMBERS[TOP_DOWN[1]])


def _check_external(row: Wanted, known: dict[str, str]) -> None:
    try:
        if row.external:
            external.check(row.external)
    except Refused as refused:
        row.problems.append(refused)
    if row.number and known.get(row.external, row.number) != row.number:
        row.problems.append(
            Refused("eksternt_id_i_brug", _("»%(id)s« står for %(number)s.")
                    % {"id": row.external, "number": known[row.external]}, field="external", value=row.external)
        )  # fmt: skip


def _refuse_twice(lines: Iterable[Wanted]) -> None:
    named = Counter(one.external for one in lines if one.external)
    for text, count in named.items():
        if count > 1:
            raise Refused("nummer_to_gange", _("»%(id)s« står i flere rækker.") % {"id": text}, value=text)


def _told(row: Wanted, decision: Decision) -> DeliveryRow:
    more = REOPENED if wanted.STATUS in decision.changes else MOVED if "overordnet" in decision.changes else ""
    return DeliveryRow(
        line=row.line, outcome=more or OUTCOMES[decision.verdict], level=row.level,
        number=decision.subject[:6], external=row.external[:64], name=decision.name[:200],
        changes=[
            {"felt": ABOVE if name == "overordnet" else name, "foer": old or None, "efter": new or None}
            for name, (old, new) in decision.changes.items()
        ],
        problems=[problem(one) for one in decision.problems],
    )  # fmt: skip


def problem(refused: Refused) -> dict[str, Any]:
    """A refusal as it is kept with its row."""
    return {
        "pointer": POINTERS.get(refused.field, refused.field), "code": refused.code,
        "value": refused.value if isinstance(refused.value, int | float | str | None) else str(refused.value),
        "detail": refused.detail, "suggestions": list(refused.suggestions)[:20],
    }  # fmt: skip


def _order(row: DeliveryRow) -> tuple[int, int, int]:
    """Parents first, then closings leaf first, then what is not applied."""
    levels = {level.value: place for place, level in enumerate(TOP_DOWN)}
    level = levels.get(row.level, 0)
    if row.outcome == "nedlagt":
        return 1, -level, row.line
    return (2, 0, row.line) if row.outcome == "afvist" else (0, level, row.line)
