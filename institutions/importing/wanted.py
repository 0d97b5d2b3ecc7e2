"""A later file: the state that is wanted from a day on, row by row, through the same desk as a single change."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import codes, desk, facts, hierarchy, numbers, prevention
from institutions.columns import NAMES
from institutions.desk import Desk
from institutions.importing.guards import Open, Standing
from institutions.importing.rows import TOP_DOWN
from institutions.models import Cause, Institution, Level, Municipality, Verb, Version
from institutions.prevention import LikelyDouble, Watch
from institutions.timeline import Timeline
from registry.problems import Refused
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.importing.guards import Guard
    from institutions.importing.rows import Wanted
    from institutions.prevention import Likely
    from registry.ledger import Actor

# What an empty field does not take away: it is then unstated.
UNSTATED = frozenset({"administrative_municipality", "municipality"})


class Load:
    """Every row of a later file, decided on a desk and put back when applied.

    A new row that seems to be there already is refused, or opened `despite` that, which then is the reason why.
    The guard may refuse any row.
    """

    def __init__(
        self,
        rows: Sequence[Wanted],
        *,
        on: date,
        close_missing: bool = False,
        despite: str = "",
        guard: Guard | None = None,
    ) -> None:
        self.rows, self.on, self.despite = rows, on, despite.strip()
        # Before any institution is locked; see there.
        self.watch = Watch() if any(not row.number for row in rows) else None
        # Of each row that is opened, in the same order: what it seems to be.
        self.likely: list[Sequence[Likely]] = []
        named = {row.number for row in rows} | {row.parent for row in rows}
        self.known = {one.number: one for one in Institution.objects.filter(number__in=named)}
        self.missing = self._missing() if close_missing else []
        self.relocating = self._relocating()
        self.desk = Desk([*self.known.values(), *self.missing, *self.relocating], on=on)
        self.decisions: dict[int, Decision] = {}
        self.opening: list[tuple[Wanted, dict[str, Any]]] = []
        self.guard = guard or Open()
        self.standing = Standing(self.desk)
        # New rows that others of the file stand under, by what the vendor calls them; not in any table yet.
        self.coming: dict[str, Timeline] = {}

    def decide(self) -> Report:
        """A verdict for each row: changes from the top down, then closings leaf first."""
        for level in TOP_DOWN:
            for row in self.rows:
                if row.level == level and not row.closed:
                    self.decisions[row.line] = self._attempt(row)
        for level in reversed(TOP_DOWN):
            for row in self.rows:
                if row.level == level and row.closed:
                    self.decisions[row.line] = self._attempt(row)
        rest = [row for row in self.rows if row.line not in self.decisions]
        self.decisions |= {row.line: _refused(row, row.problems) for row in rest}
        closed = [self._close_missing(one) for one in self.missing]
        return Report([self.decisions[row.line] for row in self.rows] + closed)

    def apply(self, *, actor: Actor, reason: str = "") -> None:
        """Issue numbers to the new ones, and put everything back."""
        made: dict[str, Institution] = {}
        for row, given in self.opening:
            parent = made[row.parent_external] if row.parent_external else given["parent"]
            if row.level == Level.ANVISNINGSENHED and parent is None:
                parent = self._open(Level.DAGINSTITUTION, {
                    **facts.EMPTY, **{name: given[name] for name in ("name", *facts.INHERITED, "municipality")},
                })  # fmt: skip
            institution = self._open(row.level, {**given, "parent": parent})
            row.number = self.decisions[row.line].subject = institution.number
            made[row.external] = institution
        self.desk.put_back(actor=actor, reason=reason)
        prevention.insist(self._insisted(), actor=actor, reason=self.despite)

    def _insisted(self) -> list[tuple[Institution, str]]:
        """Each row that was opened although it seemed to be there, with the number that it seemed to be."""
        numbers = [row.number for row, _given in self.opening]
        pairs = [
            (number, numbers[one.earlier] if one.earlier is not None else one.number)
            for number, likely in zip(numbers, self.likely, strict=True)
            for one in likely
        ]
        made = {one.number: one for one in Institution.objects.filter(number__in={number for number, _other in pairs})}
        return [(made[number], other) for number, other in pairs]

    def _open(self, level: str, given: dict[str, Any]) -> Institution:
        line = self.desk.add([(numbers.issue(level)[0], level)])[0]
        self.desk.open(line, given)
        return line.institution

    def _attempt(self, row: Wanted) -> Decision:
        if problems := [one for one in row.problems if not self._stands(row, one)]:
            return _refused(row, problems)
        try:
            if not row.number:
                return self._decide_new(row)
            institution = self._institution(row)
            with self.desk.attempt(institution):
                return self._close(row, institution) if row.closed else self._change(row, institution)
        except Refused as refused:
            return _refused(row, [refused])

    def _stands(self, row: Wanted, problem: Refused) -> bool:
        """Whether the problem is a code that no table has any more, but the institution has: old ones may stay."""
        known = self.known.get(row.number)
        line = self.desk.lines.get(known.pk) if known else None
        version = (line.at(self.on) or line.last()) if line else None
        if problem.code != "ukendt_kode" or problem.field not in facts.CODED or version is None:
            return False
        return bool(getattr(version, problem.field) == problem.value)

    def _institution(self, row: Wanted) -> Institution:
        institution = self.known.get(row.number)
        if institution is None:
            raise Refused("ukendt_nummer", _("%(number)s er ikke udstedt. En ny enhed skrives uden nummer og får et.")
                          % {"number": row.number}, field="number", value=row.number)  # fmt: skip
        if institution.level != row.level:
            raise Refused("felt_paa_forkert_niveau", _("%(number)s er en %(level)s.")
                          % {"number": row.number, "level": institution.level}, field="level")  # fmt: skip
        return institution

    def _decide_new(self, row: Wanted) -> Decision:
        if row.closed:
            raise Refused("mangler", _("En nedlagt række skal have et nummer."), field="number")
        above = self._above_new(row)
        parent = above.institution if above else None
        given = desk.complete({**row.facts, "parent": parent}, level=row.level, above=above, on=self.on)
        given["administrative_municipality"] = given["administrative_municipality"] or given["municipality"]
        self._check_new(row, given, above)
        self.guard.require(Verb.OPEN, self.standing.of_new(given, above))
        if above:
            self.guard.require(Verb.OPEN, self.standing.of(above))
        self.likely.append(self._look_up(row, given, parent))
        self.opening.append((row, given))
        if row.external:
            line = self.coming[row.external] = Timeline(Institution(number=row.external, level=row.level))
            line.open(self.on, given)
        return Decision(row.line, "", row.name, Verdict.NEW)

    def _above_new(self, row: Wanted) -> Timeline | None:
        """What a new row is to stand under: in the register, or earlier in the file. Raises Refused."""
        if row.parent_external:
            found = self.coming.get(row.parent_external)
        else:
            parent = self.known.get(row.parent)
            found = self.desk.line(parent) if parent else None
        if found is None and (row.parent or row.parent_external):
            raise Refused("overordnet_mangler", _("%(number)s findes ikke, eller dens egen række er afvist.")
                          % {"number": row.parent or row.parent_external}, field="parent")  # fmt: skip
        return found

    def _check_new(self, row: Wanted, given: dict[str, Any], above: Timeline | None) -> None:
        tables, combinations = self.desk.tables(self.on)
        for problem in facts.problems(level=row.level, facts=given, tables=tables, combinations=combinations):
            raise problem
        if row.level == Level.ANVISNINGSENHED and above is None:
            return
        hierarchy.check_parent(
            level=row.level, parent=above.institution if above else None,
            parent_at=above.at(self.on) if above else None, municipality=given["administrative_municipality"],
        )  # fmt: skip
        if above:
            hierarchy.check_stays_open(above.institution, on=self.on, versions=above.versions)

    def _look_up(self, row: Wanted, given: dict[str, Any], parent: Institution | None) -> Sequence[Likely]:
        """What a new row seems to be, in the register or earlier in the file. Raises LikelyDouble unless insisted."""
        watch = self.watch or Watch()
        found = watch.likely(level=row.level, facts=given, parent=parent)
        if found and not self.despite:
            raise LikelyDouble(found)
        watch.remember(level=row.level, facts=given, parent=parent)
        return found

    def _change(self, row: Wanted, institution: Institution) -> Decision:
        version = self.desk.line(institution).open_on(self.on)
        news = {
            name: value
            for name, value in row.facts.items()
            if getattr(version, name) != value
            and not (name in UNSTATED and value is None)
            and not (name == "legal_ground" and not value and version.legal_ground_derived)
        }
        changes: dict[str, tuple[object, object]] = {
            NAMES[name]: (_told(getattr(version, name)), _told(value)) for name, value in news.items()
        }
        parent = self._new_parent(row, version)
        if parent:
            changes["overordnet"] = (version.parent.number if version.parent else "", parent.number)
            self.guard.require(Verb.MOVE, self.standing.of(self.desk.line(institution)))
            self.guard.require(Verb.MOVE, self.standing.of(self.desk.line(parent)))
            self.desk.move(institution, parent)
        if news:
            self._correct(institution, news)
        if "administrative_municipality" in news and institution.level == Level.DAGINSTITUTION:
            self._take_along(institution)
        verdict = Verdict.CHANGED if changes else Verdict.UNCHANGED
        return Decision(row.line, row.number, row.name, verdict, changes=changes)

    def _correct(self, institution: Institution, news: dict[str, Any]) -> None:
        """Both as it stood and as it will stand it must be for the guard to let through."""
        line = self.desk.line(institution)
        self.guard.require(Verb.CORRECT, self.standing.of(line))
        self.desk.correct(institution, news)
        self.guard.require(Verb.CORRECT, self.standing.of(line))

    def _take_along(self, institution: Institution) -> None:
        """What stands under a daginstitution follows it to its new municipality, all or nothing."""
        with ExitStack() as attempts:
            below = hierarchy.below(institution, on=self.on)
            for one in below:
                attempts.enter_context(self.desk.attempt(one))
                self.desk.follow(one, [institution, *below])

    def _new_parent(self, row: Wanted, version: Version) -> Institution | None:
        if row.parent_external:
            raise Refused("overordnet_mangler", _("»%(id)s« er ny i samme indberetning: flyt den dertil i den næste.")
                          % {"id": row.parent_external}, field="parent")  # fmt: skip
        if not row.parent or (version.parent and version.parent.number == row.parent):
            return None
        if row.parent not in self.known:
            raise Refused("overordnet_mangler", _("%(number)s findes ikke.") % {"number": row.parent},
                          field="parent", value=row.parent)  # fmt: skip
        return self.known[row.parent]

    def _close(self, row: Wanted, institution: Institution) -> Decision:
        if self.desk.line(institution).at(self.on) is None:
            return Decision(row.line, row.number, row.name, Verdict.UNCHANGED)
        self.guard.require(Verb.CLOSE, self.standing.of(self.desk.line(institution)))
        self.desk.close(institution, Cause.CLOSED.value)
        return Decision(row.line, row.number, row.name, Verdict.CLOSED)

    def _close_missing(self, institution: Institution) -> Decision:
        name = self.desk.line(institution).open_on(self.on).name
        try:
            with self.desk.attempt(institution):
                self.desk.close(institution, Cause.CLOSED.value)
        except Refused as refused:
            return Decision(0, institution.number, name, Verdict.REFUSED, [refused])
        return Decision(0, institution.number, name, Verdict.CLOSED)

    def _missing(self) -> list[Institution]:
        """What is open on the day and not in the file, leaf first."""
        found = Institution.objects.filter(versions__period__contains=self.on).exclude(level=Level.UDENFOR)
        absent = [one for one in found.order_by("number") if one.number not in self.known]
        order = {level: place for place, level in enumerate(reversed(TOP_DOWN))}
        return sorted(absent, key=lambda one: order[Level(one.level)])

    def _relocating(self) -> list[Institution]:
        """What stands under daginstitutioner whose administrative municipality the file changes."""
        wanted = {
            row.number: row.facts["administrative_municipality"]
            for row in self.rows
            if row.level == Level.DAGINSTITUTION and row.facts.get("administrative_municipality")
        }
        now = Version.objects.filter(institution__number__in=wanted, period__contains=self.on)
        moving = [
            version.institution
            for version in now.select_related("institution", "administrative_municipality")
            if version.administrative_municipality != wanted[version.institution.number]
        ]
        return [below for one in moving for below in hierarchy.below(one, on=self.on)]


def _refused(row: Wanted, problems: Sequence[Refused]) -> Decision:
    return Decision(row.line, row.number, row.name, Verdict.REFUSED, list(problems))


def _told(value: object) -> object:
    return codes.short(value.code) if isinstance(value, Municipality) else "" if value is None else value
