"""The dirt of many years and many hands: unlawful and incomplete old rows, and typing as people type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from institutions.demo.draws import chance
from institutions.demo.names import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

type Row = dict[str, str]

NEIGHBOURS = {
    "a": "s", "b": "v", "d": "f", "e": "r", "g": "h", "i": "u", "k": "l", "l": "k", "m": "n", "n": "m", "o": "p",
    "r": "t", "s": "d", "t": "y", "u": "i", "ø": "æ", "æ": "ø", "å": "æ",
}  # fmt: skip
OUTWORN = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
STREETS = (("vej", "v."), ("Gammel", "Gl."), ("Nørre", "Nr."), ("Søndre", "Sdr."), ("Sankt", "Sct."), ("gade", "g."))
SHORTEST = 4


def register(random: Random, rows: list[Row]) -> None:
    """Spoil a few rows of the opening load: unlawful, incomplete, in capitals, or no institution at all."""
    units = [row for row in rows if row["dagtilbudsType"] == "anvisningsenhed"]
    fates: list[tuple[int, Callable[[Random, Row], None]]] = [
        (14, _unlawful), (15, _without_workplace), (7, _nowhere), (9, _shouting), (4, _free_phone), (2, _bad_mail),
        (2, _waiting_list), (110, _without_ground), (26, _without_parent),
    ]  # fmt: skip
    random.shuffle(units)
    alone = _only_children(rows)
    for number, spoil in fates:
        if spoil is _without_parent:
            chosen = [row for row in units if row["daginstitutionsNummer"] in alone][:number]
            orphans = {row["daginstitutionsNummer"] for row in chosen}
            rows[:] = [row for row in rows if row in chosen or row.get("daginstitutionsNummer") not in orphans]
        else:
            chosen = units[:number]
        units = [row for row in units if row not in chosen]
        for row in chosen:
            spoil(random, row)


def _only_children(rows: list[Row]) -> set[str]:
    parents = [row["daginstitutionsNummer"] for row in rows if row["dagtilbudsType"] == "anvisningsenhed"]
    return {number for number in parents if parents.count(number) == 1}


def _unlawful(random: Random, row: Row) -> None:
    wrong = {"1": ("11", "13", "40"), "2": ("10", "13"), "3": ("10", "11"), "4": ("10", "30")}
    row["lovgrundlagKode"] = random.choice(wrong[row["ejerformKode"]])


def _without_workplace(_random: Random, row: Row) -> None:
    row["pNummer"] = ""


def _nowhere(random: Random, row: Row) -> None:
    row |= {"geoBredde": "", "geoLaengde": ""} | random.choice(({}, {"byNavn": ""}, {"husNummer": ""}))


def _shouting(_random: Random, row: Row) -> None:
    row["dagtilbudsNavn"] = row["dagtilbudsNavn"].upper()


def _free_phone(random: Random, row: Row) -> None:
    row["telefonNummer"] = random.choice(("bedst kl. 10-14", f"{row['telefonNummer']} / kontoret", "se hjemmesiden"))


def _bad_mail(_random: Random, row: Row) -> None:
    row["email"] = row["email"].replace("@", " at ")


def _waiting_list(_random: Random, row: Row) -> None:
    row["dagtilbudsNavn"] = f"{row['dagtilbudsNavn']}, venteliste og administration"


def _without_ground(_random: Random, row: Row) -> None:
    row["lovgrundlagKode"] = ""


def _without_parent(_random: Random, row: Row) -> None:
    row["daginstitutionsNummer"] = ""


def phone(random: Random) -> str:
    """An invented telephone number, in the series that everyone sees is one."""
    return f"5555{random.randint(1000, 9999)}"


def mailbox(random: Random, name: str, domain: str) -> str:
    """An address that cannot exist (RFC 2606); some have none."""
    if chance(random, 0.2):
        return ""
    words = [one for one in re.findall(r"[a-z]+", plain(name.partition(",")[0]).lower()) if len(one) >= SHORTEST]
    return f"{words[-1] if words else 'post'}@{domain}.example"


def plain(text: str) -> str:
    """Without æ, ø and å, as on a foreign keyboard."""
    return "".join(OUTWORN.get(one, one) for one in text)


def mistype(random: Random, text: str) -> str:
    """One slip of the fingers: two letters swapped, one left out, one doubled, or a neighbour hit."""
    places = [place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place + 1].isalpha()]
    if len(text) < SHORTEST or not places:
        return text
    place = random.choice(places)
    one, other = text[place], text[place + 1]
    slip = random.choice((other + one, other, one + one + other, NEIGHBOURS.get(one.lower(), one) + other))
    return text[:place] + slip + text[place + 2 :]


def shorten(text: str) -> str:
    """With everyday abbreviations."""
    for long, short in SHORT.items():
        text = text.replace(long, short)
    return text


def shorten_street(random: Random, text: str) -> str:
    """A street as it is written on an envelope."""
    for long, short in STREETS:
        if long in text and chance(random, 0.7):
            return text.replace(long, short)
    return text
