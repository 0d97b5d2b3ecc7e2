"""Where the invented institutions lie: real municipalities, towns and postcodes, invented streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from institutions.demo.draws import chance

if TYPE_CHECKING:
    from random import Random

# A town's streets lie about this far from its centre, in degrees.
SPREAD_NORTH, SPREAD_EAST = 0.0055, 0.0095


@dataclass(frozen=True, slots=True)
class Town:
    """A postcode, its town, and about where its centre lies (WGS84)."""

    postcode: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: its code, its name in mail addresses, how many clusters it has, and its towns."""

    code: str
    domain: str
    share: int
    towns: tuple[Town, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """An invented address."""

    street: str
    house_number: str
    town: Town
    latitude: float
    longitude: float


def _place(code: str, domain: str, share: int, *towns: tuple[str, str, float, float]) -> Place:
    return Place(code, domain, share, tuple(Town(*town) for town in towns))


PLACES = (
    _place("101", "koebenhavn", 17,
           ("2200", "København N", 55.697, 12.550), ("2300", "København S", 55.655, 12.605),
           ("2400", "København NV", 55.711, 12.533), ("2100", "København Ø", 55.708, 12.577),
           ("2450", "København SV", 55.648, 12.540), ("2500", "Valby", 55.662, 12.510),
           ("2700", "Brønshøj", 55.706, 12.498), ("2720", "Vanløse", 55.685, 12.487)),
    _place("147", "frederiksberg", 6, ("2000", "Frederiksberg", 55.681, 12.517),
           ("1850", "Frederiksberg C", 55.680, 12.540)),
    _place("159", "gladsaxe", 6, ("2860", "Søborg", 55.737, 12.503), ("2880", "Bagsværd", 55.761, 12.454)),
    _place("265", "roskilde", 7, ("4000", "Roskilde", 55.640, 12.083), ("4040", "Jyllinge", 55.752, 12.105),
           ("4130", "Viby Sjælland", 55.549, 12.022), ("4621", "Gadstrup", 55.572, 12.093)),
    _place("316", "holbaek", 6, ("4300", "Holbæk", 55.713, 11.714), ("4420", "Regstrup", 55.664, 11.615),
           ("4440", "Mørkøv", 55.655, 11.517), ("4340", "Tølløse", 55.612, 11.770)),
    _place("400", "bornholm", 4, ("3700", "Rønne", 55.101, 14.710), ("3730", "Nexø", 55.061, 15.130),
           ("3770", "Allinge", 55.275, 14.801), ("3720", "Aakirkeby", 55.071, 14.920)),
    _place("461", "odense", 11, ("5000", "Odense C", 55.396, 10.388), ("5200", "Odense V", 55.397, 10.336),
           ("5220", "Odense SØ", 55.372, 10.440), ("5230", "Odense M", 55.380, 10.402),
           ("5270", "Odense N", 55.441, 10.385)),
    _place("561", "esbjerg", 8, ("6700", "Esbjerg", 55.467, 8.452), ("6710", "Esbjerg V", 55.485, 8.423),
           ("6760", "Ribe", 55.328, 8.762), ("6740", "Bramming", 55.465, 8.702)),
    _place("630", "vejle", 8, ("7100", "Vejle", 55.709, 9.535), ("7300", "Jelling", 55.757, 9.420),
           ("6040", "Egtved", 55.617, 9.300), ("7080", "Børkop", 55.642, 9.650)),
    _place("751", "aarhus", 15, ("8000", "Aarhus C", 56.153, 10.203), ("8200", "Aarhus N", 56.187, 10.190),
           ("8210", "Aarhus V", 56.163, 10.160), ("8240", "Risskov", 56.190, 10.225),
           ("8260", "Viby J", 56.127, 10.165), ("8270", "Højbjerg", 56.110, 10.200),
           ("8530", "Hjortshøj", 56.248, 10.265)),
    _place("791", "viborg", 6, ("8800", "Viborg", 56.453, 9.402), ("8850", "Bjerringbro", 56.378, 9.662),
           ("7470", "Karup J", 56.307, 9.168), ("8830", "Tjele", 56.500, 9.590)),
    _place("851", "aalborg", 10, ("9000", "Aalborg", 57.046, 9.919), ("9200", "Aalborg SV", 57.011, 9.880),
           ("9400", "Nørresundby", 57.065, 9.925), ("9220", "Aalborg Øst", 57.037, 9.990),
           ("9230", "Svenstrup J", 56.973, 9.848), ("9370", "Hals", 56.996, 10.308)),
)  # fmt: skip
BY_CODE = {place.code: place for place in PLACES}

_FIRST = (
    "Agerhøne", "Blåklokke", "Brombær", "Bæver", "Dådyr", "Egern", "Enebær", "Fasan", "Fiskehejre", "Gærdesmutte",
    "Hasselmus", "Havørne", "Humlebi", "Hvidtjørn", "Isfugle", "Kaprifolie", "Klokkelyng", "Kobbersmede", "Kornblomst",
    "Lupin", "Mariehøne", "Mejse", "Møllehjul", "Natsværmer", "Nældesommerfugl", "Pileurt", "Pimpernel", "Rørdrum",
    "Slåen", "Snegle", "Stillids", "Stormsvale", "Tagrør", "Tejst", "Tranebær", "Tyttebær", "Vandkalve", "Vibefed",
    "Vildgæs", "Ærenpris",
)  # fmt: skip
_LAST = ("vej", "vænget", "stien", "parken", "toften", "ager", "krogen", " Allé", "gade", "bakken")
_ALONE = (
    "Gammel Teglværksvej", "Sankt Olufs Sti", "Nørre Kirkebjerg", "Store Møllesti", "Ved Branddammen",
    "Søndre Feldstien", "Lille Rebslagervej", "Vestre Engdrag", "Doktor Holsts Vej", "Præstens Have",
)  # fmt: skip


def address(random: Random, town: Town) -> Address:
    """An address in a town, within its rough area."""
    street = random.choice(_ALONE) if chance(random, 0.07) else _street(random)
    number = str(random.randint(1, 96)) + random.choice(("", "", "", "", "A", "B"))
    latitude = town.latitude + max(-2.0, min(2.0, random.gauss(0, 0.8))) * SPREAD_NORTH
    longitude = town.longitude + max(-2.0, min(2.0, random.gauss(0, 0.8))) * SPREAD_EAST
    return Address(street, number, town, round(latitude, 5), round(longitude, 5))


def _street(random: Random) -> str:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    joint = "" if first.endswith("e") or last.startswith(" ") else random.choice(("", "e"))
    return first + (joint if last[0] not in "aeiouyæøå" else "") + last
