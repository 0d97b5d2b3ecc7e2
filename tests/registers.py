"""A whole register as it was and as it is to be: what each municipality's system delivers to make the one the other."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from institutions.models import Municipality
from tests import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from random import Random

    from tests.sheets import Row

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "dagtilbudsregister-2026-03-27.csv"
# A lawful ground by owner and type, where a municipality may open such a one.
GROUNDS = {
    **{(owner, kind): ground for owner, ground in (("1", "10"), ("2", "11")) for kind in ("6010", "6011", "6012")},
    ("1", "6013"): "20", ("1", "6020"): "30", ("2", "6020"): "30", ("1", "6021"): "40", ("2", "6021"): "40",
}  # fmt: skip
SAID = (
    "instType3", "ejerformKode", "lovgrundlagKode", "admKommuneKode", "kommuneKode", "vejNavn", "husNummer",
    "postNummer", "byNavn", "geoBredde", "geoLaengde", "cvrNummer", "pNummer",
)  # fmt: skip
NUMBERS = ("alternativAdresseNummer", "anvisningsenhedsNummer", "daginstitutionsNummer")


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it is to be, and how it differs from what was: new, renamed, moved, closed, or the same.

    `before` is the parent that a moved one stood under.
    """

    row: Row
    fate: str
    before: str = ""

    @property
    def number(self) -> str:
        """Its number in the file; the register gives a new one another."""
        return next(self.row[one] for one in NUMBERS if self.row.get(one))

    @property
    def parent(self) -> str:
        """The number of what it stands under; empty where the file does not say."""
        filled = [self.row[one] for one in NUMBERS if self.row.get(one)]
        return filled[1] if len(filled) > 1 else ""


def real(chance: Random) -> list[Change]:
    """The real register: of its units a municipality may change all but the private."""
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    made = []
    for place, row in enumerate(rows):
        ground = GROUNDS.get((row["ejerformKode"], row["instType3"]), "")
        possible = ["same"]
        if ground and row["anvisningsenhedsNummer"] and row["ejerformKode"] != "3":
            possible += ["renamed", "closed"] + ["new"] * all(row[name] for name in ("byNavn", "husNummer"))
        fate = chance.choices(possible, [6, 2, 1, 2][: len(possible)])[0]
        # A new one must be complete, and the file tells neither.
        told = {"lovgrundlagKode": ground, "pNummer": f"{1_900_000_000 + place}"} if fate == "new" else {}
        made.append(Change(row | told, fate))
    return made


def invented(chance: Random) -> list[Change]:
    """Two daginstitutioner, four units and an alternative address in each municipality."""
    made = []
    for place, one in enumerate(Municipality.objects.order_by("code")):
        code, base = one.code[-3:], 10_000 + 10 * place
        home = {"admKommuneKode": code, "kommuneKode": code, "postNummer": f"{1000 + 80 * place}", "byNavn": one.name}
        tops = [
            sheets.top(f"D{base + each}", dagtilbudsNavn=f"Klynge {one.name} {'NS'[each]}", **home) for each in (0, 1)
        ]
        fates = [chance.choice(["same", "renamed"]), chance.choice(["same", "new"])]
        made += [Change(_sited(top), fate) for top, fate in zip(tops, fates, strict=True)]
        for each in range(4):
            under = tops[each % 2]["daginstitutionsNummer"]
            fate = (
                "new"
                if each % 2 and fates[1] == "new"
                else chance.choice(["same", "renamed", "new", "moved", "closed"])
            )
            # Moved away from the other, which was there before.
            fate = "renamed" if fate == "moved" and fates[1] == "new" else fate
            fate = "renamed" if fate == "closed" and not each else fate
            other = tops[1 - each % 2]["daginstitutionsNummer"] if fate == "moved" else ""
            made.append(Change(_unit(base + each, under, chance, home), fate, other))
        away = sheets.alternative(f"G{base + 9}", parent=f"G{base}", dagtilbudsNavn=f"Skovgruppen {one.name}", **home)
        made.append(Change(_sited(away), "new" if made[-4].fate == "new" else chance.choice(["same", "closed"])))
    return made


def _unit(number: int, parent: str, chance: Random, home: Mapping[str, str]) -> Row:
    name = "".join(chance.choices("aefgiklmnorstu", k=9)).title()
    told = {"dagtilbudsNavn": name, "pNummer": f"{1_900_000_000 + number}", "vejNavn": f"{name}vej", **home}
    return _sited(sheets.unit(f"G{number}", parent=parent, **told))


def _sited(row: Row) -> Row:
    """Without the coordinates of the usual example: they are not everywhere."""
    return {name: text for name, text in row.items() if name not in {"geoBredde", "geoLaengde"}}


def before(changes: Iterable[Change]) -> bytes:
    """The register's file as it was."""
    rows = []
    for one in changes:
        row = dict(one.row)
        if one.fate == "renamed":
            row["dagtilbudsNavn"] = f"Før {row['dagtilbudsNavn']}"
        if one.before:
            row["daginstitutionsNummer"] = one.before
        if one.fate != "new":
            rows.append(row)
    return sheets.register(*({name: text for name, text in row.items() if not name.endswith("_Tekst")} for row in rows))


def by_municipality(changes: Sequence[Change]) -> dict[str, list[dict[str, str]]]:
    """The rows that each municipality's system delivers, under the codes of the municipalities."""
    new = {one.number for one in changes if one.fate == "new"}
    made: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in changes:
        row = {name: one.row[name] for name in SAID if one.row.get(name)}
        row |= {"niveau": one.row["dagtilbudsType"], "navn": one.row["dagtilbudsNavn"]}
        row |= {"eksternId": called(one.number)} if one.number in new else {"institutionsNummer": one.number}
        if one.parent:
            row["overordnetNummer"] = called(one.parent) if one.parent in new else one.parent
        if one.fate == "closed":
            row = {name: row[name] for name in ("niveau", "institutionsNummer")} | {"status": "Nedlagt"}
        made[one.row["kommuneKode"]].append(row)
    return dict(made)


def called(number: str) -> str:
    """What its vendor calls a new one."""
    return f"lokal-{number}"
