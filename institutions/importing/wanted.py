"""A later file: the state that is wanted from a day on, row by row, through the same desk as a single change."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import codes, facts, hierarchy, lifecycle
from institutions.columns import ACTIVE, CLOSED, NAMES
from institutions.desk import Desk
from institutions.importing import newcomers
from institutions.importing.guards import Open, Standing
from institutions.importing.newcomers import Newcomers
from institutions.importing.rows import TOP_DOWN
from institutions.models import Cause, Institution, Level, Municipality, Verb, Version
from institutions.prevention import Watch
from registry.problems import Refused
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.importing.guards import Guard
    from institutions.importing.rows import Wanted
    from registry.ledger import Actor

# What changes for one that is opened again, in the names of the API's answers.
STATUS = "status"
# What an empty field does not take away: it is then unstated.
UNSTATED = frozenset({"administrative_municipality", "municipality"})


class Load:
    """Every row of a later file, decided on a desk and put back when applied.

    A new row that seems to be there already is refused, or opened `despite` that, which then is the reason why.
    The guard may refuse any row. `reopens`: a closed number whose row says that it is active is opened again.
    """

    def __init__(
        self,
        rows: Sequence[Wanted],
        *,
        on: date,
        close_missing: bool = False,
        despite: str = "",
        guard: Guard | None = None,
        reopens: bool = False,
    ) -> None:
        self.rows, self.on, self.reopens = rows, on, reopens
        # Before any institution is locked; see there.
        watch = Watch() if any(not row.number for row in rows) else None
        named = {row.number for row in rows} | {row.parent for row in rows}
        self.known = {one.number: one for one in Institution.objects.filter(number__in=named)}
        self.missing = self._missing() if close_missing else []
        self.relocating = self._relocating()
        self.desk = Desk([*self.known.values(), *self.missing, *self.relocating], on=on)
        self.decisions: dict[int, Decision] = {}
        self.reopened: list[Institution] = []
        self.guard = guard or Open()
        self.standing = Standing(self.desk)
        self.newcomers = Newcomers(
            self.desk, known=self.known, watch=watch, guard=self.guard, standing=self.standing, despite=despite.strip()
        )

    def decide(self) -> Report:
        """A verdict for each row: changes from the top down, then closings leaf first."""
        for level in TOP_DOWN:
            for row in self.rows:
                if row.level == level and not row.closed:
                    self.decisions[row.line] = self._attempt(row)
            for row, likely in self.newcomers.let_through():
                self.decisions[row.line] = _refused(row, [likely])
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
        for line, number in self.newcomers.open().items():
            self.decisions[line].subject = number
        lifecycle.follow_itself(self.reopened, self.desk)
        self.desk.put_back(actor=actor, reason=reason)
        self.newcomers.insist(actor=actor)

    def _attempt(self, row: Wanted) -> Decision:
        if problems := [one for one in row.problems if not self._stands(row, one)]:
            return _refused(row, problems)
        try:
            if not row.number:
                self.newcomers.admit(row)
                return Decision(row.line, "", row.name, Verdict.NEW)
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

    def _change(self, row: Wanted, institution: Institution) -> Decision:
        changes: dict[str, tuple[object, object]] = {}
        if row.active and self._reopen(institution):
            changes[STATUS] = (CLOSED, ACTIVE)
        version = self.desk.line(institution).open_on(self.on)
        news = {
            name: value
            for name, value in row.facts.items()
            if getattr(version, name) != value
            and not (name in UNSTATED and value is None)
            and not (name == "legal_ground" and not value and version.legal_ground_derived)
        }
        changes |= {NAMES[name]: (_told(getattr(version, name)), _told(value)) for name, value in news.items()}
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
        if STATUS in changes:
            self.reopened.append(institution)
        verdict = Verdict.CHANGED if changes else Verdict.UNCHANGED
        return Decision(row.line, row.number, row.name, verdict, changes=changes)

    def _reopen(self, institution: Institution) -> bool:
        """Open one again that has closed, as it was then. False where there is no need, or it is not for a file."""
        line = self.desk.line(institution)
        last = line.last()
        if not self.reopens or not last or not last.period.upper or last.period.upper > self.on:
            return False
        self.guard.require(Verb.REOPEN, self.standing.of(line))
        self.desk.reopen(institution)
        return True

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
            if coming := self.newcomers.coming(row.parent_external):
                return coming
            raise newcomers.missing(row)
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
