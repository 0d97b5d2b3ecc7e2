"""What DAR knows of an address and CVR of a P-number, behind small protocols: today from files, which need no network.

Whoever asks must be ready for `Unavailable`: a source that is down says nothing of what was asked.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Unavailable(Exception):  # noqa: N818 - a state of the source
    """The source cannot be asked now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a source knows under a key, in the register's own names of facts; what it does not say is left out."""

    key: str
    facts: Mapping[str, str]


class Source(Protocol):
    """Looks many keys up at once."""

    def find(self, keys: Collection[str]) -> Mapping[str, Known]:
        """What is known of the keys; those that are not known are left out. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class File:
    """A CSV (UTF-8, `;`) with a column for the key and one for each fact, by the columns' names."""

    path: Path | None
    key: str
    columns: Mapping[str, str]

    def find(self, keys: Collection[str]) -> Mapping[str, Known]:
        """Read from the file as it is now."""
        if self.path is None:
            raise Unavailable
        wanted = {key.lower() for key in keys}
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file, delimiter=";")
                found = [self._known(row) for row in rows if (row.get(self.key) or "").lower() in wanted]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise Unavailable from error
        return {one.key: one for one in found}

    def _known(self, row: Mapping[str, str]) -> Known:
        facts = {fact: row[column] for column, fact in self.columns.items() if row.get(column)}
        return Known(row[self.key].lower(), facts)


DAR_COLUMNS = {"vejNavn": "street", "husNummer": "house_number", "postNummer": "postcode", "byNavn": "town"}
CVR_COLUMNS = {"cvrNummer": "cvr_number"}


def dar() -> Source:
    """Addresses, by `dawaId`."""
    return File(_path(settings.DAR_FILE), "dawaId", DAR_COLUMNS)


def cvr() -> Source:
    """Workplaces, by `pNummer`."""
    return File(_path(settings.CVR_FILE), "pNummer", CVR_COLUMNS)


def _path(text: str) -> Path | None:
    return Path(text) if text else None
