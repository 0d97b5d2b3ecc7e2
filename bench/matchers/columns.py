"""A labelled set as the cleaned columns that a record linkage tool wants. Standard library alone."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    "unique_id", "stem", "kind", "street", "house", "postcode", "town", "municipality", "cvr", "p_number", "phone",
    "mail",
)  # fmt: skip
# Words for what it is, and the kind that they say; a tool that is not told cannot see it.
_KINDS = (
    ("dagpleje", r"\w*dagpleje\w*"), ("school", r"\w*skole\w*|sfo"), ("church", r"\w*kirke"),
    ("club", r"\w*klub\w*|fritid\w*|fh"), ("other", r"kulturhus\w*|bibliotek\w*|\w*forening\w*|plejecent\w*|hallen"),
    ("nursery", r"vug\w*|vst"), ("kindergarten", r"\w*boerneh(?:ave\w*)|bh"),
    ("house", r"boerneh(?:us\w*)|bhs|daginst\w*|int\w*|integrer\w*|dagtilbud\w*|boernegaard\w*|landsbyordning\w*"),
)  # fmt: skip
_PATTERNS = [(kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _KINDS]
_EMPTY = re.compile(r"\b(?:den|det|dsi|dii|selvejende|institution\w*|inst|afd|afdeling|kommunes?)\b")
_HOUSE = re.compile(r"\b(\d+)\s?([a-z]?)\b")
_FOLDED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae", "ü": "u"})


def register(folder: Path) -> list[tuple[str | None, ...]]:
    """The register's rows. Left out is a daginstitution with the name of a unit of its own."""
    rows = list(_rows(folder / "register.csv"))
    below = {(row["daginstitutionsNummer"], row["dagtilbudsNavn"]) for row in rows if row["anvisningsenhedsNummer"]}
    return [
        _row(
            row["alternativAdresseNummer"] or row["anvisningsenhedsNummer"] or row["daginstitutionsNummer"],
            row["dagtilbudsNavn"], f"{row['vejNavn']} {row['husNummer']}", row["kommuneKode_Tekst"], row,
        )
        for row in rows
        if row["dagtilbudsType"] != "daginstitution"
        or (row["daginstitutionsNummer"], row["dagtilbudsNavn"]) not in below
    ]  # fmt: skip


def legacy(folder: Path) -> list[tuple[str | None, ...]]:
    """The rows of the A-numbers."""
    return [
        _row(row["institutionsNummer"], row["navn"], row["adresse"], row["kommune"], row)
        for row in _rows(folder / "a-numre.csv")
    ]


def truth(folder: Path) -> dict[str, str]:
    """The right number of each A-number; empty where it has none."""
    return {row["a_id"]: row["g_id"] for row in _rows(folder / "truth.csv", ",")}


def _rows(path: Path, delimiter: str = ";") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _row(number: str, name: str, line: str, municipality: str, row: dict[str, str]) -> tuple[str | None, ...]:
    stem, kind = _name(name)
    street, house = _address(line)
    phone = re.sub(r"\D", "", row["telefonNummer"])[-8:]
    said = (
        number, stem, kind, street, house, row["postNummer"].strip(), _letters(row["byNavn"]).replace(" ", ""),
        re.sub(r"kommunes?$", "", _letters(municipality).replace(" ", "")), row["cvrNummer"], row["pNummer"], phone,
        row["email"].strip().lower(),
    )  # fmt: skip
    return tuple(one or None for one in said)


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().translate(_FOLDED)))


def _name(name: str) -> tuple[str, str]:
    letters = _letters(name)
    stem, said = letters, ""
    for kind, pattern in _PATTERNS:
        if pattern.search(stem):
            said = said or kind
            stem = pattern.sub(" ", stem)
    stem = " ".join(_EMPTY.sub(" ", stem).split())
    return stem or letters, said


def _address(line: str) -> tuple[str, str]:
    letters = _letters(line)
    house = _HOUSE.search(letters)
    street = re.sub(r"[^a-z]", "", letters[: house.start()] if house else letters)
    street = re.sub(r"(?:vej|v)$", "v", re.sub(r"(?:gade|gd)$", "g", re.sub(r"alle$", "al", street)))
    return street, f"{house[1]}{house[2]}" if house else ""
