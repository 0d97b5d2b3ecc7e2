# ruff: noqa: S608 - put together from constants; every value is a parameter
"""How far the A-numbers are phased out: where each agreement on one stands, by municipality and vendor.

An agreement leaves an A-number in steps: its vendor is told, asks on the G-number, is approved there, and the old one
ends. The G-number is what the A-number has become, else what its case says that it will, else what somebody has said
that it is. A refused agreement is in nobody's way, and one that had been deleted before the register knew of it never
was: neither is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.owners import OWN, PLACES
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from agreements.models import Vendor
    from institutions.models import Municipality


class Phase(models.TextChoices):
    """Where an agreement on an A-number stands, the first step first."""

    NOT_TOLD = "ikke varslet", _("ikke varslet")
    TOLD = "varslet", _("varslet")
    ASKED = "anmodet", _("anmodet på G-nummer")
    APPROVED = "godkendt", _("godkendt på G-nummer")
    ENDED = "ophørt", _("ophørt")


# Every A-number and where it lies: where its own text does not tell, there where its case says that it will go.
OUTSIDE = f"""
SELECT q.id, q.number, q.name, coalesce(q.municipality, v.administrative_municipality_id) AS municipality
FROM ({PLACES} AND i.level = 'uden for registeret') q
LEFT JOIN agreements_case c ON c.absorbed_id = q.id AND NOT c.dropped
LEFT JOIN institutions_version v ON v.institution_id = c.survivor_id AND v.period @> %(on)s
"""
# Every agreement on an A-number with what is known of its way: `right` is its G-number, `there` the same system's live
# agreement on the same service on it, `told` the day on which the vendor was first told.
KNOWN = f"""
SELECT a.number AS agreement, a.status, a.created_on, a.ended_on, p.id AS institution_id, p.number AS institution,
    p.name AS name, coalesce(p.municipality, 0) AS municipality, s.vendor_id AS vendor, s.name AS system,
    t.code AS service, coalesce(g.number, '') AS "right", c.deadline, there.status AS there_status,
    coalesce(lower(held.period), there.created_on) AS there_since, least(told.at, c.notified_on) AS told_on
FROM ({OUTSIDE}) p
JOIN agreements_dataagreement a ON a.institution_id = p.id
JOIN agreements_system s ON s.id = a.system_id
JOIN agreements_service t ON t.id = a.service_id
JOIN institutions_institution i ON i.id = p.id
LEFT JOIN agreements_case c ON c.absorbed_id = p.id AND NOT c.dropped
LEFT JOIN LATERAL (SELECT max(CASE WHEN d.first_id = p.id THEN d.second_id ELSE d.first_id END) AS id
    FROM institutions_verdict d WHERE p.id IN (d.first_id, d.second_id) AND d.answer = 'ens') same ON true
LEFT JOIN institutions_institution g ON g.id = coalesce(i.absorbed_into_id, c.survivor_id, same.id)
LEFT JOIN agreements_dataagreement there ON there.institution_id = g.id AND there.system_id = a.system_id
    AND there.service_id = a.service_id AND there.status IN ('VENTER', 'GODKENDT')
LEFT JOIN agreements_statusperiod held ON held.agreement_id = there.id AND upper_inf(held.period)
LEFT JOIN (SELECT n.municipality_id, n.vendor_id, (min(n.at) AT TIME ZONE %(zone)s)::date AS at
    FROM agreements_notice n GROUP BY 1, 2) told ON told.municipality_id = p.municipality
    AND told.vendor_id = s.vendor_id
WHERE a.status IN ('VENTER', 'GODKENDT') OR (a.status = 'SLETTET' AND a.ended_on IS NOT NULL)
"""
PHASED = f"""
SELECT k.*, CASE
    WHEN k.status = 'SLETTET' THEN 'ophørt'
    WHEN k.there_status = 'GODKENDT' THEN 'godkendt'
    WHEN k.there_status = 'VENTER' THEN 'anmodet'
    WHEN k.told_on IS NOT NULL THEN 'varslet' ELSE 'ikke varslet' END AS phase,
