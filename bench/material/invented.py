"""An invented labelled set of any size: register.csv, a-numre.csv and truth.csv. The same seed gives the same files.

Places keep the density of the country's, so that a bigger register is a bigger country: 500 institutions to a
municipality, 90 to a postcode. Half of the A-numbers have a counterpart.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from bench.material import noise
from institutions.demo.names import CLUSTERS, SIDES, Names

REGISTER, LEGACY, TRUTH = "register.csv", "a-numre.csv", "truth.csv"
PER_MUNICIPALITY, PER_POSTCODE = 500, 90
_COLUMNS = [
    "dagtilbudsType",
    "daginstitutionsNummer",
    "anvisningsenhedsNummer",
    "alternativAdresseNummer",
    "dagtilbudsNavn",
    "instType3",
    "ejerformKode",
    "kommuneKode",
    "kommuneKode_Tekst",
    "vejNavn",
    "husNummer",
    "postNummer",
    "byNavn",
    "cvrNummer",
    "pNummer",
    "telefonNummer",
    "email",
]
_STEMS = (
    "Agn", "Birk", "Bolt", "Brom", "Drag", "Egel", "Elm", "Fasan", "Fjel", "Gams", "Glim", "Grib", "Hav", "Hejre",
    "Hind", "Horn", "Is", "Jord", "Kalk", "Klit", "Knop", "Kvas", "Lark", "Lind", "Lyng", "Mar", "Mose", "Nord", "Nype",
    "Odd", "Pors", "Rav", "Ring", "Rug", "Sand", "Siv", "Skarn", "Spang", "Svan", "Tang", "Tjørn", "Tran", "Urt",
    "Vad", "Vild", "Vind", "Væld", "Ør", "Øst", "Åre",
)  # fmt: skip
_TOWNS = ("by", "strup", "rup", "sted", "lev", "holm", "bjerg", "ing", "løse", "toft", "drup", "ved", "lund", "borg")
_STREETS = ("vej", "gade", "vænget", "parken", "allé", "stien", "toften", "marken", "krogen", "bakken", "ager")
_KINDS = ("6010", "6011", "6011", "6012", "6012", "6012", "6014", "6021")


@dataclass(frozen=True, slots=True)
class Unit:
    """An invented institution, with what a record says of it."""

    number: str
    level: str
    name: str
    municipality: str
    street: str
    house: str
    postcode: str
    town: str
    cvr: str
    p_number: str
    phone: str
    mail: str
    kind: str = ""
    ownership: str = "1"
    parent: str = ""
    above: str = ""


@dataclass(slots=True)
class World:
    """Where institutions are invented, and the chance by which they are."""

    chance: random.Random
    issued: int = 0
    streets: dict[str, list[str]] = field(default_factory=dict)

    def number(self, letter: str) -> str:
        """A number that none has."""
        self.issued += 1
        return letter + _base36(self.issued)

    def digits(self, count: int) -> str:
        """So many digits, the first neither 0 nor 1."""
        return str(self.chance.randrange(2 * 10 ** (count - 1), 10**count))

    def street(self, postcode: str) -> str:
        """One of the thirty streets of a postcode."""
        if postcode not in self.streets:
            self.streets[postcode] = [
                self.chance.choice(_STEMS) + self.chance.choice(("", "e", "s")) + self.chance.choice(_STREETS)
                for _nth in range(30)
            ]
        return self.chance.choice(self.streets[postcode])

    def house(self) -> str:
        """A house number, one in six with a letter."""
        return f"{self.chance.randrange(1, 130)}{self.chance.choice(('', '', '', '', '', self.chance.choice('ABC')))}"


def _base36(number: int) -> str:
    said = ""
    for _place in range(5):
        number, last = divmod(number, 36)
        said = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[last] + said
    return said


class Municipality:
    """One municipality, and the names that it has given."""

    def __init__(self, world: World, nth: int, taken: set[str]) -> None:
        self.world, chance = world, world.chance
        self.name = _town(chance, taken)
        self.cvr = world.digits(8)
        self.switchboard = world.digits(8)
        self.domain = noise.plain(self.name)
        places = PER_MUNICIPALITY // PER_POSTCODE
        self.towns = [(str(1000 + (nth * places + one) % 9000), _town(chance, taken)) for one in range(places)]
        self._names = Names(chance)

    def proper(self) -> str:
        """A proper name; few have it twice in a municipality."""
        chance = self.world.chance
        style = chance.random()
        if style < 0.3:
            return self._names.fresh()
        if style < 0.45:
            return self.world.street(chance.choice(self.towns)[0]).capitalize()
        return chance.choice(_STEMS) + chance.choice(("e", "s", "")) + self._names.fresh().lower()

    def family(self) -> Iterator[Unit]:
        """A daginstitution, its units, and now and then an alternative address under one."""
        world, chance = self.world, self.world.chance
        ownership = chance.choices("123", (80, 12, 8))[0]
        cvr = self.cvr if ownership == "1" else world.digits(8)
        units = chance.choice((1, 1, 2, 3, 4, 5))
        alone, proper = units == 1, self.proper()
        name = chance.choice(CLUSTERS).format(proper) if not alone else _called("6012", proper, chance)
        if not alone and chance.random() < 0.3:
            name = chance.choice(CLUSTERS).format(chance.choice(SIDES))
        top = self.unit("daginstitution", name, cvr, "", ownership)
        yield replace(top, p_number="", mail="")
        for _nth in range(units):
            kind = chance.choice(_KINDS)
            called = name if alone and chance.random() < 0.6 else _called(kind, self.proper(), chance)
            unit = self.unit("anvisningsenhed", called, cvr, kind, ownership)
            if alone:
                unit = replace(unit, street=top.street, house=top.house, postcode=top.postcode, town=top.town)
            if chance.random() < 0.15:
                unit = replace(unit, phone=top.phone)
            unit = replace(unit, parent=top.number, above=name)
            yield unit
            if chance.random() < 0.05:
                branch = self.unit("alternativ adresse", f"{unit.name}, {chance.choice(('udflytter', 'skovgruppen'))}",
                                   cvr, kind, ownership)  # fmt: skip
                yield replace(branch, parent=unit.number, above=name)

    def unit(self, level: str, name: str, cvr: str, kind: str, ownership: str) -> Unit:
        """An institution somewhere in the municipality."""
        world, chance = self.world, self.world.chance
        postcode, town = chance.choice(self.towns)
        user = chance.choice((noise.plain(name)[:18], "".join(chance.choices("abdefghijklmnoprstv", k=4))))
        return Unit(
            number=world.number("D" if level == "daginstitution" else "G"),
            level=level, name=name, municipality=self.name, street=world.street(postcode), house=world.house(),
            postcode=postcode, town=town, cvr=cvr,
            p_number=f"10{world.digits(8)}" if chance.random() < 0.75 else "",
            phone=world.digits(8) if chance.random() < 0.8 else self.switchboard,
            mail=f"{user}@{self.domain}.dk" if chance.random() < 0.5 else "",
            kind=kind, ownership=ownership,
        )  # fmt: skip


def _town(chance: random.Random, taken: set[str]) -> str:
    while True:
        name = chance.choice(_STEMS) + chance.choice(("", "", *map(str.lower, _STEMS))) + chance.choice(_TOWNS)
        if name not in taken:
            taken.add(name)
            return name


_FASHIONS = {
    "6010": ("Vuggestuen {}", "{} Vuggestue", "{}"), "6011": ("Børnehaven {}", "{} Børnehave", "{}"),
    "6012": ("Børnehuset {}", "Daginstitutionen {}", "{}", "Den integrerede institution {}"),
    "6014": ("Landsbyordningen {}", "Børnegården {}"), "6021": ("Fritidsklubben {}", "Klub {}"),
}  # fmt: skip


def _called(kind: str, proper: str, chance: random.Random) -> str:
    return chance.choice(_FASHIONS[kind]).format(proper)


def register(world: World, count: int) -> list[Unit]:
    """So many invented institutions."""
    taken: set[str] = set()
    units: list[Unit] = []
    nth = 0
    while len(units) < count:
        municipality = Municipality(world, nth, taken)
        nth += 1
        before = len(units)
        while len(units) < count and len(units) - before < PER_MUNICIPALITY:
            units += islice(municipality.family(), count - len(units))
    return units


def write(folder: Path, size: int, legacy: int, seed: int) -> Path:
    """Write the three files of a set into a folder; gives the folder."""
    world = World(random.Random(seed))  # noqa: S311 - the same set every time, no secret
    units = register(world, size)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / REGISTER, ";", _COLUMNS, (_row(unit) for unit in units))
    told = list(noise.legacy(world.chance, units, legacy))
    _write(folder / LEGACY, ";", noise.COLUMNS, (row for row, _right, _category in told))
    answers = ((row[0], right, category) for row, right, category in told)
    _write(folder / TRUTH, ",", ("a_id", "g_id", "category"), answers)
    return folder


def _row(unit: Unit) -> Sequence[str]:
    numbers = {
        "daginstitution": (unit.number, "", ""),
        "anvisningsenhed": (unit.parent, unit.number, ""),
        "alternativ adresse": ("", unit.parent, unit.number),
    }[unit.level]
    return (
        unit.level, *numbers, unit.name, unit.kind, unit.ownership, "", unit.municipality, unit.street, unit.house,
        unit.postcode, unit.town, unit.cvr, unit.p_number, unit.phone, unit.mail,
    )  # fmt: skip


def _write(path: Path, delimiter: str, header: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
