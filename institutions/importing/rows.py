"""Rows of the register's own CSV as what they want: a level, a number, a parent, facts, a period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import facts, numbers
from institutions.columns import ACTIVE, CLOSED, COLUMNS, FACTS, MORE_FACTS, NUMBERS
from institutions.models import Level
from registry import spreadsheets
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from institutions.codes import Codes
    from registry.spreadsheets import Row, Sheet

TYPES: Mapping[str, str] = {
    "daginstitution": Level.DAGINSTITUTION,
    "anvisningsenhed": Level.ANVISNINGSENHED,
    "alternativ adresse": Level.ALTERNATIV_ADRESSE,
    "alternativadresse": Level.ALTERNATIV_ADRESSE,
}
TOP_DOWN = (Level.DAGINSTITUTION, Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)
# The column of a row's parent, by the row's level.
PARENTS: Mapping[str, str] = {
    Level.ANVISNINGSENHED: NUMBERS[Level.DAGINSTITUTION],
    Level.ALTERNATIV_ADRESSE: NUMBERS[Level.ANVISNINGSENHED],
}
MUNICIPALITIES = frozenset({"admKommuneKode", "kommuneKode"})
COORDINATES = frozenset({"geoBredde", "geoLaengde"})


@dataclass(slots=True)
class Wanted:
    """What a row wants. `problems` are why it cannot be read so."""

    line: int
    level: str = ""
    number: str = ""
    parent: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    closed: bool = False
    # Whether it says so: one that is closed may be opened again by it.
    active: bool = False
    start: date | None = None
    end: date | None = None
    # What a vendor calls it, and what it stands under where that is new too.
    external: str = ""
    parent_external: str = ""
    problems: list[Refused] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name, for whoever reads the verdict."""
        return str(self.facts.get("name", ""))


def read(content: bytes, *, tables: Codes) -> tuple[Sheet, list[Wanted]]:
    """Every row of a file. Raises Refused where the file must be refused whole."""
    sheet = spreadsheets.read(content, known=COLUMNS, required=[NUMBERS.values(), ["dagtilbudsNavn"]])
    return sheet, parse(sheet.rows, tables=tables)


def parse(rows: Iterable[Row], *, tables: Codes) -> list[Wanted]:
    """Rows by column name as what they want. Raises Refused where they must be refused whole."""
    wanted = [_parse(row, tables) for row in rows]
    refuse_twice((one.number, one.line) for one in wanted)
    return wanted


def refuse_twice(lines: Iterable[tuple[str, int]]) -> None:
    """Raise Refused `nummer_to_gange` where two rows of a file have one number."""
    lines = [(number, line) for number, line in lines if number]
    twice = [number for number, count in Counter(number for number, _line in lines).items() if count > 1]
    if twice:
        where = [line for number, line in lines if number == twice[0]]
        raise Refused(
            "nummer_to_gange",
            _("%(number)s står i flere rækker (linje %(lines)s).")
            % {"number": twice[0], "lines": ", ".join(map(str, where))},
            value=twice[0],
        )


def _parse(row: Row, tables: Codes) -> Wanted:
    wanted = Wanted(row.line)
    if row.misfit:
        wanted.problems.append(Refused("forkert_antal_felter", row.misfit))
        return wanted
    texts = {column: value.strip() for column, value in row.fields.items()}
    for step in (_level, _numbers, _validity):
        try:
            step(wanted, texts)
        except Refused as refused:
            if refused.code == "forkert_praefiks":
                raise
            wanted.problems.append(refused)
    for column, name in (FACTS | MORE_FACTS).items():
        if column in texts:
            _fact(wanted, column, name, texts[column], tables)
    wanted.problems += facts.too_long({**facts.EMPTY, **wanted.facts})
    if not texts.get("dagtilbudsNavn", wanted.number):
        wanted.problems.append(Refused("mangler", _("Navnet mangler."), field="name"))
    return wanted


