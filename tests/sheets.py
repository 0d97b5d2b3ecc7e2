"""Files to take in: rows of the register's own CSV and of the A-number file, as a municipality would write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from institutions.columns import COLUMNS, LEGACY_COLUMNS
from institutions.demo.sheets import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.verdicts import Report

type Row = dict[str, str]

ADDRESS: Row = {
    "kommuneKode": "101", "vejNavn": "Lærkevej", "husNummer": "7", "postNummer": "2400", "byNavn": "København NV",
    "geoBredde": "55.7", "geoLaengde": "12.53",
}  # fmt: skip


def top(number: str = "D10001", **given: str) -> Row:
    """A municipal daginstitution in København."""
    return {
        "dagtilbudsType": "daginstitution", "daginstitutionsNummer": number, "dagtilbudsNavn": "Klynge Nord",
        "aktivitetsstatus": "Aktiv", "ejerformKode": "1", "lovgrundlagKode": "10", "admKommuneKode": "101",
    } | given  # fmt: skip


def unit(number: str = "G10500", *, parent: str = "D10001", **given: str) -> Row:
    """An age-integrated unit under it."""
    return {
        "dagtilbudsType": "anvisningsenhed", "daginstitutionsNummer": parent, "anvisningsenhedsNummer": number,
        "dagtilbudsNavn": "Lærkereden", "aktivitetsstatus": "Aktiv", "instType3": "6012", "ejerformKode": "1",
        "lovgrundlagKode": "10", "admKommuneKode": "101", "pNummer": "1990000017", **ADDRESS,
    } | given  # fmt: skip


def alternative(number: str = "G10600", *, parent: str = "G10500", **given: str) -> Row:
    """An alternative address of that."""
    return {
        "dagtilbudsType": "alternativ adresse", "anvisningsenhedsNummer": parent, "alternativAdresseNummer": number,
        "dagtilbudsNavn": "Lærkereden, udflytter", "aktivitetsstatus": "Aktiv", "admKommuneKode": "101", **ADDRESS,
    } | given  # fmt: skip


def outside(number: str = "A10001", **given: str) -> Row:
    """An institution outside the register."""
    return {
        "institutionsNummer": number, "navn": "LÆRKEREDEN", "adresse": "Lærkevej 7", "postNummer": "2400",
        "byNavn": "Kbh. NV", "kommune": "København",
    } | given  # fmt: skip


def register(*rows: Row) -> bytes:
    """The combined file."""
    return sheet(COLUMNS, rows)


def legacy(*rows: Row) -> bytes:
    """The A-number file."""
    return sheet(LEGACY_COLUMNS, rows)


def verdicts(report: Report) -> list[tuple[str, str]]:
    """Each row's number and verdict, in the file's order."""
    return [(one.subject, str(one.verdict.value)) for one in report.decisions]


def wrong(report: Report) -> list[tuple[str, str]]:
    """Code and field of everything that refused a row."""
    return [(one.code, one.field) for decision in report.decisions for one in decision.problems]


def remarked(report: Report) -> list[tuple[str, str, str]]:
    """Number, code and field of everything wrong with a row that was kept."""
    return [(told.subject, one.code, one.field) for told in report.decisions for one in told.remarks]


def lines(*parts: Iterable[str]) -> bytes:
    """A file written line by line, fields between semicolons."""
    return "\r\n".join(";".join(part) for part in parts).encode("utf-8-sig")
