"""Institutions outside the register, under A-numbers: some are in the register too, as somebody typed them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from institutions.demo import dirt, places
from institutions.demo.draws import chance
from institutions.demo.places import BY_CODE, PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

type Row = dict[str, str]

TWINS, STRANGERS = 92, 58
KNOWN_TWICE = 5
MUNICIPALITIES = {"101": "Københavns Kommune", "751": "Århus Kommune", "851": "Ålborg"}
NAMES = {
    "101": "København", "147": "Frederiksberg", "159": "Gladsaxe", "265": "Roskilde", "316": "Holbæk",
    "400": "Bornholm", "461": "Odense", "561": "Esbjerg", "630": "Vejle", "751": "Aarhus", "791": "Viborg",
    "851": "Aalborg",
}  # fmt: skip
_ELSEWHERE = (
    "{} Friskole SFO", "{} Musikskole", "Efterskolen {}", "{} Aftenskole", "Legestedet {}", "{} Ungdomsgård",
    "Heldagsskolen {}", "{} Dagkursus", "Døgninstitutionen {}", "Kulturhuset {}", "Vuggestuen {}", "Børnehaven {}",
    "{} Produktionsskole", "Opholdsstedet {}", "Idrætsbørnehaven {}",
)  # fmt: skip
_OWN = (
    "Havremarken", "Nordlyset", "Kløverholm", "Digesminde", "Ravnsborg Banke", "Skovsgab", "Tangkrogen", "Lyngtoft",
    "Fjordblik", "Stenhuggeren", "Møllestrømmen", "Sandflugten", "Bavnehøj", "Egeskæret", "Klintebo", "Porsehuset",
)  # fmt: skip


def draw(random: Random, register: Sequence[Row]) -> tuple[list[Row], list[tuple[str, str]]]:
    """The A-numbers as rows, and which of them (first) is really which number of the register (second)."""
    units = [row for row in register if row.get("anvisningsenhedsNummer") and row.get("instType3", "6013") != "6013"]
    known = random.sample(units, TWINS - KNOWN_TWICE)
    known += random.sample(known, KNOWN_TWICE)
    drawn = [(_twin(random, row), row["anvisningsenhedsNummer"]) for row in known]
    drawn += [(_stranger(random), "") for _each in range(STRANGERS)]
    random.shuffle(drawn)
    numbers = count(10003)
    for row, _number in drawn:
        for _skipped in range(random.choice((0, 0, 0, 1, 3))):
            next(numbers)
        row["institutionsNummer"] = f"A{next(numbers)}"
    return [row for row, _number in drawn], [(row["institutionsNummer"], number) for row, number in drawn if number]


def _twin(random: Random, row: Row) -> Row:
    street = f"{row['vejNavn']} {row['husNummer']}".strip()
    typed = {
        "navn": _name(random, row["dagtilbudsNavn"]),
        "adresse": dirt.shorten_street(random, street) if chance(random, 0.5) else street,
        "postNummer": row["postNummer"], "byNavn": row["byNavn"], "kommune": _municipality(random, row["kommuneKode"]),
        "cvrNummer": row["cvrNummer"], "pNummer": row["pNummer"],
        "telefonNummer": _phone(random, row["telefonNummer"]), "email": row["email"],
    }  # fmt: skip
    if chance(random, 0.25):
        typed["adresse"] = dirt.mistype(random, typed["adresse"])
    return _leave_out(random, typed)


def _stranger(random: Random) -> Row:
    place = random.choice(PLACES)
    town = random.choice(place.towns)
    address = places.address(random, town)
    name = random.choice(_ELSEWHERE).format(random.choice(_OWN))
    return _leave_out(random, {
        "navn": name, "adresse": f"{address.street} {address.house_number}", "postNummer": town.postcode,
        "byNavn": town.name, "kommune": _municipality(random, place.code),
        "cvrNummer": str(random.randint(91_000_000, 98_999_999)), "pNummer": "",
        "telefonNummer": _phone(random, dirt.phone(random)),
        "email": dirt.mailbox(random, name, BY_CODE[place.code].domain),
    })  # fmt: skip


def _name(random: Random, name: str) -> str:
    first, _blank, rest = name.partition(" ")
    typed = (
        name, name.upper(), name.lower(), rest or name, f"{rest} {first.lower()}" if rest else name,
        dirt.shorten(name), dirt.plain(name), dirt.mistype(random, name), dirt.mistype(random, dirt.shorten(name)),
    )  # fmt: skip
    return random.choice(typed)


def _municipality(random: Random, code: str) -> str:
    name = NAMES[code]
    official = f"{name} Kommune"
    return random.choice((name, name, "", official, MUNICIPALITIES.get(code, official), f"{name} kom."))


def _phone(random: Random, number: str) -> str:
    spaced = " ".join(number[place : place + 2] for place in range(0, len(number), 2))
    return random.choice((number, spaced, f"+45 {number}", f"tlf. {number}", f"{number[:4]} {number[4:]}"))


def _leave_out(random: Random, row: Row) -> Row:
    shares = {"byNavn": 0.1, "postNummer": 0.08, "cvrNummer": 0.45, "pNummer": 0.6, "telefonNummer": 0.15, "email": 0.4}
    return {column: "" if chance(random, shares.get(column, 0)) else value for column, value in row.items()}
