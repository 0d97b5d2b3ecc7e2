"""Which A-number may be which institution in the register: a simple proposal, made by the database in one go.

Each reason has a weight, and a pair's score is their sum, never above 1. A proposal only: people decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import access
from institutions.models import Candidate, Institution, Level
from registry import copying, periods

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from institutions.access import Person

LEAST_SCORE = 0.2
PER_LEGACY = 5  # proposals kept for each A-number
LIKE_NAMES = 0.3  # the least similarity of names (pg_trgm) that is evidence
# Words that half of the names have, and that therefore say nothing.
PLAIN_WORDS = (
    "boernehave|boernehaven|boernehus|boernehuset|vuggestue|vuggestuen|dagpleje|dagplejen|daginstitution|"
    "daginstitutionen|institution|institutionen|integreret|integrerede|aldersintegreret|fritidshjem|klub|klubben|"
    "den|det|selvejende|kommunal|kommune|afd|afdeling|og|i"
)
WEIGHTS = {
    "p_number": 0.45,
    "same_name": 0.40,
    "like_name": 0.35,
    "address": 0.30,
    "street": 0.10,
    "phone": 0.20,
    "postcode": 0.10,
    "cvr": 0.10,
    "other_p_number": -0.25,
    "other_address": -0.10,
}
PHRASES = {
    "p_number": gettext_lazy("samme P-nummer"),
    "same_name": gettext_lazy("samme navn"),
    "address": gettext_lazy("samme adresse"),
    "phone": gettext_lazy("samme telefon"),
    "postcode": gettext_lazy("samme postnummer"),
    "cvr": gettext_lazy("samme CVR-nummer"),
    "other_p_number": gettext_lazy("forskellige P-numre"),
    "other_address": gettext_lazy("forskellige veje"),
}

_RECORDS = """
CREATE TEMPORARY TABLE _records ON COMMIT DROP AS
SELECT i.id, i.number, i.level,
       trim(regexp_replace(regexp_replace(split_part(fold.name, '(', 1), '[^a-z0-9]+', ' ', 'g'),
                           '\\m({words})\\M', ' ', 'g')) AS stem,
       regexp_replace(fold.name, '[^a-z0-9]+', ' ', 'g') AS name,
       regexp_replace(fold.address, '[^a-z0-9]+', '', 'g') AS address,
       regexp_replace(split_part(regexp_replace(fold.address, '[0-9]', '#'), '#', 1), '[^a-z]+', '', 'g') AS street,
       substring(v.postcode from '[0-9]{{4}}') AS postcode,
       nullif(regexp_replace(v.p_number, '[^0-9]', '', 'g'), '') AS p_number,
       nullif(regexp_replace(v.cvr_number, '[^0-9]', '', 'g'), '') AS cvr,
       nullif(right(regexp_replace(v.phone, '[^0-9]', '', 'g'), 8), '') AS phone,
       coalesce(v.administrative_municipality_id, v.municipality_id) AS municipality
FROM institutions_version v
JOIN institutions_institution i ON i.id = v.institution_id
CROSS JOIN LATERAL (SELECT
    replace(replace(replace(lower(translate(v.name, 'ÆØÅÄÖÉ', 'æøåæøe')), 'æ', 'ae'), 'ø', 'oe'), 'å', 'aa') AS name,
    replace(replace(replace(lower(translate(v.street || ' ' || v.house_number, 'ÆØÅÄÖÉ', 'æøåæøe')),
            'æ', 'ae'), 'ø', 'oe'), 'å', 'aa') AS address) AS fold