def _level(wanted: Wanted, texts: Mapping[str, str]) -> None:
    if said := texts.get("dagtilbudsType", "").lower():
        if said not in TYPES:
            raise Refused(
                "ukendt_kode",
                _("»%(said)s« er ikke en dagtilbudsType.") % {"said": said[:40]},
                field="level", value=said, suggestions=list(TYPES)[:3],
            )  # fmt: skip
        wanted.level = TYPES[said]
        return
    filled = [level for level in TOP_DOWN if texts.get(NUMBERS[level])]
    if not filled:
        raise Refused("mangler", _("Rækken har hverken dagtilbudsType eller nummer."), field="number")
    wanted.level = filled[-1]


def _numbers(wanted: Wanted, texts: Mapping[str, str]) -> None:
    if not wanted.level:
        return
    own = texts.get(NUMBERS[wanted.level], "")
    above = texts.get(PARENTS.get(wanted.level, ""), "")
    if own:
        wanted.number = numbers.clean(own)
        _check_prefix(wanted, wanted.number, wanted.level)
    if above:
        wanted.parent = numbers.clean(above)
        _check_prefix(wanted, wanted.parent, TOP_DOWN[TOP_DOWN.index(Level(wanted.level)) - 1])


def _check_prefix(wanted: Wanted, number: str, level: str) -> None:
    if not numbers.belongs_to(number, level):
        raise Refused(
            "forkert_praefiks",
            _("Linje %(line)s: %(number)s står som %(level)s, men har et andet niveaus bogstav.")
            % {"line": wanted.line, "number": number, "level": level},
            field="number",
            value=number,
        )


def _validity(wanted: Wanted, texts: Mapping[str, str]) -> None:
    status = texts.get("aktivitetsstatus", "")
    wanted.closed = status.lower() == CLOSED.lower()
    wanted.active = status.lower() == ACTIVE.lower()
    if status and not wanted.closed and not wanted.active:
        raise Refused(
            "ukendt_kode",
            _("»%(status)s« er ikke en aktivitetsstatus: skriv %(active)s eller %(closed)s.")
            % {"status": status[:40], "active": ACTIVE, "closed": CLOSED},
            field="aktivitetsstatus", value=status, suggestions=[ACTIVE, CLOSED],
        )  # fmt: skip
    wanted.start = day(texts.get("gyldigFra", ""), field="gyldigFra")
    wanted.end = day(texts.get("gyldigTil", ""), field="gyldigTil")
    if wanted.start and wanted.end and wanted.end <= wanted.start:
        raise Refused("ugyldig_vaerdi", _("gyldigTil skal ligge efter gyldigFra."), field="gyldigTil")


def day(text: str, *, field: str) -> date | None:
    """A day written 2026-03-27; None where nothing stands. Raises Refused `ugyldig_vaerdi`."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date() if len(text) > len("2026-03-27") else date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            "ugyldig_vaerdi",
            _("»%(text)s« er ikke en dag; skriv fx 2026-03-27.") % {"text": text[:40]},
            field=field,
            value=text,
        ) from error


def _fact(wanted: Wanted, column: str, name: str, text: str, tables: Codes) -> None:
    read_as: Callable[[], Any] = lambda: text  # noqa: E731
    if column in MUNICIPALITIES:
        read_as = lambda: tables.municipality(text, field=name) if text else None  # noqa: E731
    elif column in COORDINATES:
        read_as = lambda: _degrees(text, name)  # noqa: E731
    try:
        if name in facts.CODED and text:
            tables.check(facts.CODED[name], text, field=name)
        wanted.facts[name] = read_as()
    except Refused as refused:
        wanted.problems.append(refused)


def _degrees(text: str, name: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    least, most = facts.BOUNDS[name]
    if not least <= value <= most:
        raise Refused(
            "ugyldig_vaerdi",
            _("»%(text)s« er ikke en koordinat i Danmark (WGS84, mellem %(least)s og %(most)s grader).")
            % {"text": text[:40], "least": least, "most": most},
            field=name,
            value=text,
        )
    return value
