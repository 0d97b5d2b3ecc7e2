# ruff: noqa: S608 - put together from constants; every value is a parameter
"""The two sources of what held on a day, in SQL, with the same columns.

Each gives, of every institution that has begun by the day `on`, the version that began last: the one
that holds, or the one that held when the institution closed. `NOW` reads the tables; `KNOWN` reads the
ledger up to the event `seq`, where each event holds the whole state of its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from institutions.models import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a version says in words of its own, in both sources under the name that it has in Version.
TEXTS: tuple[str, ...] = (
    "name", "institution_type", "ownership", "legal_ground", "municipality_text", "street", "house_number",
    "floor", "door", "postcode", "town", "supplementary_town", "dar_id", "cvr_number", "p_number", "email",
    "phone", "closing_cause",
)  # fmt: skip

# Of a day, the version of an alternative address's unit. ANY keeps the look-up off the GiST index of periods, which
# took eight times as long as the plain one.
UNIT = "unit.institution_id = ANY (ARRAY[v.parent_id])"
# Nearly all lie in the municipality that answers for them: looked up for the others alone.
PLACE = (
    "CASE WHEN v.municipality_id = v.administrative_municipality_id THEN own.{0}"
    " ELSE (SELECT place.{0} FROM institutions_municipality place WHERE place.id = v.municipality_id) END"
)
# A later version of the same institution that has begun too.
LATER = """
    SELECT FROM institutions_version later
    WHERE later.institution_id = held.institution_id AND later.period >> held.period AND lower(later.period) <= %(on)s
"""
# Which version has begun last, asked in two ways. One by one, which lets a page be read along the indexes:
PAGE = (
    "institutions_version",
    f"WHERE coalesce(lower(v.period) <= %(on)s, true) AND NOT EXISTS ({LATER})".replace("held", "v"),
)
# And all together: those that hold need no look at later ones. A whole register took a fifth less time so.
WHOLE = (
    f"""(
    SELECT * FROM institutions_version WHERE period @> %(on)s
    UNION ALL
    SELECT held.* FROM institutions_version held WHERE upper(held.period) <= %(on)s AND NOT EXISTS ({LATER})
)""",
    "",
)

NOW: str = f"""
SELECT
    i.number, i.level, v.period, v.sort_key, v.latitude, v.longitude, v.legal_ground_derived,
    {", ".join(f"v.{name}" for name in TEXTS)},
    own.code AS administrative_municipality, own.name AS administrative_municipality_name,
    {PLACE.format("code")} AS municipality, {PLACE.format("name")} AS municipality_name,
    above.number AS parent,
    CASE WHEN i.level = 'alternativ adresse' THEN (
        SELECT top.number
        FROM institutions_version unit JOIN institutions_institution top ON top.id = unit.parent_id
        WHERE {UNIT} AND coalesce(lower(unit.period) <= %(on)s, true)
        ORDER BY unit.period DESC LIMIT 1
    ) END AS grandparent,
    into_.number AS absorbed_into
FROM institutions_institution i
JOIN {{versions}} v ON v.institution_id = i.id
LEFT JOIN institutions_institution above ON above.id = v.parent_id
LEFT JOIN institutions_institution into_ ON into_.id = i.absorbed_into_id
LEFT JOIN institutions_municipality own ON own.id = v.administrative_municipality_id
{{where}}
"""

# The version of a number on the day, and the whole state that it stands in, as last told by the event `seq`.
TOLD: str = """
SELECT event.data -> 'after' AS state, one.version
FROM (
    SELECT data FROM registry_event
    WHERE subject = {number} AND seq <= %(seq)s AND data -> 'after' ? 'versions'
    ORDER BY seq DESC LIMIT 1
) event CROSS JOIN LATERAL (
    SELECT version FROM jsonb_array_elements(event.data -> 'after' -> 'versions') WITH ORDINALITY AS t(version, nth)
    WHERE coalesce((version ->> 'from')::date <= %(on)s, true)
    ORDER BY nth DESC LIMIT 1
) one
"""
KNOWN: str = f"""
SELECT
    i.number, i.level, daterange(f."from", f."to") AS period, {{sort_key}} AS sort_key,
    f.latitude, f.longitude, coalesce(f.legal_ground_derived, false) AS legal_ground_derived,
    {", ".join(f"coalesce(f.{name}, '') AS {name}" for name in TEXTS)},
    own.code AS administrative_municipality, own.name AS administrative_municipality_name,
    place.code AS municipality, place.name AS municipality_name,
    f.parent,
    CASE WHEN i.level = 'alternativ adresse' THEN (
        SELECT unit.version ->> 'parent' FROM ({TOLD.replace("{number}", "f.parent")}) unit
    ) END AS grandparent,
    told.state ->> 'absorbed_into' AS absorbed_into
FROM institutions_institution i
CROSS JOIN LATERAL ({TOLD.replace("{number}", "i.number")}) told
CROSS JOIN LATERAL jsonb_to_record(told.version) AS f(
    "from" date, "to" date, parent text, administrative_municipality text, municipality text,
    latitude float8, longitude float8, legal_ground_derived boolean,
    {", ".join(f"{name} text" for name in TEXTS)}
)
LEFT JOIN institutions_municipality own ON own.code = f.administrative_municipality
LEFT JOIN institutions_municipality place ON place.code = f.municipality
"""


def now(*, whole: bool) -> tuple[str, Mapping[str, object]]:
    """The source that reads what is known now, and its parameters; `whole` where most of it will be read."""
    versions, where = WHOLE if whole else PAGE
    return NOW.format(versions=versions, where=where), {}


def known(seq: int) -> tuple[str, Mapping[str, object]]:
    """The source that reads what the ledger said at an event, and its parameters."""
    # The sort key is a generated column: its own expression, given a column of its own to read.
    expression, values = Version._meta.get_field("sort_key").generated_sql(connection)
    keys = {f"sort{nth}": value for nth, value in enumerate(values)}
    made = expression % tuple(f"%({key})s" for key in keys)
    return KNOWN.format(sort_key=f"(SELECT {made} FROM (SELECT f.name) AS t)"), {
        "seq": seq,
        **keys,
    }
