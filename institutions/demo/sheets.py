"""Rows as the files that the importers take in: UTF-8 with BOM, `;`, CRLF."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def sheet(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV of the rows; a column that a row does not name is empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