CASE
    WHEN k.status = 'SLETTET' THEN k.ended_on
    WHEN k.there_status IS NOT NULL THEN k.there_since
    ELSE coalesce(k.told_on, k.created_on) END AS since
FROM ({KNOWN}) k
"""
NARROWED = f"""
SELECT k.*, coalesce(m.code, '') AS code, coalesce(m.long_name, '') AS municipality_name, m.sort_key,
    v.name AS vendor_name
FROM ({PHASED}) k
LEFT JOIN institutions_municipality m ON m.id = k.municipality
JOIN agreements_vendor v ON v.id = k.vendor
WHERE (%(municipality)s IS NULL OR k.municipality = %(municipality)s)
AND (%(vendor)s IS NULL OR k.vendor = %(vendor)s) AND (%(phase)s IS NULL OR k.phase = %(phase)s)
"""
ROWS = f"""
SELECT n.agreement, n.institution, n.name, n.code, n.municipality_name, n.vendor, n.vendor_name, n.system, n.service,
    n.status, n.phase, n.since, n.deadline, n."right"
FROM ({NARROWED}) n ORDER BY n.deadline NULLS LAST, n.since, n.agreement LIMIT %(most)s OFFSET %(first)s
"""
CELLS = f"""
SELECT n.code, n.municipality_name, n.vendor, n.vendor_name, n.phase, count(*), min(n.since), min(n.deadline),
    count(*) FILTER (WHERE n.deadline < %(on)s)
FROM ({NARROWED}) n GROUP BY 1, 2, 3, 4, 5, n.sort_key ORDER BY n.sort_key NULLS LAST, 4, 5
"""


class Standing(NamedTuple):
    """An agreement on an A-number: whose, where it stands, since when, and the deadline of its case.

    `code` and `municipality` are empty where nobody knows where the A-number lies; `right` where it leads nowhere yet.
    """

    agreement: int
    institution: str
    name: str
    code: str
    municipality: str
    vendor: int
    vendor_name: str
    system: str
    service: str
    status: str
    phase: str
    since: date
    deadline: date | None
    right: str

    @property
    def label(self) -> Any:  # noqa: ANN401 - a lazy text
        """The phase in words."""
        return Phase(self.phase).label


class Cell(NamedTuple):
    """A vendor's agreements in a municipality that stand alike: how many, the oldest day, the nearest deadline.

    `late` of them are past the deadline of their case.
    """

    code: str
    municipality: str
    vendor: int
    vendor_name: str
    phase: str
    agreements: int
    since: date
    deadline: date | None
    late: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at; None narrows nothing. Municipality 0 is those that nobody can place."""

    municipality: int | None = None
    vendor: int | None = None
    phase: str | None = None

    @classmethod
    def of(
        cls, municipality: Municipality | None = None, vendor: Vendor | None = None, phase: str | None = None
    ) -> Asked:
        """By the rows themselves."""
        return cls(municipality.pk if municipality else None, vendor.pk if vendor else None, phase)


def agreements(asked: Asked, *, first: int = 0, most: int | None = None) -> list[Standing]:
    """The agreements on A-numbers and where each stands, those with the nearest deadline first."""
    return [Standing._make(row) for row in _ask(ROWS, asked, {"first": first, "most": most})]


def cells(asked: Asked) -> list[Cell]:
    """The same, counted by municipality, vendor and phase; in the order of their names."""
    return [Cell._make(row) for row in _ask(CELLS, asked, {})]


def _ask(query: str, asked: Asked, more: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    given = {
        "municipality": asked.municipality, "vendor": asked.vendor, "phase": asked.phase, "on": periods.today(),
        "own": list(OWN), "zone": timezone.get_default_timezone_name(), **more,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