WHERE v.period @> %s AND i.level <> %s AND i.absorbed_into_id IS NULL
"""
# Each alone is a hash join; one join on any of them compared every record with every other.
_BLOCK = """
SELECT a.id AS a, g.id AS g FROM _records a JOIN _records g ON a.{name} = g.{name}
WHERE a.level = %(outside)s AND g.level <> %(outside)s AND a.{name}::text <> ''
"""
_BLOCKS = ("postcode", "municipality", "p_number", "phone", "name", "address")
_PAIRS = """
SELECT * FROM (SELECT a.id AS legacy, g.id AS proposed, a.number AS a_number, g.number AS g_number,
       a.p_number = g.p_number AS p_number, a.p_number <> g.p_number AS other_p_number,
       a.name = g.name AS same_name,
       greatest(similarity(a.name, g.name),
                CASE WHEN a.stem <> '' AND g.stem <> '' THEN similarity(a.stem, g.stem) END) AS likeness,
       a.address = g.address AND a.address <> '' AS address,
       a.street = g.street AND a.street <> '' AS street,
       a.street <> '' AND g.street <> '' AND similarity(a.street, g.street) < 0.4 AS other_address,
       a.phone = g.phone AS phone, a.postcode = g.postcode AS postcode,
       a.cvr = g.cvr AND shared.units <= 3 AS cvr
FROM ({pairs}) AS pair
JOIN _records a ON a.id = pair.a
JOIN _records g ON g.id = pair.g
LEFT JOIN (SELECT cvr, count(*) AS units FROM _records WHERE level <> %(outside)s GROUP BY cvr) AS shared
     ON shared.cvr = g.cvr
) AS evidence
WHERE p_number OR phone OR address OR likeness >= {like}
ORDER BY a_number, g_number
"""


def waiting(person: Person) -> QuerySet[Candidate]:
    """The proposed pairs that nobody has consolidated since, best first, for STIL's staff. Raises Refused."""
    return access.candidates(person).filter(legacy__absorbed_into__isnull=True)


@transaction.atomic
def find_duplicates() -> int:
    """Refresh the queue of proposed pairs; gives how many there are. The same register gives the same queue."""
    with connection.cursor() as cursor:
        # Two refreshes at once would propose a pair twice.
        cursor.execute("LOCK TABLE institutions_candidate IN SHARE ROW EXCLUSIVE MODE")
    Candidate.objects.all().delete()
    found = list(_best(periods.today()))
    keys = copying.take_keys(Candidate, len(found)) if found else []
    for key, candidate in zip(keys, found, strict=True):
        candidate.pk = key
    copying.insert(Candidate, found)
    return len(found)


def _best(on: date) -> Iterator[Candidate]:
    """The best proposals for each A-number, best first."""
    by_legacy: dict[int, list[Candidate]] = {}
    for candidate in _scored(on):
        by_legacy.setdefault(candidate.legacy_id, []).append(candidate)
    numbers = dict(Institution.objects.values_list("pk", "number"))
    for proposals in by_legacy.values():
        proposals.sort(key=lambda one: (-one.score, numbers[one.proposed_id]))
        yield from proposals[:PER_LEGACY]


def _scored(on: date) -> Iterator[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS _records")
        cursor.execute(_RECORDS.format(words=PLAIN_WORDS), [on, Level.DAGINSTITUTION])
        cursor.execute("ANALYZE _records")
        blocks = " UNION ".join(_BLOCK.format(name=name) for name in _BLOCKS)
        cursor.execute(_PAIRS.format(pairs=blocks, like=LIKE_NAMES), {"outside": Level.UDENFOR})
        columns = [column.name for column in cursor.description or ()]
        for legacy, proposed, _a, _g, *evidence in cursor.fetchall():
            reasons = _reasons(dict(zip(columns[4:], evidence, strict=True)))
            score = round(min(1.0, sum(weight for _text, weight in reasons)), 2)
            if score >= LEAST_SCORE:
                told = [{"tekst": text, "vaegt": weight} for text, weight in sorted(reasons, key=lambda one: -one[1])]
                yield Candidate(legacy_id=legacy, proposed_id=proposed, score=score, reasons=told)


def _reasons(evidence: dict[str, Any]) -> list[tuple[str, float]]:
    """What speaks for and against a pair, each with its weight."""
    reasons = [(str(text), WEIGHTS[name]) for name, text in PHRASES.items() if evidence[name]]
    likeness = evidence["likeness"] or 0
    if not evidence["same_name"] and likeness >= LIKE_NAMES:
        text = _("navnene ligner hinanden (%(share)d %%)") % {"share": round(100 * likeness)}
        reasons.append((text, round(WEIGHTS["like_name"] * likeness, 2)))
    if evidence["street"] and not evidence["address"]:
        reasons.append((_("samme vej"), WEIGHTS["street"]))
    return reasons
