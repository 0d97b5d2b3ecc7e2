"""The registrar's desk: timelines taken out and locked, edited under the rules, put back with their events.

One institution or ten thousand: the single rules of `lifecycle` and a whole delivery edit here.
What is old and unlawful may stay as it is; what an edit touches must be lawful.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import codes, facts, hierarchy, lawful, timeline, timelines
from institutions.models import Institution, Level, Version
from institutions.timeline import Timeline, facts_of
from registry import ledger, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from institutions.codes import Codes
    from institutions.lawful import Lawful
    from registry.ledger import Actor

COMBINED = frozenset({"ownership", "legal_ground", "institution_type"})


class Desk:
    """Timelines by their institution's primary key, edited from one day on. Inside a transaction."""

    def __init__(self, institutions: Iterable[Institution], *, on: date) -> None:
        """Lock the institutions and every parent that they have had or will have, in number order."""
        wanted = list(institutions)
        self.on = on
        self.lines = timelines.load(_with_parents(wanted), lock=True) if wanted else {}
        self._refuse_strangers(wanted)
        self._successors = timelines.successors(line.institution for line in self.lines.values())
        self._acts: dict[int, str] = {}
        self._before: dict[int, dict[str, Any]] = {}
        self._tables: dict[date, tuple[Codes, Lawful]] = {}

    def _refuse_strangers(self, wanted: Iterable[Institution]) -> None:
        """Raise Refused `har_flyttet_sig` where an institution got a new parent just before it was locked."""
        for one in wanted:
            for version in self.lines[one.pk].versions:
                if version.parent_id and version.parent_id not in self.lines:
                    raise Refused("har_flyttet_sig", _("%(number)s er netop flyttet af en anden. Prøv igen.")
                                  % {"number": one.number})  # fmt: skip

    def tables(self, on: date) -> tuple[Codes, Lawful]:
        """The code tables and lawful combinations of a day."""
        if on not in self._tables:
            self._tables[on] = (codes.as_of(on), lawful.as_of(on))
        return self._tables[on]

    def line(self, institution: Institution) -> Timeline:
        """The timeline of an institution that lies on the desk."""
        return self.lines[institution.pk]

    def add(self, rows: Sequence[tuple[str, str]]) -> list[Timeline]:
        """Lay out new institutions, (number, level) each, with empty timelines."""
        made = timelines.create(rows)
        self.lines |= {line.institution.pk: line for line in made}
        return made

    def open(self, line: Timeline, given: Mapping[str, Any]) -> None:
        """Let a new institution begin, complete and lawful, under an open parent. Raises Refused."""
        # The parent first: what is taken from it is missing where it is the wrong one.
        self._check_parent(line, given, on=self.on)
        self._check_facts(line.institution.level, given, on=self.on)
        self.begin(line, given, start=self.on)
        self._follow(line, {given["parent"]})

    def begin(
        self, line: Timeline, given: Mapping[str, Any], *, start: date | None, end: date | None = None
    ) -> Version:
        """Let an institution begin as a first load found it: kept as it is, lawful or not."""
        self._acts[line.institution.pk] = "lifecycle.open"
        return line.open(start, given, end=end)

    def correct(self, institution: Institution, given: Mapping[str, Any]) -> bool:
        """Let facts hold from the desk's day on. False where they did already. Raises Refused."""
        line = self.line(institution)
        settled = facts.settle(given, line.open_on(self.on))
        return self._change(line, settled, act="lifecycle.correct")

    def move(self, institution: Institution, to: Institution) -> bool:
        """Let an institution stand under another parent. False where it does already. Raises Refused."""
        line = self.line(institution)
        line.open_on(self.on)
        if not self._change(line, {"parent": to}, act="lifecycle.move"):
            return False
        above = self.line(to)
        hierarchy.check_stays_open(above.institution, on=self.on, versions=above.versions)
        return True

    def close(self, institution: Institution, cause: str) -> None:
        """Let the day before the desk's be the last. What stands under it must be closed first. Raises Refused."""
        line = self.line(institution)
        hierarchy.refuse_children(institution, self._open_below(institution))
        self._remember(line)
        line.close(self.on, cause)
        self._acts[institution.pk] = "lifecycle.close"

    def reopen(self, institution: Institution) -> None:
        """Go on as the institution was when it closed; its parent must be open. Raises Refused."""
        line = self.line(institution)
        self._remember(line)
        self._follow(line, {line.reopen(self.on).parent})
        given = facts_of(line.open_on(self.on))
        self._check_facts(institution.level, given, on=self.on)
        self._check_parent(line, given, on=self.on)
        self._acts[institution.pk] = "lifecycle.reopen"

    def withdraw(self, institution: Institution) -> None:
        """Take back what was to hold from the desk's day; what goes on must still stand lawfully. Raises Refused."""
        line = self.line(institution)
        self._remember(line)
        line.withdraw(self.on)
        for version in self._ahead(line):
            self._check_standing(line, version)
        last = line.versions[-1]
        if last.period.upper is None and last.parent and periods.contains(last.period, self.on):
            above = self.line(last.parent)
            hierarchy.check_stays_open(above.institution, on=self.on, versions=above.versions)
        self._acts[institution.pk] = "lifecycle.withdraw"

    def follow(self, institution: Institution, under: Iterable[Institution]) -> None:
        """Let an institution have its parent's administrative municipality while it stands under one of these.

        Raises Refused where it would then stand under a parent in another one.
        """
        line = self.line(institution)
        self._remember(line)
        self._follow(line, set(under))
        for version in self._ahead(line):
            self._check_standing(line, version)
        self._acts.setdefault(institution.pk, "lifecycle.correct")

    @contextmanager
    def attempt(self, institution: Institution) -> Iterator[None]:
        """Edit an institution all or nothing: a refusal leaves its timeline as it was, and is passed on."""
        line, act = self.line(institution), self._acts.get(institution.pk)
        restore = line.save_point()
        try:
            yield
        except Refused:
            restore()
            self._acts.pop(institution.pk, None)
            if act:
                self._acts[institution.pk] = act
            raise

    def put_back(self, *, actor: Actor, reason: str = "", more: Mapping[str, Any] | None = None) -> int:
        """Save what was touched and write an event for each, last of all. Gives how many there were."""
        touched = [line for line in self.lines.values() if line.touched]
        timelines.save(touched)
        told = {"on": self.on.isoformat(), **(more or {})}
        ledger.record([self._entry(line, told, reason) for line in touched], actor=actor)
        return len(touched)

    def renew_successors(self, institution: Institution) -> None:
        """Read an institution's successors again, after they were written or taken away."""
        self._successors[institution.pk] = timelines.successors([institution])[institution.pk]

    def _change(self, line: Timeline, news: Mapping[str, Any], *, act: str) -> bool:
        old = facts_of(line.open_on(self.on))
        changed = {name for name, value in news.items() if old[name] != value}
        if not changed:
            return False
        self._remember(line)
        line.change(self.on, news)
        known = {(one.code, one.field) for one in self._problems(line.institution.level, old, on=self.on)}
        if "administrative_municipality" in changed or "parent" in changed:
            changed |= {"parent"}
        for version in self._ahead(line):
            self._check_version(line, version, changed=changed, known=known)
        self._acts.setdefault(line.institution.pk, act)
        if act == "lifecycle.move" and self._acts[line.institution.pk] != "lifecycle.reopen":
            self._acts[line.institution.pk] = act
        return True

    def _check_version(
        self, line: Timeline, version: Version, *, changed: set[str], known: set[tuple[str, str]]
    ) -> None:
        first = max(self.on, version.period.lower or self.on)
        given = facts_of(version)
        for problem in self._problems(line.institution.level, given, on=first):
            combined = problem.code == "ulovlig_kombination" and changed & (COMBINED | {"parent"})
            if combined or problem.field in changed or (problem.code, problem.field) not in known:
                raise problem
        if "parent" in changed:
            self._check_standing(line, version)

    def _check_standing(self, line: Timeline, version: Version) -> None:
        for day in self._days(version):
            self._check_parent(line, facts_of(version), on=day, stays=False)

    def _follow(self, line: Timeline, under: Collection[Institution | None]) -> None:
        for version in self._ahead(line):
            if version.parent and version.parent in under:
                for day in self._days(version):
                    if above := self.line(version.parent).at(day):
                        line.change(day, {"administrative_municipality": above.administrative_municipality})

    def _ahead(self, line: Timeline) -> list[Version]:
        return [one for one in line.versions if periods.ends_after(one.period, self.on)]

    def _days(self, version: Version) -> list[date]:
        """The days from the desk's on when a version begins, or what holds for its parent begins or ends."""
        first = max(self.on, version.period.lower or self.on)
        above = self.lines[version.parent.pk].versions if version.parent and version.parent.pk in self.lines else ()
        ends = {end for one in above for end in (one.period.lower, one.period.upper)}
        return [first, *sorted(end for end in ends if end and end > first and periods.contains(version.period, end))]

    def _problems(self, level: str, given: Mapping[str, Any], *, on: date) -> list[Refused]:
        tables, combinations = self.tables(on)
        return list(facts.problems(level=level, facts=given, tables=tables, combinations=combinations))

    def _check_facts(self, level: str, given: Mapping[str, Any], *, on: date) -> None:
        for problem in self._problems(level, given, on=on):
            raise problem

    def _check_parent(self, line: Timeline, given: Mapping[str, Any], *, on: date, stays: bool = True) -> None:
        parent = given["parent"]
        above = self.lines.get(parent.pk) if parent else None
        hierarchy.check_parent(
            level=line.institution.level, parent=parent, parent_at=above.at(on) if above else None,
            municipality=given["administrative_municipality"],
        )  # fmt: skip
        if above and stays:
            hierarchy.check_stays_open(above.institution, on=on, versions=above.versions)

    def _remember(self, line: Timeline) -> None:
        if line.institution.pk not in self._before:
            self._before[line.institution.pk] = self._state(line)

    def _state(self, line: Timeline) -> dict[str, Any]:
        return timeline.state(line.institution, line.versions, self._successors.get(line.institution.pk, ()))

    def _entry(self, line: Timeline, told: Mapping[str, Any], reason: str) -> Entry:
        key = line.institution.pk
        data = {"before": self._before.get(key), "after": self._state(line), **told}
        return Entry(self._acts[key], line.institution.number, data, reason)

    @cached_property
    def _below(self) -> Mapping[int, list[Institution]]:
        """What stood under each institution on the desk from its day on, before any edit."""
        found: dict[int, list[Institution]] = defaultdict(list)
        for version in hierarchy.open_children(self.lines, on=self.on):
            found[version.parent_id or 0].append(version.institution)
        return found

    def _open_below(self, institution: Institution) -> list[str]:
        """The numbers of what stands under an institution from the day on, edits on the desk counted in."""
        still = set()
        for child in self._below.get(institution.pk, ()):
            versions = self.lines[child.pk].versions if child.pk in self.lines else None
            if versions is None or any(
                one.parent_id == institution.pk and periods.ends_after(one.period, self.on) for one in versions
            ):
                still.add(child.number)
        return sorted(still)


def hold(institutions: Sequence[Institution]) -> None:
    """Lock what a desk with these would, before they are looked at: in another order two could wait for each other."""
    timelines.hold(_with_parents(institutions))


def _with_parents(institutions: Sequence[Institution]) -> list[Institution]:
    """Institutions, and every parent that they have had or will have."""
    parents = Institution.objects.filter(child_versions__institution__in=[one.pk for one in institutions]).distinct()
    return [*institutions, *parents]


def complete(given: Mapping[str, Any], *, level: str, above: Timeline | None, on: date) -> dict[str, Any]:
    """Every fact of a new version under a parent; see `facts.complete`."""
    return facts.complete(given, level=level, parent_at=above.at(on) if above else None)


def refuse_outside(level: str) -> None:
    """Raise Refused `kun_i_registeret` for an institution outside the register."""
    if level == Level.UDENFOR:
        raise Refused("kun_i_registeret", _("Et A-nummer rettes ikke her: konsolidér det, eller indlæs det igen."))
