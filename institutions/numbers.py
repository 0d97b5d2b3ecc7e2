"""Institution numbers: their shape, their issue, and what became of one.

Six characters: D and five digits for a daginstitution, G and five digits for an anvisningsenhed
or an alternativ adresse, A and five characters for an institution outside the register. D and G
are issued from a PostgreSQL sequence each and never used again; A is read only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DataError, connection
from django.utils.translation import gettext as _

from institutions.models import Institution, Level
from registry import prepared
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SHAPE = re.compile(r"[DG][0-9]{5}|A[0-9A-Z]{5}")
PREFIXES: Mapping[str, str] = {
    Level.DAGINSTITUTION: "D",
    Level.ANVISNINGSENHED: "G",
    Level.ALTERNATIV_ADRESSE: "G",
    Level.UDENFOR: "A",
}
COLUMNS = [field.attname for field in Institution._meta.concrete_fields]
MANY = 10  # keys, from which the plan for one is not the best
SEQUENCES: Mapping[str, str] = {"D": "institutions_d_number", "G": "institutions_g_number"}


def clean(text: str) -> str:
    """The number as the register writes it: no spaces, capital letters.

    Raises Refused `ugyldigt_nummer` where the text has not the shape of a number.
    """
    number = re.sub(r"[\s\-.]", "", text).upper()
    if not SHAPE.fullmatch(number):
        raise Refused(
            "ugyldigt_nummer",
            _("»%(text)s« er ikke et institutionsnummer: et bogstav (A, D eller G) og fem tegn, fx G23218.")
            % {"text": text[:40]},
            field="number",
            value=text,
        )
    return number


def belongs_to(number: str, level: str) -> bool:
    """Whether the number has the prefix of the level."""
    return number.startswith(PREFIXES[level])


def issue(level: str, count: int = 1) -> list[str]:
    """Issue numbers, in ascending order. A number once issued is gone, also when nothing comes of it.

    Raises Refused `nummer_uden_for_registeret` for an A-number, `numre_opbrugt` where the five digits are used up.
    """
    prefix = PREFIXES[level]
    if prefix not in SEQUENCES:
        raise Refused("nummer_uden_for_registeret", _("Registeret udsteder ikke A-numre."))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCES[prefix], count])
            return [f"{prefix}{value:05d}" for value in sorted(row[0] for row in cursor.fetchall())]
    except DataError as error:
        raise Refused(
            "numre_opbrugt",
            _("Der er ikke %(count)s %(prefix)s-numre tilbage af de 99.999.") % {"count": count, "prefix": prefix},
        ) from error


def continue_after(numbers: Iterable[str]) -> None:
    """Let the sequences go on after the highest of these; they never go back."""
    numbers = list(numbers)
    for prefix, sequence in SEQUENCES.items():
        highest = max((int(number[1:]) for number in numbers if number.startswith(prefix)), default=0)
        with connection.cursor() as cursor:
            # Draws the numbers up to it: setval would take back those that another one is issued meanwhile.
            cursor.execute(
                f"SELECT count(nextval(%s)) FROM generate_series((SELECT last_value FROM {sequence}) + 1, %s)",  # noqa: S608
                [sequence, highest],
            )


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of a number: the institution that it names, and the one that it is today."""

    asked: Institution
    today: Institution
    steps: tuple[Institution, ...]


def resolve(text: str) -> Resolved:
    """Follow a number to the institution that it is today: any number that was ever issued, for ever.

    Raises Refused `ugyldigt_nummer` where it is malformed, `ukendt_nummer` where it was never issued.
    """
    number = clean(text)
    resolved = resolve_many([number]).get(number)
    if resolved is None:
        raise unknown(number)
    return resolved


def unknown(number: str) -> Refused:
    """The refusal of a number that was never issued."""
    detail = _("%(number)s er aldrig udstedt af registeret.") % {"number": number}
    return Refused("ukendt_nummer", detail, field="number", value=number)


def resolve_many(numbers: Iterable[str]) -> dict[str, Resolved]:
    """Follow many well-formed numbers; those never issued are left out."""
    asked = {one.number: one for one in _read("number", set(numbers))}
    seen = {one.pk: one for one in asked.values()}
    wanted = {one.absorbed_into_id for one in seen.values() if one.absorbed_into_id} - seen.keys()
    while wanted:
        seen |= {one.pk: one for one in _read("id", wanted)}
        wanted = {one.absorbed_into_id for one in seen.values() if one.absorbed_into_id} - seen.keys()
    return {number: _follow(one, seen) for number, one in asked.items()}


def _read(by: str, keys: Collection[str | int]) -> list[Institution]:
    """Institutions by a column. A number is followed in nearly every call of the interfaces."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM institutions_institution WHERE {by} = ANY(%(keys)s)"  # noqa: S608
    found = prepared.rows(sql, {"keys": list(keys)}, keep=len(keys) < MANY)
    return [Institution.from_db(connection.alias, COLUMNS, row) for row in found]


def _follow(asked: Institution, seen: Mapping[int, Institution]) -> Resolved:
    steps = [asked]
    while steps[-1].absorbed_into_id:
        steps.append(seen[steps[-1].absorbed_into_id])
    return Resolved(asked, steps[-1], tuple(steps))
