"""Files taken in: a CSV as rows by column name, or a clear refusal of the whole file.

UTF-8 (a BOM is welcome), `;` between fields (`,` and tabulator are understood), quotes as RFC 4180.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Protocol

    class Lines(Protocol):
        """What csv.reader gives."""

        line_num: int

        def __iter__(self) -> Iterator[list[str]]: ...


DELIMITERS = (";", "\t", ",")
# What a file of another kind begins with.
KINDS: Mapping[bytes, str] = {
    b"PK\x03\x04": "Excel/zip",
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
FIELD_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line that it ends on in the file, and its fields by column; `misfit` where they do not fit."""

    line: int
    fields: Mapping[str, str]
    misfit: str = ""

    def check(self) -> None:
        """Raise Refused `forkert_antal_felter` where the row has more or fewer fields than the header."""
        if self.misfit:
            raise Refused("forkert_antal_felter", self.misfit)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's known columns, those that nobody knows, and its rows."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: Sequence[Row]


def read(content: bytes, *, known: Collection[str], required: Sequence[Collection[str]]) -> Sheet:
    """Read a whole CSV. Of each collection in `required` one column at least must be there.

    Raises Refused `tom_fil`, `forkert_tegnsaet`, `ikke_csv`, `forkerte_kolonner`: the file is then refused whole.
    """
    text = _decode(content)
    delimiter = _delimiter(text)
    csv.field_size_limit(FIELD_LIMIT)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(lines)]
        _check_header(header, known=known, required=required)
        rows = list(_rows(lines, header, frozenset(known)))
    except csv.Error as error:
        why = _("Linje %(line)s kan ikke læses som CSV: et anførselstegn står forkert, eller et felt er for langt.")
        raise Refused("ikke_csv", why % {"line": lines.line_num}) from error
    if not rows:
        raise Refused("tom_fil", _("Filen har kolonnenavne, men ingen rækker."))
    columns = tuple(name for name in header if name in known)
    return Sheet(columns, tuple(name for name in header if name not in known), rows)


def _decode(content: bytes) -> str:
    if not content.strip():
        raise Refused("tom_fil", _("Filen er tom."))
    if content.startswith(UTF_16):
        raise Refused("forkert_tegnsaet", _("Filen er i UTF-16. Gem den som »CSV UTF-8«."))
    for magic, kind in KINDS.items():
        if content.startswith(magic):
            raise Refused("ikke_csv", _("Filen er ikke CSV, men %(kind)s. Gem den som »CSV UTF-8«.") % {"kind": kind})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            "forkert_tegnsaet",
            _("Filen er ikke i UTF-8 (linje %(line)s). Gem den som »CSV UTF-8«.") % {"line": line},
        ) from error
    if "\0" in text:
        raise Refused("ikke_csv", _("Filen er ikke CSV: den har tegn, som ikke er tekst."))
    if not text.strip():
        raise Refused("tom_fil", _("Filen er tom."))
    return text


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def _check_header(header: Sequence[str], *, known: Collection[str], required: Sequence[Collection[str]]) -> None:
    missing = [" / ".join(sorted(one)) for one in required if not set(header) & set(one)]
    twice = sorted({name for name in known if header.count(name) > 1})
    if missing:
        raise Refused(
            "forkerte_kolonner",
            _("Filen mangler kolonnen %(missing)s. Den har: %(header)s.")
            % {"missing": ", ".join(missing), "header": ", ".join(header[:12])[:200]},
            suggestions=missing,
        )
    if twice:
        raise Refused("forkerte_kolonner", _("Kolonnen %(twice)s står to gange.") % {"twice": ", ".join(twice)})


def _rows(lines: Lines, header: Sequence[str], known: Collection[str]) -> Iterator[Row]:
    places = [(place, name) for place, name in enumerate(header) if name in known]
    for fields in lines:
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(header):
            misfit = _("Rækken har %(count)s felter; overskriften har %(wanted)s.") % {
                "count": len(fields), "wanted": len(header),
            }  # fmt: skip
            yield Row(lines.line_num, {name: fields[place] for place, name in places if place < len(fields)}, misfit)
            continue
        yield Row(lines.line_num, {name: fields[place] for place, name in places})
