"""Every number that was ever issued and what it is today: a small file for those who look up without a net."""

from __future__ import annotations

import codecs
import csv
import io
from typing import IO, TYPE_CHECKING, Any

from institutions.columns import ACTIVE, CLOSED, COMING
from institutions.exporting import states

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

COLUMNS = ("institutionsNummer", "nytNummer", "status", "aarsag", "efterfoelgere")


def write(out: IO[bytes], seq: int, on: date) -> Iterator[int]:
    """Write the numbers as known at an event: CSV as the register's own. Yields the number of rows.

    `status`, `aarsag` and `efterfoelgere` (separated by spaces) are those of the number that it is today.
    """
    steps: dict[str, str] = {}
    fates: dict[str, tuple[str, ...]] = {}
    for one in states.known(seq):
        number = one["institutionsNummer"]
        if one["konsolideretTil"]:
            steps[number] = one["konsolideretTil"]
        fates[number] = (*status(one["versioner"], on.isoformat()), " ".join(one["efterfoelgere"]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number in fates:
        today = number
        while today in steps:
            today = steps[today]
        writer.writerow([number, today, *fates[today]])
    out.write(codecs.BOM_UTF8 + text.getvalue().encode())
    yield len(fates)


def status(versions: list[Mapping[str, Any]], day: str) -> tuple[str, str]:
    """The status on a day (ISO) of an institution with some versions, and where it is closed the cause."""
    begun = [one for one in versions if not one["gyldigFra"] or one["gyldigFra"] <= day]
    if not begun:
        return COMING, ""
    last = begun[-1]
    if last["gyldigTil"] and last["gyldigTil"] <= day:
        return CLOSED, last.get("aarsag", "")
    return ACTIVE, ""
