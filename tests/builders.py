"""Invented institutions and agreements, made by the rules; and the whole database as text, to compare."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from agreements import lifecycle as agreements
from agreements.models import ConnectionAgreement, DataAgreement, Service, System, Vendor
from agreements.states import Status
from institutions import facts, lifecycle
from institutions.desk import Desk
from institutions.models import Level, Municipality, Version
from institutions.timeline import facts_of
from registry import ledger, periods
from registry.ledger import Actor
from registry.models import Allowance, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.models import Institution

ACTOR = Actor("kirsten", "admin")
NEW_YEAR = date(2026, 1, 1)
ADDRESS: Mapping[str, Any] = {
    "street": "Lærkevej", "house_number": "7", "postcode": "2400", "town": "København NV",
    "latitude": 55.7, "longitude": 12.53,
}  # fmt: skip

COUNTED = {Event._meta.db_table, Allowance._meta.db_table}

_numbers = count(1)


def municipality(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def daginstitution(*, on: date = NEW_YEAR, kommune: str = "101", **given: Any) -> Institution:  # noqa: ANN401
    """A municipal cluster of day care, open from a day on."""
    told = {"name": "Klynge Nord", "ownership": "1", "legal_ground": "10"} | given
    told.setdefault("administrative_municipality", municipality(kommune))
    return lifecycle.open(level=Level.DAGINSTITUTION, on=on, actor=ACTOR, **told)


def unit(parent: Institution | None = None, *, on: date = NEW_YEAR, kommune: str = "101", **given: Any) -> Institution:  # noqa: ANN401
    """An anvisningsenhed; under a daginstitution of its own where no parent is given."""
    above = parent or daginstitution(on=on, kommune=kommune)
    told = {"name": "Lærkereden", "institution_type": "6012", "p_number": "1012345678", **ADDRESS} | given
    return lifecycle.open(level=Level.ANVISNINGSENHED, on=on, actor=ACTOR, parent=above, **told)


def alternative(parent: Institution, *, on: date = NEW_YEAR, **given: Any) -> Institution:  # noqa: ANN401
    """An alternativ adresse of a unit."""
    told = {"name": "Lærkereden, udflytter", **ADDRESS} | given
    return lifecycle.open(level=Level.ALTERNATIV_ADRESSE, on=on, actor=ACTOR, parent=parent, **told)


def tree(*, on: date = NEW_YEAR, kommune: str = "101") -> tuple[Institution, Institution, Institution]:
    """A daginstitution, a unit under it and an alternative address under that."""
    top = daginstitution(on=on, kommune=kommune)
    middle = unit(top, on=on)
    return top, middle, alternative(middle, on=on)


@transaction.atomic
def legacy(number: str = "A10001", *, start: date | None = None, end: date | None = None, **given: Any) -> Institution:  # noqa: ANN401
    """An institution outside the register, as a delivery of A-numbers brings it."""
    table = Desk([], on=start or NEW_YEAR)
    line = table.add([(number, Level.UDENFOR)])[0]
    told = {"name": "LÆRKEREDEN", "street": "Lærkevej 7", "municipality_text": "Kbh."} | given
    table.begin(line, {**facts.EMPTY, **told}, start=start, end=end)
    table.put_back(actor=ACTOR)
    return line.institution


def system(code: str = "", *, services: int = 1) -> System:
    """A vendor's system, connected with some services."""
    each = next(_numbers)
    vendor = Vendor.objects.create(name=f"Børnesoft {each}", cvr_number=f"{each:08d}")
    made = System.objects.create(vendor=vendor, code=code or f"AB{each:06d}", name=f"Komme og gå {each}")
    for number in range(services):
        connect(made, service(f"ws{number:02d}"))
    return made


def service(code: str = "ws10") -> Service:
    return Service.objects.get_or_create(code=code, defaults={"name": f"Tjeneste {code}"})[0]


def connect(made: System, to: Service) -> ConnectionAgreement:
    return ConnectionAgreement.objects.create(system=made, service=to)


def agreement(institution: Institution, status: str = Status.GODKENDT, *, by: System | None = None) -> DataAgreement:
    """A data agreement with a system of its own. On an A-number it is an old one, since new ones are refused."""
    by = by or system()
    to = ConnectionAgreement.objects.filter(system=by).order_by("pk")[0].service
    if institution.level == Level.UDENFOR:
        old = DataAgreement.objects.create(
            number=agreements.take_number(), system=by, service=to, institution=institution, status=status,
            created_on=date(2019, 8, 1),
        )  # fmt: skip
        agreements.insert_statuses([(old, old.created_on)])
        return old
    made = agreements.request(institution, system=by, service=to, processor_agreement=True, actor=ACTOR)
    decide = {Status.GODKENDT: agreements.approve, Status.AFVIST: agreements.refuse, Status.SLETTET: agreements.delete}
    if status in decide:
        decide[Status(status)](made, actor=ACTOR)
    return made


def versions(institution: Institution) -> list[Version]:
    return list(Version.objects.filter(institution=institution).order_by("period"))


def at(institution: Institution, on: date) -> dict[str, Any] | None:
    """What the tables say of an institution on a day; None while it is not open."""
    found = [one for one in versions(institution) if periods.contains(one.period, on)]
    assert len(found) < 2
    return facts_of(found[0]) if found else None


def told(institution: Institution, name: str) -> list[tuple[str, str, Any]]:
    """The days from and to, and what a fact was then: a timeline that can be read."""
    return [
        (str(one.period.lower or ""), str(one.period.upper or ""), getattr(one, name)) for one in versions(institution)
    ]


def dump(*only: str) -> dict[str, list[str]]:
    """Every row of every table but the ledger and the count of calls, or of some tables, as text."""
    with connection.cursor() as cursor:
        tables = only or sorted(set(connection.introspection.table_names(cursor)) - COUNTED)
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT "{table}"::text FROM "{table}" ORDER BY 1')  # noqa: S608 - names from the catalogue
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


def everything() -> tuple[dict[str, list[str]], int]:
    """Every row of every table, and how far the ledger has come."""
    return dump(), ledger.head()


def sequences() -> dict[str, int | None]:
    """How far every sequence has come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        return dict(cursor.fetchall())


def events() -> list[tuple[str, str]]:
    """What the ledger tells, oldest first: action and subject."""
    return list(Event.objects.values_list("action", "subject"))
