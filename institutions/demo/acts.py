"""What may happen to institutions: each act picks some that nothing has happened to, and calls the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from institutions import lifecycle
from institutions.demo import dirt, families, places
from institutions.demo.families import MUNICIPAL, MUNICIPAL_GROUND
from institutions.demo.names import Names
from institutions.demo.places import BY_CODE
from institutions.models import Cause, Level, Municipality

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from random import Random

    from institutions.demo.families import Unit
    from institutions.models import Institution
    from registry.ledger import Actor

SPECIAL_UNTIL_2023, SPECIAL_FROM_2024 = "50", "60"
CONTRACTED, CONTRACTED_GROUND = "4", "12"
# Owners of særlige dagtilbud who have not noticed barnets lov.
UNAWARE = 3


class Acts:
    """The acts, each from a day on. A family (the units of a daginstitution) changes its size once at most."""

    def __init__(self, random: Random, *, since: date, actor: Actor) -> None:
        self.random, self.actor = random, actor
        self.names = Names(random)
        self.municipalities = {one.code: one for one in Municipality.objects.all()}
        self.pool = families.on(since)
        self.special = [one for one in self.pool if one.version.legal_ground == SPECIAL_UNTIL_2023]
        random.shuffle(self.pool)

    def rename(self, on: date) -> None:
        """A new name."""
        unit = self._pick(lambda one: one.kind != "6013")
        reason = self.random.choice(("Nyt navn efter afstemning i forældrebestyrelsen", "Navneskift", ""))
        self._correct(unit.institution, on, reason, name=self.names.unit(unit.kind, MUNICIPAL))

    def contact(self, on: date) -> None:
        """A new telephone number and mailbox."""
        unit = self._pick(lambda one: one.kind != "")
        mailbox = dirt.mailbox(self.random, unit.version.name, BY_CODE[unit.code].domain)
        self._correct(unit.institution, on, "", phone=dirt.phone(self.random), email=mailbox)

    def relocate(self, on: date) -> None:
        """A new building."""
        unit = self._pick(lambda one: one.is_daycare)
        self._correct(unit.institution, on, "Ny bygning", **self._address(unit))

    def retype(self, on: date) -> None:
        """A børnehave or vuggestue becomes age-integrated."""
        unit = self._pick(lambda one: one.kind in {"6010", "6011"} and one.is_sound)
        self._correct(unit.institution, on, "Tilbyder nu pladser fra 0 til 5 år", institution_type="6012")

    def contract_out(self, on: date) -> None:
        """A municipal institution is run by a company from now on."""
        unit = self._pick(lambda one: not one.siblings and one.is_municipal)
        for one in (unit.parent, unit.institution):
            self._correct(one, on, "Driften er udliciteret", ownership=CONTRACTED, legal_ground=CONTRACTED_GROUND)

    def move(self, on: date) -> None:
        """A unit moves to another cluster of its municipality."""
        unit = self._pick_family(lambda one: len(one.siblings) > 1 and one.is_municipal)
        other = self._pick_family(lambda one: len(one.siblings) > 0 and one.code == unit.code and one.is_municipal)
        lifecycle.move(unit.institution, to=other.parent, on=on, actor=self.actor, reason="Ny klyngestruktur")

    def close(self, on: date) -> None:
        """A unit closes, leaf first, and its daginstitution with it."""
        unit = self._pick_family(lambda one: not one.siblings and one.is_daycare)
        self._shut(unit, on, "Nedlagt på grund af faldende børnetal")

    def merge_into(self, on: date) -> None:
        """A unit merges into another of its cluster."""
        unit = self._pick_family(lambda one: len(one.siblings) > 0)
        heir = self.random.choice(unit.siblings)
        self._shut(unit, on, f"Sammenlagt med {heir.version.name}", Cause.MERGED, heir.institution)

    def merge(self, on: date) -> None:
        """Two units of a cluster become a new one."""
        unit = self._pick_family(lambda one: len(one.siblings) > 1 and one.is_municipal)
        heir = self._open_unit(unit, on, "6012", unit.parent)
        for one in (unit, self.random.choice(unit.siblings)):
            self._shut(one, on, "Sammenlagt i en ny bygning", Cause.MERGED, heir)

    def split(self, on: date) -> None:
        """A unit becomes two."""
        unit = self._pick_family(lambda one: len(one.siblings) > 0 and one.is_municipal)
        heirs = [self._open_unit(unit, on, kind, unit.parent) for kind in ("6010", "6011")]
        self._shut(unit, on, "Delt i en vuggestue og en børnehave", Cause.SPLIT, *heirs)

    def take_over(self, on: date) -> None:
        """The municipality takes over a private institution: a new number, and a successor."""
        unit, heir = self._municipal_heir(on)
        self._shut(unit, on, "Overtaget af kommunen", Cause.TAKEN_OVER, heir)

    def take_over_and_forget(self, on: date) -> None:
        """The same, but nobody closed the old number: a duplicate in the register."""
        self._municipal_heir(on)

    def open(self, on: date) -> None:
        """A new daginstitution with a unit."""
        model = self._pick(lambda one: one.is_municipal)
        name = self.names.unit("6012", MUNICIPAL)
        self._open_unit(model, on, "6012", self._open_top(model, on, name), name=name)

    def open_alternative(self, on: date) -> None:
        """A unit gets one more address."""
        unit = self._pick(lambda one: not one.children and one.is_daycare)
        name = f"{unit.version.name}, udflytterbase"
        lifecycle.open(
            level=Level.ALTERNATIV_ADRESSE, on=on, actor=self.actor, parent=unit.institution, name=name,
            **self._address(unit),
        )  # fmt: skip

    def reopen(self, on: date) -> None:
        """A unit closes and opens again half a year later."""
        unit = self._pick_family(lambda one: len(one.siblings) > 1 and not one.children and one.is_sound)
        self._shut(unit, on, "Lukket efter vandskade")
        again = on + timedelta(days=184)
        lifecycle.reopen(unit.institution, on=again, actor=self.actor, reason="Genåbnet efter renovering")

    def open_in_error(self, on: date) -> None:
        """A unit is registered twice; the second number is taken back on the day after."""
        unit = self._pick(lambda one: one.is_municipal)
        wrong = self._open_unit(unit, on, unit.kind, unit.parent, name=unit.version.name)
        lifecycle.close(
            wrong, on=on + timedelta(days=1), actor=self.actor, cause=Cause.IN_ERROR,
            reason=f"Oprettet igen ved en fejl, se {unit.institution.number}",
        )  # fmt: skip

    def obey_barnets_lov(self, on: date) -> None:
        """Særlige dagtilbud get their new legal ground; a few owners forget it."""
        for unit in self.special[UNAWARE:]:
            for one in (unit.parent, unit.institution):
                self._correct(one, on, "Barnets lov afløser serviceloven", legal_ground=SPECIAL_FROM_2024)

    def _correct(self, institution: Institution, on: date, reason: str, **facts: Any) -> None:  # noqa: ANN401
        lifecycle.correct(institution, on=on, actor=self.actor, reason=reason, **facts)

    def _municipal_heir(self, on: date) -> tuple[Unit, Institution]:
        unit = self._pick_family(lambda one: one.version.ownership == "3" and not one.siblings and one.is_sound)
        at = unit.version
        where = ("name", "street", "house_number", "postcode", "town", "latitude", "longitude")
        top = self._open_top(unit, on, at.name)
        return unit, self._open_unit(unit, on, at.institution_type, top, **{name: getattr(at, name) for name in where})

    def _open_top(self, model: Unit, on: date, name: str) -> Institution:
        return lifecycle.open(
            level=Level.DAGINSTITUTION, on=on, actor=self.actor, name=name, ownership=MUNICIPAL,
            legal_ground=MUNICIPAL_GROUND, administrative_municipality=model.version.administrative_municipality,
        )  # fmt: skip

    def _open_unit(self, model: Unit, on: date, kind: str, parent: Institution, **told: Any) -> Institution:  # noqa: ANN401
        name = told.pop("name", "") or self.names.unit(kind, MUNICIPAL)
        facts = {
            "p_number": f"1995{self.random.randint(0, 999_999):06d}", "phone": dirt.phone(self.random),
            "email": dirt.mailbox(self.random, name, BY_CODE[model.code].domain), **self._address(model), **told,
        }  # fmt: skip
        return lifecycle.open(
            level=Level.ANVISNINGSENHED, on=on, actor=self.actor, parent=parent, name=name, institution_type=kind,
            **facts,
        )  # fmt: skip

    def _shut(self, unit: Unit, on: date, reason: str, cause: Cause = Cause.CLOSED, *heirs: Institution) -> None:
        for child in unit.children:
            lifecycle.close(child, on=on, actor=self.actor, reason=reason)
        lifecycle.close(unit.institution, on=on, actor=self.actor, reason=reason, cause=cause, successors=heirs)
        if not unit.siblings:
            lifecycle.close(unit.parent, on=on, actor=self.actor, reason="Har ingen enheder mere")

    def _address(self, unit: Unit) -> dict[str, Any]:
        address = places.address(self.random, self.random.choice(BY_CODE[unit.code].towns))
        return {
            "street": address.street, "house_number": address.house_number, "postcode": address.town.postcode,
            "town": address.town.name, "latitude": address.latitude, "longitude": address.longitude,
            "municipality": self.municipalities[unit.code],
        }  # fmt: skip

    def _pick(self, fits: Callable[[Unit], bool]) -> Unit:
        """A unit, to which nothing more happens."""
        unit = next(one for one in self.pool if fits(one))
        self.pool.remove(unit)
        return unit

    def _pick_family(self, fits: Callable[[Unit], bool]) -> Unit:
        """A unit of a family that is whole still, and to which nothing more happens."""
        whole = set(self.pool)
        unit = self._pick(lambda one: fits(one) and whole.issuperset(one.siblings))
        self.pool = [one for one in self.pool if one not in unit.siblings]
        return unit
