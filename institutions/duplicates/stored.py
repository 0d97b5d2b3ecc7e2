"""Records and their keys in the database: read today's, write the keys of all or of a few."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions.duplicates import keys, records
from institutions.duplicates.memory import repeated
from institutions.models import Level, MatchKey
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from institutions.duplicates.records import Record

# What holds on a day. An alternative address stands under a unit; its daginstitution is the unit's.
_RECORDS = """
SELECT i.id, i.number, i.level, v.name, v.street || ' ' || v.house_number, v.postcode, v.town,
       coalesce(m.name, v.municipality_text), v.cvr_number, v.p_number, v.phone, v.email, v.institution_type,
       v.ownership, coalesce(p.number, ''), coalesce(gv.name, pv.name, '')
FROM institutions_institution i
JOIN institutions_version v ON v.institution_id = i.id AND v.period @> %(on)s
LEFT JOIN institutions_municipality m ON m.id = v.municipality_id
LEFT JOIN institutions_institution p ON p.id = v.parent_id
LEFT JOIN institutions_version pv ON pv.institution_id = v.parent_id AND pv.period @> %(on)s
LEFT JOIN institutions_version gv ON gv.institution_id = pv.parent_id AND gv.period @> %(on)s
WHERE i.absorbed_into_id IS NULL AND {which}
ORDER BY coalesce(v.parent_id, i.id), i.id
"""
_FIELDS = (
    "number", "level", "name", "line", "postcode", "town", "municipality", "cvr", "p_number", "phone", "mail",
    "institution_type", "ownership", "parent", "above",
)  # fmt: skip
_FAMILY = """
SELECT DISTINCT unnest(ARRAY[v.institution_id, v.parent_id]) FROM institutions_version v
WHERE v.institution_id = ANY(%(ids)s)
"""
_COPY = "COPY institutions_matchkey (institution_id, kind, value, legacy) FROM STDIN"
# Rows of the server's cursor fetched at a time, and the least whose keys are written at a time.
_FETCHED, _LOT = 5000, 20_000
# More changed institutions than this are worth new statistics.
FEW = 20


def texts(ids: Sequence[int] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """What institutions say of themselves today, by primary key, as `records.build` takes it: all, or those named.

    What stands directly under one thing comes together. Of all, the server keeps what is not fetched yet.
    """
    which, given = ("TRUE", {}) if ids is None else ("i.id = ANY(%(ids)s)", {"ids": list(ids)})
    with connection.chunked_cursor() if ids is None else connection.cursor() as cursor:
        cursor.execute(_RECORDS.format(which=which), {"on": periods.today(), **given})
        while rows := cursor.fetchmany(_FETCHED):
            for key, *values in rows:
                yield key, dict(zip(_FIELDS, values, strict=True))


def read(ids: Sequence[int] | None = None) -> Iterator[tuple[int, Record]]:
    """The records of today by primary key: of all institutions, or of those named."""
    for key, said in texts(ids):
        yield key, records.build(**said)


@transaction.atomic
def rekey_all() -> None:
    """Write the keys of every institution that holds today anew."""
    (index,) = MatchKey._meta.indexes
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE institutions_matchkey")
    # Values come in no order: filling the index as they come took four times as long as making it of them all.
    with connection.schema_editor() as editor:
        editor.remove_index(MatchKey, index)
    for lot in _lots():
        _write(lot)
    with connection.schema_editor() as editor:
        editor.add_index(MatchKey, index)
    _analyze()


@transaction.atomic
def rekey(ids: Collection[int]) -> set[int]:
    """Write the keys of institutions that changed, and of the daginstitutioner that they stand or stood under.

    A daginstitution is left out while it equals a unit of its own, so a unit's change may bring it back. Gives
    whose record may say something else now: what stands under a changed one bears its name.
    """
    changed = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"ids": changed})
        family = sorted({*changed, *(key for (key,) in cursor.fetchall() if key)})
        cursor.execute("SELECT institution_id FROM institutions_version WHERE parent_id = ANY(%s)", [family])
        below = {key for (key,) in cursor.fetchall()}
        cursor.execute("DELETE FROM institutions_matchkey WHERE institution_id = ANY(%s)", [family])
    near = list(read(sorted({*family, *below})))
    _write(near, only=frozenset(family))
    if len(family) > FEW:
        _analyze()
    return {*family, *below}


def _lots() -> Iterator[list[tuple[int, Record]]]:
    """Every record, a daginstitution in one lot with its units."""
    lot: list[tuple[int, Record]] = []
    for _family, members in groupby(read(), key=lambda read: read[1].parent or read[1].number):
        lot += members
        if len(lot) >= _LOT:
            yield lot
            lot = []
    yield lot


def _analyze() -> None:
    """Who asks in the same transaction is not to wait for the server's own round."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE institutions_matchkey")


def _write(found: Sequence[tuple[int, Record]], only: frozenset[int] | None = None) -> None:
    left_out = repeated(record for _key, record in found)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for institution, record in found:
            if (only is not None and institution not in only) or record.number in left_out:
                continue
            legacy = record.level == Level.UDENFOR
            for kind, value in sorted(keys.of(record)):
                copy.write_row((institution, kind, value, legacy))
