"""A labelled set of matching (register.csv, a-numre.csv, truth.csv) laid into the tables as what holds today."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db import connection

from bench.material import population
from institutions.models import Level, Municipality

type Row = Mapping[str, str]

SINCE = "[2019-08-01,)"
SEARCHED = ("versions_by_words",)
_INSTITUTIONS = "COPY institutions_institution (id, number, level) FROM STDIN"
_COLUMNS = (
    "id", "institution_id", "period", "parent_id", "name", "institution_type", "ownership", "legal_ground",
    "legal_ground_derived", "municipality_id", "municipality_text", "street", "house_number", "floor", "door",
    "postcode", "town", "supplementary_town", "dar_id", "cvr_number", "p_number", "email", "phone", "closing_cause",
)  # fmt: skip
_VERSIONS = f"COPY institutions_version ({', '.join(_COLUMNS)}) FROM STDIN"
_OF_LEVEL = {
    "daginstitution": ("daginstitutionsNummer", ""),
    "anvisningsenhed": ("anvisningsenhedsNummer", "daginstitutionsNummer"),
    "alternativ adresse": ("alternativAdresseNummer", "anvisningsenhedsNummer"),
}
REGISTER, LEGACY, TRUTH = "register.csv", "a-numre.csv", "truth.csv"


def rows(path: Path, delimiter: str = ";") -> Iterator[dict[str, str]]:
    """The rows of one of a set's files."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def truth(folder: Path) -> dict[str, str]:
    """The right number of each A-number; empty where it has none."""
    return {row["a_id"]: row["g_id"] for row in rows(folder / TRUTH, ",")}


def lay_out(folder: Path) -> None:
    """Make the tables hold a set and nothing else, without keys. Indexes for lists and searches are left out."""
    population.empty()
    with connection.cursor() as cursor:
        for index in SEARCHED:
            cursor.execute(f"DROP INDEX IF EXISTS {index}")
        cursor.execute("ALTER TABLE institutions_version DISABLE TRIGGER ALL")
        places = _copy_institutions(folder)
        _copy_versions(folder, places)
        cursor.execute("ALTER TABLE institutions_version ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE institutions_institution, institutions_version")


def _copy_institutions(folder: Path) -> dict[str, int]:
    places: dict[str, int] = {}
    with connection.cursor() as cursor, cursor.copy(_INSTITUTIONS) as copy:
        for number, level in _numbers(folder):
            places[number] = len(places) + 1
            copy.write_row((places[number], number, level))
    return places


def _numbers(folder: Path) -> Iterator[tuple[str, str]]:
    for row in rows(folder / REGISTER):
        yield row[_OF_LEVEL[row["dagtilbudsType"]][0]], row["dagtilbudsType"]
    for row in rows(folder / LEGACY):
        yield row["institutionsNummer"], Level.UDENFOR


def _copy_versions(folder: Path, places: Mapping[str, int]) -> None:
    municipalities = dict(Municipality.objects.values_list("code", "pk"))
    with connection.cursor() as cursor, cursor.copy(_VERSIONS) as copy:
        for row in rows(folder / REGISTER):
            own, above = _OF_LEVEL[row["dagtilbudsType"]]
            place = places[row[own]]
            parent = places.get(row[above]) if above else None
            where = municipalities.get(row["kommuneKode"])
            copy.write_row((
                place, place, SINCE, parent, row["dagtilbudsNavn"], row["instType3"], row["ejerformKode"], "", False,
                where, "" if where else row["kommuneKode_Tekst"], row["vejNavn"], row["husNummer"], "", "",
                row["postNummer"], row["byNavn"], "", "", row["cvrNummer"], row["pNummer"], row["email"],
                row["telefonNummer"], "",
            ))  # fmt: skip
        for row in rows(folder / LEGACY):
            place = places[row["institutionsNummer"]]
            copy.write_row((
                place, place, SINCE, None, row["navn"] or "?", "", "", "", False, None, row["kommune"],
                row["adresse"], "", "", "", row["postNummer"], row["byNavn"], "", "", row["cvrNummer"], row["pNummer"],
                row["email"], row["telefonNummer"], "",
            ))  # fmt: skip
