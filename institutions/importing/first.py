"""The first load: numbers are kept, what is unlawful or incomplete is kept and remarked upon."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import facts, numbers
from institutions.columns import FACTS
from institutions.desk import Desk
from institutions.importing.rows import TOP_DOWN
from institutions.models import Cause, Level
from registry import periods
from registry.problems import Refused
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from institutions.importing.rows import Wanted
    from institutions.timeline import Timeline
    from registry.ledger import Actor
    from registry.spreadsheets import Sheet

INHERITED_BY_OWN = (
    "name", "ownership", "legal_ground", "legal_ground_derived", "administrative_municipality", "municipality",
)  # fmt: skip
COLUMN_OF: Mapping[str, str] = {name: column for column, name in FACTS.items()}
# A column that fewer rows than this share fill is counted when empty; one that more fill is remarked upon.
MOSTLY = 0.5


class Load:
    """Every row of a first file, decided in memory and then written in one go."""

    def __init__(self, sheet: Sheet, rows: Sequence[Wanted], *, on: date) -> None:
        self.rows = rows
        self.desk = Desk([], on=on)
        self.filled = {
            name
            for name, column in COLUMN_OF.items()
            if column in sheet.columns and sum(1 for row in rows if row.facts.get(name)) > MOSTLY * len(rows)
        }
        self.unasked = frozenset(facts.LABELS) - self.filled
        self.by_number = {row.number: row for row in rows if row.number}
        self.parents = {row.parent for row in rows if row.parent}
        self.given: dict[int, dict[str, Any]] = {}
        self.counted: Counter[tuple[str, str]] = Counter()

    def decide(self) -> Report:
        """A verdict for each row: new, or refused with all its parent's children."""
        for level in TOP_DOWN:
            for row in self.rows:
                if row.level == level and not row.problems:
                    row.problems += self._parent_problems(row)
        decisions = [self._decide(row) for row in self.rows]
        return Report(decisions, self.counted, self._notes())

    def apply(self, *, actor: Actor, reason: str = "") -> None:
        """Write institutions, versions and events: three COPYs, whatever the number of rows."""
        numbers.continue_after(self.by_number.keys())
        kept = [row for row in self.rows if row.line in self.given]
        numberless = [row for row in kept if not row.number]
        for level in TOP_DOWN:
            new = [row for row in numberless if row.level == level]
            for row, number in zip(new, numbers.issue(level, len(new)) if new else [], strict=True):
                row.number = number
        lines = {line.institution.number: line for line in self.desk.add([(row.number, row.level) for row in kept])}
        owns = self._lay_out_owns(kept)
        for row in kept:
            given = self.given[row.line]
            above = owns.get(row.line) or lines.get(row.parent)
            given["parent"] = above.institution if above else None
            self._begin(lines[row.number], row, given)
        self.desk.put_back(actor=actor, reason=reason or _("Første indlæsning"))

    def _lay_out_owns(self, kept: Sequence[Wanted]) -> dict[int, Timeline]:
        """A daginstitution of its own for each unit that names none, by the unit's line."""
        alone = [row for row in kept if row.level == Level.ANVISNINGSENHED and not row.parent]
        issued = numbers.issue(Level.DAGINSTITUTION, len(alone)) if alone else []
        made = self.desk.add([(number, Level.DAGINSTITUTION) for number in issued])
        for row, line in zip(alone, made, strict=True):
            given = self.given[row.line]
            self._begin(line, row, {**facts.EMPTY, **{name: given[name] for name in INHERITED_BY_OWN}})
        return {row.line: line for row, line in zip(alone, made, strict=True)}

    def _begin(self, line: Timeline, row: Wanted, given: Mapping[str, Any]) -> None:
        start, end = self._period(row)
        version = self.desk.begin(line, given, start=start, end=end)
        version.closing_cause = Cause.CLOSED.value if end else ""

    def _period(self, row: Wanted) -> tuple[date | None, date | None]:
        if not row.closed and (not row.end or row.end > self.desk.on):
            # The coming end of an open one may be a change dated ahead: the status says that it goes on.
            return row.start or self.desk.on, None
        end = row.end or self.desk.on
        return (row.start if row.start and row.start < end else None), end

    def _parent_problems(self, row: Wanted) -> list[Refused]:
        if row.level == Level.DAGINSTITUTION:
            return []
        if not row.parent:
            if row.level == Level.ANVISNINGSENHED:
                return []
            return [Refused("overordnet_mangler", _("En alternativ adresse skal nævne sin anvisningsenhed."),
                            field="parent")]  # fmt: skip
        above = self.by_number.get(row.parent)
        if above is None or above.problems or (above.closed and not row.closed):
            why = (
                _("findes ikke i filen")
                if above is None
                else _("er selv afvist")
                if above.problems
                else _("er nedlagt")
            )
            return [Refused("overordnet_mangler", _("Den overordnede %(parent)s %(why)s.")
                            % {"parent": row.parent, "why": why}, field="parent", value=row.parent)]  # fmt: skip
        ours, theirs = _municipality(row), _municipality(above)
        if ours and theirs and ours != theirs:
            return [Refused("overordnet_i_anden_kommune",
                            _("%(parent)s hører til %(theirs)s, rækken til %(ours)s.")
                            % {"parent": row.parent, "theirs": theirs, "ours": ours},
                            field="parent", value=row.parent)]  # fmt: skip
        return []

    def _decide(self, row: Wanted) -> Decision:
        if row.problems:
            return Decision(row.line, row.number, row.name, Verdict.REFUSED, row.problems)
        given = {**facts.EMPTY, **row.facts}
        given["administrative_municipality"] = _municipality(row)
        _start, end = self._period(row)
        tables, combinations = self.desk.tables(_last_day(end) if end else self.desk.on)
        if not given["legal_ground"] and row.level == Level.ANVISNINGSENHED:
            derived = combinations.derive(ownership=given["ownership"], institution_type=given["institution_type"])
            given |= {"legal_ground": derived, "legal_ground_derived": bool(derived)}
        self.given[row.line] = given
        self._count(row.level, given)
        remarks = [
            *facts.problems(level=row.level, facts=given, tables=tables, combinations=combinations,
                            unasked=self.unasked),
            *self._more_remarks(row),
        ]  # fmt: skip
        return Decision(row.line, row.number, row.name, Verdict.NEW, remarks=remarks)

    def _count(self, level: str, given: Mapping[str, Any]) -> None:
        """Count what is missing and not remarked upon: a remark for each of thousands says nothing."""
        for name in facts.REQUIRED[level]:
            if name in self.unasked and not given[name]:
                self.counted["mangler", str(facts.LABELS[name])] += 1

    def _more_remarks(self, row: Wanted) -> list[Refused]:
        remarks = []
        placed = row.level != Level.DAGINSTITUTION and {"latitude", "longitude"} <= self.filled
        if placed and row.facts.get("latitude") is None:
            remarks.append(
                Refused("mangler", _("Koordinaterne mangler; de fleste andre rækker har dem."), field="latitude")
            )
        if row.end and not self._period(row)[1]:
            remarks.append(
                Refused("gyldigtil_ikke_brugt", _("gyldigTil er %(end)s, men rækken er aktiv: den fortsætter.")
                        % {"end": row.end.isoformat()}, field="gyldigTil", value=row.end.isoformat())
            )  # fmt: skip
        if row.level == Level.DAGINSTITUTION and not row.closed and row.number not in self.parents:
            remarks.append(
                Refused("uden_enhed", _("%(number)s har ingen anvisningsenhed i filen.") % {"number": row.number})
            )
        return remarks

    def _notes(self) -> list[str]:
        derived = sum(1 for given in self.given.values() if given["legal_ground_derived"])
        alone = sum(
            1 for row in self.rows if row.line in self.given and row.level == Level.ANVISNINGSENHED and not row.parent
        )
        notes = []
        if derived:
            notes.append(_("Lovgrundlag udledt af ejerform og type: %(count)s rækker.") % {"count": derived})
        if alone:
            notes.append(_("Enheder uden overordnet, som fik en daginstitution for sig selv: %(count)s.")
                         % {"count": alone})  # fmt: skip
        return notes


def _municipality(row: Wanted) -> Any:  # noqa: ANN401
    """The administrative municipality; a file that does not tell it means the address's."""
    return row.facts.get("administrative_municipality") or row.facts.get("municipality")


def _last_day(end: date) -> date:
    return periods.day_before(end)
