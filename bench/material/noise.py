"""How invented institutions come to be written in another's list: the noise of A-numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from institutions.demo.names import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from bench.material.invented import Unit

COLUMNS = (
    "institutionsNummer", "navn", "adresse", "postNummer", "byNavn", "kommune", "cvrNummer", "pNummer",
    "telefonNummer", "email",
)  # fmt: skip
# Of a thousand A-numbers. The shares and the missing fields are those of lists as they come: contact is what old
# records keep, numbers what they lack.
MIX = {
    "plain": 290, "moved": 64, "renamed": 48, "sparse": 22, "parent_name": 35, "no_number": 16, "level_parent": 20,
    "alt": 5, "neg_other": 235, "neg_closed": 119, "neg_samename": 84, "neg_dagpleje": 46, "neg_sibling": 16,
}  # fmt: skip
FOUND = frozenset({"plain", "moved", "renamed", "sparse", "parent_name", "no_number", "level_parent", "alt"})
_LEVEL = {"level_parent": "daginstitution", "alt": "alternativ adresse"}
_TYPE = re.compile(
    r"\b(?:Vuggestuen?|Børnehaven?|Børnehuset|Daginstitutionen|Den integrerede institution|Fritidsklubben) ?"
)
_OTHERS = (
    "{} Skole", "{}skolen SFO", "{} Kirke", "Kulturhuset {}", "{} Bibliotek", "{} Idrætsforening", "Plejecentret {}",
    "Ungdomsskolen {}", "{} Hallen", "Sundhedsplejen {}",
)  # fmt: skip
_PEOPLE = ("Bente", "Gitte", "Hanne", "Inge", "Kirsten", "Lone", "Merete", "Pia", "Susanne", "Tove")
_SURNAMES = ("Andresen", "Bak", "Dam", "Friis", "Holm", "Juul", "Krogh", "Lund", "Madsen", "Skov", "Winther")
_FOLDED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
_BARE = str.maketrans("æøåÆØÅ", "aoaAOA")
_STREETS = (("vej", "v."), ("gade", "gd."), ("gade", " gade"), ("allé", "alle"), ("vej", " Vej"))


def plain(text: str) -> str:
    """Lower case, Danish letters folded, nothing but letters: as a mail address writes it."""
    return re.sub(r"[^a-z]", "", text.translate(_FOLDED).lower())


def legacy(chance: Random, units: Sequence[Unit], count: int) -> Iterator[tuple[list[str], str, str]]:
    """So many A-numbers: the row, the right number (empty: none), and the category."""
    by_level = {
        level: [unit for unit in units if unit.level == level and (level != "daginstitution" or _is_its_own(unit))]
        for level in ("anvisningsenhed", "daginstitution", "alternativ adresse")
    }
    kinds = [kind for kind, share in MIX.items() for _nth in range(share)]
    for nth in range(count):
        category = chance.choice(kinds)
        unit = chance.choice(by_level[_LEVEL.get(category, "anvisningsenhed")])
        number = f"A{nth:05d}"
        yield _record(chance, number, category, unit, chance.choice(units)), _right(category, unit), category


def _is_its_own(unit: Unit) -> bool:
    """Is it a daginstitution that no unit has the name of? Clusters alone are called so."""
    return unit.name.startswith(("Klynge", "Område", "Børnebyen", "Dagtilbud ", "Distrikt"))


def _right(category: str, unit: Unit) -> str:
    return unit.number if category in FOUND else ""


def _record(chance: Random, number: str, category: str, unit: Unit, other: Unit) -> list[str]:
    unit = _becomes(chance, category, unit, other)
    has = chance.random
    line = f"{_street(chance, unit.street)} {unit.house}".strip()
    many = category in {"moved", "renamed", "parent_name", "no_number"}
    negative = category not in FOUND
    row = [
        number,
        _name(chance, unit.name),
        line if not negative or has() < 0.9 else "",
        unit.postcode if has() < 0.9 else "",
        unit.town if has() < 0.86 else "",
        unit.municipality + chance.choice(("", "", " Kommune")) if has() < 0.72 else "",
        unit.cvr if has() < 0.36 else "",
        unit.p_number if has() < (0.7 if many else 0.3) else "",
        _phone(chance, unit.phone) if has() < (0.8 if negative else 0.6) else "",
        unit.mail if has() < 0.7 else "",
    ]
    if category == "sparse":
        row[2] = row[6] = row[7] = row[8] = row[9] = ""
        row[5] = unit.municipality
    if category in {"moved", "renamed"} and not (row[7] or row[8] or row[9]):
        row[8] = _phone(chance, unit.phone)
    return row


def _becomes(chance: Random, category: str, unit: Unit, other: Unit) -> Unit:
    """What the record is of: the unit as it was or as others call it, or what only looks like one."""
    proper = _TYPE.sub("", unit.name).strip()
    fresh = replace(unit, p_number="10" + _digits(chance, 8), phone=_digits(chance, 8), mail="")
    match category:
        case "moved":
            return replace(unit, street=other.street, house=other.house)
        case "renamed":
            return replace(unit, name=other.name)
        case "parent_name":
            return replace(unit, name=f"{unit.above}{chance.choice((' - ', ', ', ' afd. '))}{proper}")
        case "no_number":
            return replace(unit, house="")
        case "neg_other":
            stem = proper.split(",")[0] if chance.random() < 0.6 else unit.town
            return replace(
                fresh, name=chance.choice(_OTHERS).format(stem), cvr=_digits(chance, 8), house=_house(chance)
            )
        case "neg_closed":
            near = chance.random() < 0.3
            name = f"{chance.choice(('Børnehuset', 'Børnehaven', 'Vuggestuen'))} {_TYPE.sub('', other.name).strip()}"
            return replace(fresh, name=name, house=unit.house if near else _house(chance))
        case "neg_samename":
            return replace(fresh, municipality=other.municipality, street=other.street, house=_house(chance),
                           postcode=other.postcode, town=other.town, cvr=other.cvr)  # fmt: skip
        case "neg_sibling":
            return replace(fresh, name=f"Vuggestuen {_TYPE.sub('', other.name).strip()}", phone=unit.phone)
        case "neg_dagpleje":
            person = f"Dagplejer {chance.choice(_PEOPLE)} {chance.choice(_SURNAMES)}"
            return replace(fresh, name=chance.choice((person, f"Dagplejen {unit.town}")), house=_house(chance))
        case _:
            return unit


def _name(chance: Random, name: str) -> str:
    said = chance.random()
    if said < 0.12:
        name = _TYPE.sub("", name).strip() or name
    elif said < 0.24:
        for long, short in SHORT.items():
            name = name.replace(long, short)
    elif said < 0.30:
        name = name.translate(_FOLDED)
    elif said < 0.33:
        name = name.translate(_BARE)
    elif said < 0.36:
        name = name.upper()
    elif said < 0.40:
        first, _space, rest = name.partition(" ")
        name = f"{rest} {first.removesuffix('n').removesuffix('et')}" if rest else name
    return _slip(chance, name) if chance.random() < 0.12 else name


def _slip(chance: Random, text: str) -> str:
    """One letter left out, doubled or swapped with the next."""
    if len(text) < 5:
        return text
    at = chance.randrange(1, len(text) - 2)
    return text[:at] + chance.choice(("", text[at] * 2, text[at + 1] + text[at])) + text[at + 1 :]


def _street(chance: Random, street: str) -> str:
    said = chance.random()
    if said < 0.15:
        long, short = chance.choice(_STREETS)
        return street.removesuffix(long) + short if street.endswith(long) else street
    return _slip(chance, street) if said < 0.22 else street


def _phone(chance: Random, phone: str) -> str:
    pairs = " ".join(phone[at : at + 2] for at in range(0, 8, 2))
    return chance.choice((phone, phone, f"+45 {phone}", pairs, f"{phone[:4]} {phone[4:]}", f"tlf. {phone}"))


def _house(chance: Random) -> str:
    return str(chance.randrange(1, 130))


def _digits(chance: Random, count: int) -> str:
    return str(chance.randrange(2 * 10 ** (count - 1), 10**count))
