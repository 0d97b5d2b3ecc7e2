"""An institution's life as a line of versions: pure, in memory, no database.

A change from a day on splits the version of that day and ripples on: a later version takes the
new value too, as long as it still holds the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions.models import Institution, Municipality, Version
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

# What a version says, in the order of the register's own columns.
FACTS = (
    "parent", "name", "institution_type", "ownership", "legal_ground", "legal_ground_derived",
    "administrative_municipality", "municipality", "municipality_text", "street", "house_number",
    "floor", "door", "postcode", "town", "supplementary_town", "dar_id", "latitude", "longitude",
    "cvr_number", "p_number", "email", "phone",
)  # fmt: skip
STORED = ("period", *FACTS, "closing_cause")


@dataclass
class Timeline:
    """The versions of one institution, oldest first, and which of them an edit has touched."""

    institution: Institution
    versions: list[Version] = field(default_factory=list)
    added: list[Version] = field(default_factory=list)
    changed: list[Version] = field(default_factory=list)
    removed: list[Version] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.added or self.changed or self.removed)

    def at(self, on: date) -> Version | None:
        """The version that holds on a day."""
        return next((one for one in self.versions if periods.contains(one.period, on)), None)

    def last(self) -> Version | None:
        """The version that holds last."""
        return self.versions[-1] if self.versions else None

    def open_on(self, on: date) -> Version:
        """The version that holds on a day. Raises Refused `ikke_aaben`."""
        version = self.at(on)
        if version is None:
            raise Refused(
                "ikke_aaben",
                _("%(number)s er ikke åben den %(on)s.") % {"number": self.institution.number, "on": f"{on:%d.%m.%Y}"},
                field="on",
                value=on.isoformat(),
            )
        return version

    def open(self, on: date | None, facts: Mapping[str, Any], *, end: date | None = None) -> Version:
        """Begin: a first version, or a new one after a closing."""
        version = Version(institution=self.institution, period=periods.between(on, end), **facts)
        self.versions.append(version)
        self.added.append(version)
        return version

    def change(self, on: date, facts: Mapping[str, Any]) -> bool:
        """Let facts hold from a day on. False where they did already; raises Refused `ikke_aaben`."""
        version = self.open_on(on)
        news = {name: value for name, value in facts.items() if getattr(version, name) != value}
        if not news:
            return False
        olds = {name: getattr(version, name) for name in news}
        if version.period.lower != on:
            version = self._split(version, on)
        self._set(version, news)
        self._ripple(version, olds, news)
        return True

    def close(self, on: date, cause: str) -> None:
        """Let the day before be the last. Raises Refused `ikke_aaben`, `for_tidlig_dag`, `senere_aendringer`."""
        version = self.open_on(on)
        if version.period.lower == on:
            for earlier in self.versions:
                if earlier.period.upper == on:
                    self.refuse_later(earlier)
            raise Refused(
                "for_tidlig_dag",
                _("%(number)s begynder først den %(on)s; vælg en senere dag.")
                % {"number": self.institution.number, "on": f"{on:%d.%m.%Y}"},
                field="on",
                value=on.isoformat(),
            )
        self.refuse_later(version)
        self._set(version, {"period": periods.until(version.period, on), "closing_cause": cause})

    def reopen(self, on: date) -> Version:
        """Go on from a day as the institution was when it closed. Raises `er_aaben`, `for_tidlig_dag`."""
        last = self.last()
        if last is None or last.period.upper is None:
            raise Refused("er_aaben", _("%(number)s er åben.") % {"number": self.institution.number})
        if on < last.period.upper:
            raise Refused(
                "for_tidlig_dag",
                _("%(number)s er åben til og med dagen før %(end)s; vælg den dag eller en senere.")
                % {"number": self.institution.number, "end": f"{last.period.upper:%d.%m.%Y}"},
                field="on",
                value=on.isoformat(),
                suggestions=[last.period.upper.isoformat()],
            )
        return self.open(on, facts_of(last))

    def goes_on_from(self, on: date) -> bool:
        """Whether the institution is open on a day and on every one after it, as far as is known."""
        left = [one for one in self.versions if periods.ends_after(one.period, on)]
        joined = all(one.period.upper == other.period.lower for one, other in pairwise(left))
        return bool(left) and periods.starts_by(left[0].period, on) and joined and left[-1].period.upper is None

    def ahead(self, on: date) -> list[date]:
        """The days after one on which something dated ahead takes effect and can be taken back."""
        days = [version.period.lower for version in self.versions[1:] if version.period.lower]
        if (last := self.last()) and last.period.upper:
            days.append(last.period.upper)
        return [day for day in days if day > on]

    def withdraw(self, on: date) -> None:
        """Take back what was to hold from a day, a closing or a reopening too: what held before goes on.

        What comes later loses only what it had from the change taken back. Raises Refused `ingen_aendring`.
        """
        earlier = next((one for one in self.versions if one.period.upper == on), None)
        later = next((one for one in self.versions[1:] if one.period.lower == on), None)
        if earlier and later:
            self._merge(earlier, later)
        elif earlier:
            self.refuse_later(earlier)
            self._set(earlier, {"period": periods.since(earlier.period.lower), "closing_cause": ""})
        elif later:
            self.refuse_later(later)
            self._remove(later)
        else:
            raise Refused(
                "ingen_aendring",
                _("%(number)s har ingen ændring, som gælder fra den %(on)s.")
                % {"number": self.institution.number, "on": f"{on:%d.%m.%Y}"},
                field="on",
                value=on.isoformat(),
            )

    def _merge(self, earlier: Version, later: Version) -> None:
        olds, news = facts_of(later), facts_of(earlier)
        self._ripple(later, olds, {name: value for name, value in news.items() if olds[name] != value})
        period = periods.between(earlier.period.lower, later.period.upper)
        self._set(earlier, {"period": period, "closing_cause": later.closing_cause})
        self._remove(later)

    def _remove(self, version: Version) -> None:
        self.versions.remove(version)
        self.removed.append(version)

    def save_point(self) -> Callable[[], None]:
        """Remember the line as it is; the function given back restores it."""
        lists = list(self.versions), list(self.added), list(self.changed), list(self.removed)
        stored = [(version, {name: getattr(version, name) for name in STORED}) for version in self.versions]

        def restore() -> None:
            self.versions, self.added, self.changed, self.removed = (list(one) for one in lists)
            for version, values in stored:
                for name, value in values.items():
                    setattr(version, name, value)

        return restore

    def refuse_later(self, version: Version) -> None:
        """Raise Refused `senere_aendringer` where another version follows this one."""
        if version is not self.versions[-1]:
            following = self.versions[self.versions.index(version) + 1].period.lower
            raise Refused(
                "senere_aendringer",
                _("%(number)s har en ændring, som gælder fra %(day)s.")
                % {"number": self.institution.number, "day": f"{following:%d.%m.%Y}"},
                field="on",
            )

    def _split(self, version: Version, on: date) -> Version:
        later = Version(
            institution=self.institution,
            period=periods.between(on, version.period.upper),
            closing_cause=version.closing_cause,
            **facts_of(version),
        )
        self._set(version, {"period": periods.until(version.period, on), "closing_cause": ""})
        self.versions.insert(self.versions.index(version) + 1, later)
        self.added.append(later)
        return later

    def _ripple(self, version: Version, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        going = dict(news)
        for earlier, later in pairwise(self.versions):
            if self.versions.index(later) <= self.versions.index(version):
                continue
            if earlier.period.upper != later.period.lower:
                return
            going = {name: value for name, value in going.items() if getattr(later, name) == olds[name]}
            if not going:
                return
            self._set(later, going)

    def _set(self, version: Version, news: Mapping[str, Any]) -> None:
        for name, value in news.items():
            setattr(version, name, value)
        if version not in self.added and version not in self.changed:
            self.changed.append(version)


def facts_of(version: Version) -> dict[str, Any]:
    """What a version says, by column."""
    return {name: getattr(version, name) for name in FACTS}


def state(institution: Institution, versions: Iterable[Version], successors: Iterable[str] = ()) -> dict[str, Any]:
    """An institution's whole state as JSON, for the ledger: what it is, and what holds for it when.

    Empty values are left out. Days are ISO; `from` is missing where it is not known, `to` while it is open.
    """
    told: dict[str, Any] = {"number": institution.number, "level": institution.level}
    if institution.absorbed_into:
        told["absorbed_into"] = institution.absorbed_into.number
    if following := sorted(successors):
        told["successors"] = following
    told["versions"] = [_told(version) for version in versions]
    return told


def _told(version: Version) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if version.period.lower:
        told["from"] = version.period.lower.isoformat()
    if version.period.upper:
        told["to"] = version.period.upper.isoformat()
    for name in (*FACTS, "closing_cause"):
        value = getattr(version, name)
        if isinstance(value, Institution):
            value = value.number
        elif isinstance(value, Municipality):
            value = value.code
        if value not in ("", None, False):
            told[name] = value
    return told
