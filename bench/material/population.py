"""An invented register of any size, written straight into the tables: what is measured is reading it."""

from django.db import connection

from institutions.models import Version

SEARCH = next(index for index in Version._meta.indexes if index.name == "versions_by_words")
TABLES = "registry_event, institutions_version, institutions_institution"

# One in six a daginstitution, one in twelve an alternative address, the rest units; numbers are hexadecimal, for
# there are more of them than five digits name. One in ten has closed. Texts are as long as the real ones.
INSTITUTIONS = """
INSERT INTO institutions_institution (id, number, level)
SELECT n, CASE WHEN n %% 6 = 0 THEN 'D' ELSE 'G' END || upper(lpad(to_hex(n), 5, '0')),
    CASE WHEN n %% 6 = 0 THEN 'daginstitution' WHEN n %% 12 = 1 THEN 'alternativ adresse' ELSE 'anvisningsenhed' END
FROM generate_series(0, %(count)s - 1) n
"""
VERSIONS = """
INSERT INTO institutions_version (
    id, institution_id, period, parent_id, name, institution_type, ownership, legal_ground, legal_ground_derived,
    administrative_municipality_id, municipality_id, municipality_text, street, house_number, floor, door, postcode,
    town, supplementary_town, dar_id, latitude, longitude, cvr_number, p_number, email, phone, closing_cause
)
SELECT
    i.id, i.id,
    daterange('2019-08-01'::date + i.id::int % 1000, CASE WHEN i.id % 10 = 7 THEN '2025-01-01'::date END),
    CASE i.level WHEN 'anvisningsenhed' THEN i.id - i.id % 6 WHEN 'alternativ adresse' THEN i.id + 1 END,
    'Børnehuset ' || substr(md5(i.id::text), 1, 16), CASE i.level WHEN 'anvisningsenhed' THEN '6012' ELSE '' END,
    CASE i.level WHEN 'alternativ adresse' THEN '' ELSE '1' END,
    CASE i.level WHEN 'alternativ adresse' THEN '' ELSE '10' END, i.level = 'anvisningsenhed',
    own.id, own.id, '', 'Kong Valdemars Vej', (i.id % 300)::text, '', '', '8000', 'Aarhus C', '',
    gen_random_uuid()::text, 54.5 + i.id % 1000 * 0.00317, 8.1 + i.id % 1000 * 0.00413, '29189846',
    '10' || lpad(i.id::text, 8, '0'), 'hus' || i.id || '@eksempel.dk', '86 12 34 56',
    CASE WHEN i.id % 10 = 7 THEN 'nedlagt' ELSE '' END
FROM institutions_institution i
JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS nth FROM institutions_municipality) own
    ON own.nth = i.id % (SELECT count(*) FROM institutions_municipality)
"""


def empty() -> None:
    """Take every institution and event away. The trigger refuses it, so it is put aside: this is a scratch database."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")
        # Only in a scratch database are numbers ever issued again: some rounds of imports would use them up.
        cursor.execute("SELECT setval('institutions_d_number', 10000), setval('institutions_g_number', 10431)")


def fill(count: int) -> None:
    """Make the register hold `count` institutions of one version each, and no others, without an index to search by.

    Filling that index took two thirds of the time, and no export reads it.
    """
    empty()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {SEARCH.name}")
        cursor.execute(INSTITUTIONS, {"count": count})
        cursor.execute(VERSIONS)
        cursor.execute("VACUUM ANALYZE institutions_institution, institutions_version")


def restore() -> None:
    """Leave an empty register with all its indexes."""
    empty()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {SEARCH.name}")
    with connection.schema_editor() as editor:
        editor.add_index(Version, SEARCH)
