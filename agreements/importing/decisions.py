"""A data owner's decisions, from a spreadsheet or from a list: each row told what it leads to, then applied as told."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements import lifecycle
from agreements.lifecycle import Outcome, Wish
from agreements.models import DataAgreement
from agreements.states import Status
from institutions.importing.rows import refuse_twice
from registry import spreadsheets
from registry.problems import Refused
from registry.spreadsheets import workbook
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from registry.ledger import Actor
    from registry.spreadsheets import Row

COLUMNS = ("aftaleId", "beslutning", "kommentar")
DECISIONS: Mapping[str, Status] = {
    "GODKEND": Status.GODKENDT, "VENT": Status.VENTER, "AFVIS": Status.AFVIST, "SLET": Status.SLETTET,
}  # fmt: skip
ID = re.compile(r"[1-9][0-9]{0,9}")
# Bytes of a file as CSV: it goes to the browser and back with the preview.
LARGEST = 2_000_000
LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of every row; `fingerprint` names exactly that, for whoever wants it done as it was seen."""

    report: Report
    fingerprint: str
    done: int


@transaction.atomic
def take_in(
    content: bytes,
    *,
    mine: QuerySet[DataAgreement],
    actor: Actor,
    comment: str = "",
    trial: bool = False,
    whole: bool = False,
    previewed: str | None = None,
) -> Taken:
    """Decide every row and, unless it is a trial, apply the lawful ones; with `whole` all of them or none.

    `mine` are the agreements that the person may decide. `comment` is for the rows without one. A row without a
    decision, or whose decision is the status already, changes nothing. Raises Refused where the file is refused whole
    (`forkerte_kolonner` and the like), and `ikke_det_forhaandsviste` where it would lead to something else than
    `previewed` names.
    """
    rows = _read(content)
    load = _Load(rows, mine=mine, comment=comment)
    wishes = list(load.wishes.values())
    by_line = dict(zip(load.wishes, lifecycle.decide(wishes, actor=actor, trial=True), strict=True))
    report = Report([_told(load.decisions[row.line], by_line.get(row.line)) for row in rows])
    seen = _fingerprint(report.decisions)
    if previewed is not None and previewed != seen:
        raise Refused(
            "ikke_det_forhaandsviste", _("Nogle af aftalerne er ændret, siden afgørelserne blev forhåndsvist.")
        )
    refused = any(one.verdict == Verdict.REFUSED for one in report.decisions)
    if trial or (whole and refused):
        return Taken(report, seen, 0)
    lawful = [one.wish for one in by_line.values() if not one.refused]
    lifecycle.decide(lawful, actor=actor)
    report.applied = True
    return Taken(report, seen, len(lawful))


def written(rows: Iterable[tuple[int, str, str]]) -> bytes:
    """Decisions (agreement number, decision, comment) as the file that holds them."""
    return workbook.comma_separated(COLUMNS, rows).encode()


def text(content: bytes) -> str:
    """A file of decisions as text that goes to the browser and comes back the same; it has been read before."""
    return workbook.as_csv(content).decode("utf-8-sig")


def _read(content: bytes) -> list[Row]:
    content = workbook.as_csv(content)
    if len(content) > LARGEST:
        raise Refused("for_stor_fil", _("Filen er på mere end %(most)s MB tekst; del den i flere.")
                      % {"most": LARGEST // 1_000_000})  # fmt: skip
    sheet = spreadsheets.read(content, known=COLUMNS, required=[["aftaleId"], ["beslutning"]])
    refuse_twice((row.fields.get("aftaleId", "").strip(), row.line) for row in sheet.rows)
    return list(sheet.rows)


class _Load:
    """Each row's decision so far, by its line, and the wishes of those that may be lawful."""

    def __init__(self, rows: Iterable[Row], *, mine: QuerySet[DataAgreement], comment: str) -> None:
        rows = list(rows)
        numbers = {int(text) for row in rows if ID.fullmatch(text := row.fields.get("aftaleId", "").strip())}
        self.comment = comment.strip()
        keys = list(mine.filter(number__in=numbers).values_list("pk", flat=True))
        # Locked before they are looked at: what the rows are told still holds when they are applied.
        self.mine = {one.number: one for one in lifecycle.lock(keys).values()}
        others = DataAgreement.objects.filter(number__in=numbers - self.mine.keys())
        self.others = set(others.values_list("number", flat=True))
        self.wishes: dict[int, Wish] = {}
        self.decisions = {row.line: self._decide(row) for row in rows}

    def _decide(self, row: Row) -> Decision:
        text = row.fields.get("aftaleId", "").strip()
        decision = Decision(row.line, text, "", Verdict.UNCHANGED)
        try:
            row.check()
            agreement = self._agreement(text)
            decision.name = f"{agreement.institution.number} · {agreement.system.name} · {agreement.service.code}"
            to = _status(row.fields["beslutning"])
            comment = _comment(row.fields.get("kommentar", "")) or self.comment
        except Refused as refused:
            decision.verdict, decision.problems = Verdict.REFUSED, [refused]
            return decision
        if to and to != agreement.status:
            self.wishes[row.line] = Wish(agreement.pk, to, comment)
        return decision

    def _agreement(self, text: str) -> DataAgreement:
        number = int(text) if ID.fullmatch(text) else 0
        if number in self.others:
            raise Refused("anden_dataejers_aftale", _("Aftale %(number)s er en anden dataejers.")
                          % {"number": number}, field="aftaleId", value=text)  # fmt: skip
        if number not in self.mine:
            raise Refused("ukendt_aftale", _("»%(text)s« er ikke nummeret på en aftale.") % {"text": text[:40]},
                          field="aftaleId", value=text)  # fmt: skip
        return self.mine[number]


def _status(text: str) -> Status | None:
    """The status that a decision leads to; None where there is no decision."""
    wanted = text.strip().upper()
    if wanted and wanted not in DECISIONS:
        raise Refused(
            "ukendt_beslutning",
            _("»%(text)s« er ikke en beslutning: GODKEND, VENT, AFVIS eller SLET.") % {"text": text[:40]},
            field="beslutning", value=text, suggestions=list(DECISIONS),
        )  # fmt: skip
    return DECISIONS.get(wanted)


def _comment(text: str) -> str:
    if len(text) > LONGEST:
        raise Refused("for_lang", _("Kommentaren har flere end %(most)s tegn.") % {"most": LONGEST},
                      field="kommentar")  # fmt: skip
    return text.strip()


def _told(decision: Decision, outcome: Outcome | None) -> Decision:
    if outcome and outcome.refused:
        decision.verdict, decision.problems = Verdict.REFUSED, [outcome.refused]
    elif outcome:
        decision.verdict = Verdict.CHANGED
        decision.changes = {"aftaleStatus": (outcome.was, str(outcome.wish.to))}
    return decision


def _fingerprint(decisions: Iterable[Decision]) -> str:
    told = [
        [one.subject, one.verdict, one.changes.get("aftaleStatus", ()), [problem.code for problem in one.problems]]
        for one in decisions
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
