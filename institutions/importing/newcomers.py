"""The new rows of a file: where they are to stand, whether they seem to be there already, and their opening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import desk, facts, hierarchy, numbers, prevention
from institutions.importing.rows import TOP_DOWN
from institutions.models import Institution, Level, Verb
from institutions.prevention import LikelyDouble, New, Watch
from institutions.timeline import Timeline
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from institutions.desk import Desk
    from institutions.importing.guards import Guard, Standing
    from institutions.importing.rows import Wanted
    from institutions.prevention import Likely
    from registry.ledger import Actor


class Newcomers:
    """Rows that are to be opened, a level at a time: `admit` them one by one, then `let_through` all of the level.

    One that others of the file stand under, or move to, has a stand-in on the desk until it is opened.
    """

    def __init__(
        self, table: Desk, *, known: Mapping[str, Institution], watch: Watch | None, guard: Guard, standing: Standing,
        despite: str,
    ) -> None:  # fmt: skip
        self.desk, self.known, self.watch, self.despite = table, known, watch, despite
        self.guard, self.standing = guard, standing
        self._waiting: list[tuple[Wanted, New]] = []
        self._opening: list[tuple[Wanted, New]] = []
        # Of each row that is opened, in the same order: what it seems to be.
        self._likely: list[Sequence[Likely]] = []
        # By what the vendor calls them.
        self._stand_ins: dict[str, Institution] = {}

    def admit(self, row: Wanted) -> None:
        """Let a row wait for the look at its whole level. Raises Refused."""
        if row.closed:
            raise Refused("mangler", _("En nedlagt række skal have et nummer."), field="number")
        above = self._above(row)
        given = desk.complete(
            {**row.facts, "parent": above.institution if above else None}, level=row.level, above=above,
            on=self.desk.on,
        )  # fmt: skip
        given["administrative_municipality"] = given["administrative_municipality"] or given["municipality"]
        self._check(row, given, above)
        self.guard.require(Verb.OPEN, self.standing.of_new(given, above))
        if above:
            self.guard.require(Verb.OPEN, self.standing.of(above))
        self._waiting.append((row, New(row.level, given, given["parent"])))

    def let_through(self) -> Iterator[tuple[Wanted, LikelyDouble]]:
        """Those that wait and seem to be in the register, or earlier in the file: they are refused unless insisted."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        watch = self.watch or Watch()
        found = watch.look([new for _row, new in waiting], insisted=bool(self.despite))
        for (row, new), likely in zip(waiting, found, strict=True):
            if likely and not self.despite:
                yield row, LikelyDouble(likely)
                continue
            self._likely.append(likely)
            self._opening.append((row, new))
            if row.external:
                self._stand_in(row, new)

    def coming(self, external: str) -> Institution | None:
        """What stands in for a new row that was let through, by what the vendor calls it."""
        return self._stand_ins.get(external)

    def open(self) -> dict[int, str]:
        """Issue the numbers, and put the new ones in the place of their stand-ins. Gives the numbers by line."""
        made: dict[int, Institution] = {}
        for level in TOP_DOWN:
            opening = [pair for pair in self._opening if pair[0].level == level]
            above = [made.get(new.parent.pk, new.parent) if new.parent else None for _row, new in opening]
            if level == Level.ANVISNINGSENHED:
                above = self._with_owns(opening, above)
            for (row, new), line, parent in zip(opening, self._add(level, len(opening)), above, strict=True):
                self.desk.open(line, {**new.facts, "parent": parent})
                row.number = line.institution.number
                if stand_in := self._stand_ins.get(row.external):
                    made[stand_in.pk] = line.institution
        self._replace(made)
        return {row.line: row.number for row, _new in self._opening}

    def insist(self, *, actor: Actor) -> None:
        """Write of each that was opened although it seemed to be there that it is another."""
        numbers = [row.number for row, _new in self._opening]
        pairs = [
            (number, numbers[one.earlier] if one.earlier is not None else one.number)
            for number, likely in zip(numbers, self._likely, strict=True)
            for one in likely
        ]
        made = {one.number: one for one in Institution.objects.filter(number__in={number for number, _other in pairs})}
        prevention.insist([(made[number], other) for number, other in pairs], actor=actor, reason=self.despite)

    def _above(self, row: Wanted) -> Timeline | None:
        """What a row is to stand under: in the register, or new in the file. Raises Refused."""
        parent = self.coming(row.parent_external) if row.parent_external else self.known.get(row.parent)
        if parent is None and (row.parent or row.parent_external):
            raise missing(row)
        return self.desk.line(parent) if parent else None

    def _check(self, row: Wanted, given: dict[str, Any], above: Timeline | None) -> None:
        # The parent first: what is taken from it is missing where it is the wrong one.
        if above or row.level != Level.ANVISNINGSENHED:
            hierarchy.check_parent(
                level=row.level, parent=given["parent"], parent_at=above.at(self.desk.on) if above else None,
                municipality=given["administrative_municipality"],
            )  # fmt: skip
        if above:
            hierarchy.check_stays_open(above.institution, on=self.desk.on, versions=above.versions)
        tables, combinations = self.desk.tables(self.desk.on)
        for problem in facts.problems(level=row.level, facts=given, tables=tables, combinations=combinations):
            raise problem

    def _stand_in(self, row: Wanted, new: New) -> None:
        # No row of the table has a key under 0.
        institution = Institution(pk=-1 - len(self._stand_ins), number=row.external, level=row.level)
        line = self.desk.lines[institution.pk] = Timeline(institution)
        line.open(self.desk.on, new.facts)
        self._stand_ins[row.external] = institution

    def _add(self, level: str, count: int) -> list[Timeline]:
        return self.desk.add([(number, level) for number in numbers.issue(level, count)]) if count else []

    def _with_owns(
        self, opening: Sequence[tuple[Wanted, New]], above: Sequence[Institution | None]
    ) -> list[Institution | None]:
        """What units stand under: each that has no parent under a daginstitution of its own, opened here."""
        owns = iter(self._add(Level.DAGINSTITUTION, above.count(None)))
        found: list[Institution | None] = []
        for (_row, new), parent in zip(opening, above, strict=True):
            if parent is None:
                own = next(owns)
                taken = {name: new.facts[name] for name in ("name", *facts.INHERITED, "municipality")}
                self.desk.open(own, {**facts.EMPTY, **taken})
                found.append(own.institution)
            else:
                found.append(parent)
        return found

    def _replace(self, made: Mapping[int, Institution]) -> None:
        for key in made:
            del self.desk.lines[key]
        for line in self.desk.lines.values():
            for version in line.versions:
                if version.parent and version.parent.pk in made:
                    version.parent = made[version.parent.pk]


def missing(row: Wanted) -> Refused:
    """That what a row is to stand under is not there."""
    return Refused("overordnet_mangler", _("%(number)s findes ikke, eller dens egen række er afvist.")
                   % {"number": row.parent or row.parent_external}, field="parent")  # fmt: skip
