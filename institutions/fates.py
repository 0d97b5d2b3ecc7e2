"""What became of an institution by a day: open, coming, closed (why, and who took over), or living on in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import numbers, timelines
from institutions.models import Cause, Succession, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from institutions.models import Institution
    from institutions.timeline import Timeline


class Status(TextChoices):
    """How an institution stands on a day."""

    OPEN = "åben", gettext_lazy("Åben")
    COMING = "kommende", gettext_lazy("Kommende")
    CLOSED = "nedlagt", gettext_lazy("Nedlagt")
    CONSOLIDATED = "konsolideret", gettext_lazy("Konsolideret")
    IN_ERROR = "fejloprettet", gettext_lazy("Oprettet ved en fejl")


@dataclass(frozen=True, slots=True)
class Named:
    """An institution under the name that it has, or had last."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Fate:
    """How an institution stands on a day, and what led there.

    `version` holds on the day; of one that has closed it is the last, of one that is coming the first.
    `ended` is the first day without it. `survivor` is where a consolidated one lives on now.
    """

    line: Timeline
    on: date
    status: Status
    version: Version | None
    successors: Sequence[Named] = ()
    survivor: Named | None = None

    @property
    def institution(self) -> Institution:
        """The institution itself."""
        return self.line.institution

    @property
    def ended(self) -> date | None:
        """The first day on which it was no more; None where it is open or coming."""
        closed = self.version and self.status not in {Status.OPEN, Status.COMING}
        return self.version.period.upper if self.version and closed else None

    @property
    def since(self) -> date | None:
        """The first day of the unbroken time that its version lies in; None where it is not known."""
        day = self.version.period.lower if self.version else None
        for one in reversed(self.line.versions):
            if day and one.period.upper == day:
                day = one.period.lower
        return day

    @property
    def ahead(self) -> Sequence[Version]:
        """What is to hold after the day."""
        return [one for one in self.line.versions if not periods.starts_by(one.period, self.on)]

    @property
    def sentence(self) -> str:
        """What became of it, in one sentence."""
        told: Mapping[Status, str] = {
            Status.OPEN: _("Åben siden den %(since)s") if self.since else _("Åben"),
            Status.COMING: _("Åbner den %(since)s"),
            Status.CLOSED: _("Nedlagt pr. %(ended)s%(cause)s"),
            Status.CONSOLIDATED: _("Konsolideret ind i %(survivor)s pr. %(ended)s"),
            Status.IN_ERROR: _("Oprettet ved en fejl og trukket tilbage pr. %(ended)s"),
        }
        cause = self.version.get_closing_cause_display() if self.version else ""
        return told[self.status] % {
            "since": date_format(self.since) if self.since else "",
            "ended": date_format(self.ended) if self.ended else "",
            "cause": f": {cause}" if cause != str(Cause.CLOSED.label) else "",
            "survivor": f"{self.survivor.number} {self.survivor.name}" if self.survivor else "",
        }


def tell(institutions: Iterable[Institution], *, on: date) -> dict[str, Fate]:
    """The fate of each institution by its number. Five queries at most, and one more for each step of a chain."""
    lines = timelines.load(institutions)
    standing = {key: judge(line, on) for key, line in lines.items()}
    closed = [key for key, (status, _version) in standing.items() if status is Status.CLOSED]
    following = list(Succession.objects.filter(institution__in=closed).select_related("successor")) if closed else []
    asked = [line.institution.number for line in lines.values() if line.institution.absorbed_into_id]
    resolved = numbers.resolve_many(asked) if asked else {}
    names = named([*(one.successor for one in following), *(one.today for one in resolved.values())], on=on)
    told = {}
    for key, line in lines.items():
        status, version = standing[key]
        number = line.institution.number
        ended = version.period.upper if version else None
        told[number] = Fate(
            line, on, status, version,
            successors=[names[one.successor_id] for one in following if one.institution_id == key and one.on == ended],
            survivor=names[resolved[number].today.pk] if status is Status.CONSOLIDATED else None,
        )  # fmt: skip
    return told


def judge(line: Timeline, on: date) -> tuple[Status, Version | None]:
    """How a timeline stands on a day, and the version that says so."""
    begun = [one for one in line.versions if periods.starts_by(one.period, on)]
    if not begun:
        return Status.COMING, line.versions[0] if line.versions else None
    version = begun[-1]
    if periods.ends_after(version.period, on):
        return Status.OPEN, version
    if line.institution.absorbed_into_id:
        return Status.CONSOLIDATED, version
    return (Status.IN_ERROR if version.closing_cause == Cause.IN_ERROR else Status.CLOSED), version


def of_version(version: Version, on: date) -> Status:
    """How an institution stands on a day, from the one version that stands for it (see `standing`)."""
    if not periods.starts_by(version.period, on):
        return Status.COMING
    if periods.ends_after(version.period, on):
        return Status.OPEN
    causes = {Cause.CONSOLIDATED.value: Status.CONSOLIDATED, Cause.IN_ERROR.value: Status.IN_ERROR}
    return causes.get(version.closing_cause, Status.CLOSED)


def standing(on: date) -> Mapping[str, Q]:
    """The one version that stands for each institution on a day, as conditions on Version: of the open, the
    coming and the closed.
    """
    others = Version.objects.filter(institution=OuterRef("institution"))
    later = others.filter(period__fully_gt=OuterRef("period"), period__startswith__lte=on)
    earlier = others.filter(period__fully_lt=OuterRef("period"))
    return {
        "open": Q(period__contains=on),
        "coming": Q(period__startswith__gt=on) & ~Q(Exists(earlier)),
        "closed": Q(period__endswith__lte=on) & ~Q(Exists(later)),
    }


def named(institutions: Iterable[Institution], *, on: date) -> dict[int, Named]:
    """Institutions under the names that they have on a day, had last or will have first, by primary key."""
    by_key = {one.pk: one for one in institutions}
    if not by_key:
        return {}
    rows = Version.objects.filter(institution__in=by_key).order_by("period")
    names: dict[int, str] = {}
    for key, period, name in rows.values_list("institution", "period", "name"):
        if key not in names or periods.starts_by(period, on):
            names[key] = name
    return {key: Named(one.number, names.get(key, "")) for key, one in by_key.items()}
