"""The register as it opened in August 2019: clusters, single institutions, dagpleje, clubs, and old dirt."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from institutions.demo import dirt, places, sources
from institutions.demo.draws import chance
from institutions.demo.names import CLUSTERS, SIDES, Names
from institutions.demo.places import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from institutions.demo.places import Address, Place

type Row = dict[str, str]

# Ownership: the legal ground of its day care (dagtilbudsloven § 19, stk. 2, 3, 5 and 4).
DAYCARE = {"1": "10", "2": "11", "3": "13", "4": "12"}
VILLAGE, CHILDMINDING, AFTER_SCHOOL, CLUB, SPECIAL = "14", "20", "30", "40", "50"
KINDS = ("6012",) * 13 + ("6011",) * 4 + ("6010",) * 2 + ("6014",)
RURAL = frozenset({"316", "400", "561", "630", "791", "851"})
WITH_ALTERNATIVE = 0.13


@dataclass
class Family:
    """What a daginstitution gives the units under it."""

    place: Place
    ownership: str
    ground: str
    number: str
    cvr_number: str
    names: Names


@dataclass
class Opening:
    """Draws the rows of the opening load, parents before children, numbers in the order of issue."""

    random: Random
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._daginstitutioner, self._units = count(10001), count(10432)
        self._companies, self._workplaces = count(90100017, 37), count(1990000112, 13)
        self._names = {place.code: Names(self.random) for place in PLACES}
        self._municipal = {place.code: self._company() for place in PLACES}

    def draw(self) -> list[Row]:
        """Every row, with the dirt of the years before the register."""
        jobs = [(place, job) for place in PLACES for job in self._jobs(place)]
        self.random.shuffle(jobs)
        for place, job in jobs:
            self._family(place, job)
        dirt.register(self.random, self.rows)
        return self.rows

    def _jobs(self, place: Place) -> Iterator[str]:
        each = place.share
        yield from ["cluster"] * each + ["single"] * round(each * 0.25) + ["selvejende"] * each
        yield from ["private"] * round(each * 0.75) + ["udliciteret"] * (each // 6) + ["club"] * max(1, each // 3)
        yield from ["dagpleje", "special", *["village"] * (place.code in RURAL)]

    def _family(self, place: Place, job: str) -> None:
        ownership = {"selvejende": "2", "private": "3", "udliciteret": "4"}.get(job, "1")
        ground = {"dagpleje": CHILDMINDING, "club": CLUB, "special": SPECIAL, "village": VILLAGE}.get(job)
        company = self._municipal[place.code] if ownership == "1" else self._company()
        number = self._next(self._daginstitutioner, "D")
        family = Family(place, ownership, ground or DAYCARE[ownership], number, company, self._names[place.code])
        draw = {"dagpleje": self._dagpleje, "club": self._clubs, "cluster": self._cluster}.get(job, self._single)
        draw(family)

    def _cluster(self, family: Family) -> None:
        random, town = self.random, self.random.choice(family.place.towns)
        self._daginstitution(family, self._cluster_name(family, town.name))
        for _each in range(random.choice((2, 2, 3, 3, 3, 4, 5))):
            kind = random.choice(KINDS)
            self._unit(family, family.names.unit(kind, "1"), kind, places.address(random, town))

    def _cluster_name(self, family: Family, town: str) -> str:
        own = self.random.choice((f"{town} {self.random.choice(SIDES)}", family.names.fresh()))
        return self.random.choice(CLUSTERS).format(own)

    def _single(self, family: Family) -> None:
        special = family.ground == SPECIAL
        kind = "6022" if special else "6012" if family.ground == VILLAGE else self.random.choice(KINDS)
        name = family.names.unit(kind, family.ownership)
        if family.ground == VILLAGE:
            name = f"Landsbyordningen {family.names.fresh()}"
        self._daginstitution(family, name)
        self._unit(family, name, kind, self._address(family))

    def _dagpleje(self, family: Family) -> None:
        office = self._address(family)
        workplace = self._next(self._workplaces, "")
        self._daginstitution(family, f"Dagplejen {office.town.name.split()[0]}")
        for side in SIDES[: 2 + family.place.share // 5]:
            for group in range(1, self.random.choice((2, 2, 3))):
                self._unit(family, f"Dagplejen {side} gruppe {group}", "6013", office, p_number=workplace)

    def _clubs(self, family: Family) -> None:
        town = self.random.choice(family.place.towns)
        if chance(self.random, 0.25):
            family.ground = AFTER_SCHOOL
        kind = "6020" if family.ground == AFTER_SCHOOL else "6021"
        word = "Fritidshjemmene" if kind == "6020" else "Klubberne"
        self._daginstitution(family, f"{word} i {town.name}")
        for _each in range(self.random.choice((1, 2, 2, 3))):
            self._unit(family, family.names.unit(kind, "1"), kind, places.address(self.random, town))

    def _daginstitution(self, family: Family, name: str) -> None:
        self.rows.append({
            "dagtilbudsType": "daginstitution", "daginstitutionsNummer": family.number, "dagtilbudsNavn": name,
            "aktivitetsstatus": "Aktiv", "ejerformKode": family.ownership, "lovgrundlagKode": family.ground,
            "admKommuneKode": family.place.code,
        })  # fmt: skip

    def _unit(self, family: Family, name: str, kind: str, address: Address, *, p_number: str = "") -> None:
        number, contact = self._next(self._units, "G"), dirt.mailbox(self.random, name, family.place.domain)
        self.rows.append({
            "dagtilbudsType": "anvisningsenhed", "daginstitutionsNummer": family.number,
            "anvisningsenhedsNummer": number, "dagtilbudsNavn": name, "aktivitetsstatus": "Aktiv", "instType3": kind,
            "ejerformKode": family.ownership, "lovgrundlagKode": family.ground, "admKommuneKode": family.place.code,
            "cvrNummer": family.cvr_number, "pNummer": p_number or self._next(self._workplaces, ""),
            "email": contact, "telefonNummer": dirt.phone(self.random), **_columns(address, family.place),
        })  # fmt: skip
        if kind != "6013" and chance(self.random, WITH_ALTERNATIVE):
            self._alternative(family, number, name, places.address(self.random, address.town))

    def _alternative(self, family: Family, unit: str, name: str, address: Address) -> None:
        what = self.random.choice(("udflytterbase", "skovgruppen", "pavillon", "afdeling 2", "naturbase"))
        self.rows.append({
            "dagtilbudsType": "alternativ adresse", "anvisningsenhedsNummer": unit,
            "alternativAdresseNummer": self._next(self._units, "G"), "dagtilbudsNavn": f"{name}, {what}",
            "aktivitetsstatus": "Aktiv", "admKommuneKode": family.place.code, **_columns(address, family.place),
        })  # fmt: skip

    def _address(self, family: Family) -> Address:
        return places.address(self.random, self.random.choice(family.place.towns))

    def _company(self) -> str:
        return self._next(self._companies, "")

    def _next(self, numbers: count[int], prefix: str) -> str:
        """The next number; some have been skipped."""
        number = next(numbers)
        for _each in range(self.random.choice((0, 0, 0, 1, 2))):
            number = next(numbers)
        return f"{prefix}{number}"


def _columns(address: Address, place: Place) -> Row:
    return {
        "kommuneKode": place.code, "vejNavn": address.street, "husNummer": address.house_number,
        "postNummer": address.town.postcode, "byNavn": address.town.name,
        "geoBredde": f"{address.latitude:.5f}", "geoLaengde": f"{address.longitude:.5f}",
        "dawaId": sources.dar_id(address),
    }  # fmt: skip
