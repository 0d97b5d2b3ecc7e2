# ruff: noqa: S608 - put together from constants; every value is a parameter
"""The SELECT behind a page of the register and behind a file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from institutions.asof import sources
from institutions.asof.shape import EVERYTHING, Filters, Row
from institutions.columns import ACTIVE, CLOSED
from institutions.models import Table
from registry import ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from institutions.asof.shape import Known

# What a row says, where it is not a column of its source by the same name.
EXPRESSIONS: Mapping[str, str] = {
    "status": f"CASE WHEN upper(h.period) <= %(on)s THEN '{CLOSED}' ELSE '{ACTIVE}' END",
    "daginstitution": "CASE h.level WHEN 'daginstitution' THEN h.number WHEN 'anvisningsenhed' THEN h.parent"
    " WHEN 'alternativ adresse' THEN h.grandparent END",
    "anvisningsenhed": "CASE h.level WHEN 'anvisningsenhed' THEN h.number WHEN 'alternativ adresse' THEN h.parent END",
    "alternativ_adresse": "CASE h.level WHEN 'alternativ adresse' THEN h.number END",
    "institution_type_text": "kind.text",
    "ownership_text": "owner.text",
    "legal_ground_text": "ground.text",
    "valid_from": "lower(h.period)",
    "valid_to": "upper(h.period)",
    "absorbed_into": "CASE WHEN upper(h.period) <= %(on)s THEN h.absorbed_into END",
}
# Texts that come from another table: empty in a row where there is none.
JOINED = frozenset({
    "institution_type_text", "ownership_text", "legal_ground_text", "administrative_municipality",
    "administrative_municipality_name", "municipality", "municipality_name",
})  # fmt: skip
# The text that each code of a table has on the day, or the one that it had last.
CODES = """
SELECT DISTINCT ON (code) code, text FROM institutions_codevalue
WHERE "table" = '{table}' AND coalesce(lower(period) <= %(on)s, true) ORDER BY code, period DESC
"""
TABLES: str = "".join(
    f"\nLEFT JOIN ({CODES.format(table=table.value)}) {alias} ON {alias}.code = h.{column}"
    for alias, table, column in (
        ("kind", Table.INSTITUTION_TYPE, "institution_type"),
        ("owner", Table.OWNERSHIP, "ownership"),
        ("ground", Table.LEGAL_GROUND, "legal_ground"),
    )
)
CONDITIONS: Mapping[str, str] = {
    "levels": "h.level = ANY(%(levels)s)",
    "municipality": "h.administrative_municipality = %(municipality)s",
    "institution_type": "h.institution_type = %(institution_type)s",
    "ownership": "h.ownership = %(ownership)s",
    "legal_ground": "h.legal_ground = %(legal_ground)s",
    "status": f"{EXPRESSIONS['status']} = %(status)s",
    "cvr_number": "h.cvr_number = %(cvr_number)s",
    "p_number": "h.p_number = %(p_number)s",
    "numbers": "h.number = ANY(%(numbers)s)",
    "without_types": "h.institution_type <> ALL(%(without_types)s)",
    "without_ownerships": "h.ownership <> ALL(%(without_ownerships)s)",
    "without_grounds": "h.legal_ground <> ALL(%(without_grounds)s)",
}
BY_NUMBER: str = "h.number"
# One short key in bytes: PostgreSQL sorts it a third faster than level and number.
RANK = "CASE h.level WHEN 'daginstitution' THEN '1' WHEN 'anvisningsenhed' THEN '2' ELSE '3' END"
PARENTS_FIRST = f'({RANK} || h.number) COLLATE "C"'


class Query(NamedTuple):
    """A SELECT and its parameters."""

    sql: str
    parameters: Mapping[str, Any]


def select(
    on: date,
    known_at: Known = None,
    *,
    filters: Filters = EVERYTHING,
    after: str = "",
    before: str = "",
    columns: Mapping[str, str] | None = None,
    whole: bool = False,
) -> Query:
    """The SELECT behind a page and a file, without its order. `columns` are other expressions than Row's, by name.

    `whole` where most of the register will be read.
    """
    source, parameters = sources.now(whole=whole) if known_at is None else sources.known(_event(known_at))
    asked = {name: value for name in CONDITIONS if (value := getattr(filters, name))}
    conditions: list[str] = [CONDITIONS[name] for name in asked]
    if after:
        conditions.append("h.number > %(after)s")
    if before:
        conditions.append("h.number < %(before)s")
    named = columns or {name: _full(name) for name in Row._fields}
    listed = ", ".join(f'{expression} AS "{name}"' for name, expression in named.items())
    where: str = " AND ".join(conditions) or "true"
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}
    return Query(
        f"SELECT {listed} FROM ({source}) h {TABLES} WHERE {where}",
        {**parameters, **values, "on": on, "after": after, "before": before},
    )


def _event(known_at: datetime | int) -> int:
    return known_at if isinstance(known_at, int) else ledger.known_at(known_at)


def expression(name: str) -> str:
    """What a row says under a name, in SQL; NULL where another table has no text for it."""
    return EXPRESSIONS.get(name, f"h.{name}")


def _full(name: str) -> str:
    return f"coalesce({expression(name)}, '')" if name in JOINED else expression(name)


def texts(table: Table, on: date) -> dict[str, str]:
    """The text of each code of a table on a day, as a row of that day says it."""
    with connection.cursor() as cursor:
        cursor.execute(CODES.format(table=table.value), {"on": on})
        return dict(cursor.fetchall())
