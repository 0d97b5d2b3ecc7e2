"""Institutions outside the register, under A-numbers: free text, kept as it was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from institutions import facts, numbers
from institutions.columns import LEGACY_COLUMNS, LEGACY_FACTS
from institutions.desk import Desk
from institutions.importing.register import LOCK
from institutions.importing.rows import refuse_twice
from institutions.lifecycle import refuse_absorbed
from institutions.models import Institution, Level, Municipality
from registry import periods, spreadsheets
from registry.problems import Refused
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.ledger import Actor
    from registry.spreadsheets import Row


@transaction.atomic
def take_in(content: bytes, *, actor: Actor, on: date | None = None, trial: bool = False, reason: str = "") -> Report:
    """Decide every row of an A-number file and, unless it is a trial, apply what was decided.

    A new one has been there since nobody knows when; a changed one changes from the day `on` (today).
    Raises Refused where the file is refused whole; then nothing is saved.
    """
    on = on or periods.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    sheet = spreadsheets.read(content, known=LEGACY_COLUMNS, required=[["institutionsNummer"], ["navn"]])
    load = _Load(list(sheet.rows), on=on)
    report = Report([load.decide(row) for row in sheet.rows])
    if not trial:
        load.apply(actor=actor, reason=reason)
        report.applied = True
    return report


class _Load:
    def __init__(self, rows: list[Row], *, on: date) -> None:
        self.on = on
        self.numbers = {row.line: _number(row) for row in rows}
        refuse_twice((number, line) for line, number in self.numbers.items() if isinstance(number, str))
        given = [number for number in self.numbers.values() if isinstance(number, str)]
        self.known = {one.number: one for one in Institution.objects.filter(number__in=given)}
        self.desk = Desk(self.known.values(), on=on)
        self.municipalities = _municipalities()
        self.new: dict[str, dict[str, Any]] = {}

    def decide(self, row: Row) -> Decision:
        number, name = self.numbers[row.line], row.fields.get("navn", "").strip()
        if isinstance(number, Refused):
            return Decision(row.line, row.fields.get("institutionsNummer", ""), name, Verdict.REFUSED, [number])
        given, remarks = self._facts(row)
        problems = self._problems(row, given)
        if problems:
            return Decision(row.line, number, name, Verdict.REFUSED, problems)
        if number not in self.known:
            self.new[number] = given
            return Decision(row.line, number, name, Verdict.NEW, remarks=remarks)
        return self._change(Decision(row.line, number, name, Verdict.UNCHANGED, remarks=remarks), given)

    def apply(self, *, actor: Actor, reason: str) -> None:
        for line in self.desk.add([(number, Level.UDENFOR) for number in self.new]):
            self.desk.begin(line, self.new[line.institution.number], start=None)
        self.desk.put_back(actor=actor, reason=reason)

    def _facts(self, row: Row) -> tuple[dict[str, Any], list[Refused]]:
        given = {**facts.EMPTY, **{name: row.fields.get(column, "").strip() for column, name in LEGACY_FACTS.items()}}
        said = given["municipality_text"]
        given["municipality"] = self.municipalities.get(_plain(said))
        if said and given["municipality"] is None:
            unknown = _("»%(said)s« er ingen af de 98 kommuner; teksten er beholdt.") % {"said": said[:40]}
            return given, [Refused("ukendt_kommune", unknown, field="municipality_text", value=said)]
        return given, []

    def _problems(self, row: Row, given: Mapping[str, Any]) -> list[Refused]:
        if row.misfit:
            return [Refused("forkert_antal_felter", row.misfit)]
        tables, combinations = self.desk.tables(self.on)
        return list(facts.problems(level=Level.UDENFOR, facts=given, tables=tables, combinations=combinations))

    def _change(self, decision: Decision, given: Mapping[str, Any]) -> Decision:
        institution = self.known[decision.subject]
        line = self.desk.line(institution)
        version = line.at(self.on) or line.versions[-1]
        news = {name: given[name] for name in (*LEGACY_FACTS.values(), "municipality")
                if getattr(version, name) != given[name]}  # fmt: skip
        if not news:
            return decision
        changes: dict[str, tuple[object, object]] = {
            column: (getattr(version, name), given[name]) for column, name in LEGACY_FACTS.items() if name in news
        }
        if "municipality" in news and "kommune" not in changes:
            changes["kommuneKode"] = (_code(version.municipality), _code(given["municipality"]))
        try:
            refuse_absorbed(line.institution)
            with self.desk.attempt(institution):
                self.desk.correct(institution, news)
        except Refused as refused:
            decision.verdict, decision.problems = Verdict.REFUSED, [refused]
            return decision
        decision.verdict, decision.changes = Verdict.CHANGED, changes
        return decision


def _number(row: Row) -> str | Refused:
    try:
        number = numbers.clean(row.fields.get("institutionsNummer", ""))
    except Refused as refused:
        return refused
    if not numbers.belongs_to(number, Level.UDENFOR):
        raise Refused(
            "forkert_praefiks",
            _("Linje %(line)s: %(number)s er ikke et A-nummer.") % {"line": row.line, "number": number},
            field="number",
            value=number,
        )
    return number


def _code(municipality: Municipality | None) -> str:
    return municipality.code if municipality else ""


def _municipalities() -> dict[str, Municipality]:
    every = list(Municipality.objects.all())
    return {_plain(one.name): one for one in every} | {_plain(one.long_name): one for one in every}


def _plain(text: str) -> str:
    """A municipality's name without »Kommune« and the genitive, in small letters, aa for å, blanks for hyphens."""
    words = " ".join(text.lower().replace("å", "aa").replace("-", " ").split())
    return re.sub(r"s?( (regions)?kommune)?$", "", words)
