"""For whom a system may report: given by STIL on a municipality's or a private owner's word, told in the ledger.

A municipality answers for the institutions that it administers, a private owner for its own. Without a mandate that
holds today nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from institutions.models import Level, Mandate, Verb, Version
from registry import callers, ledger, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from institutions.models import Institution, Municipality
    from registry.ledger import Actor

PRIVATE = "3"  # ejerformKode
MOST_PARTIES = 150  # characters of an event's »on behalf of«


@dataclass(frozen=True, slots=True)
class Place:
    """Where an institution stands: its administrative municipality, its ownership, itself and what is above it."""

    municipality: int | None
    ownership: str
    line: frozenset[int] = frozenset()

    @property
    def is_private(self) -> bool:
        """Whether its owner answers for it, not the municipality."""
        return self.ownership == PRIVATE


class Book:
    """A system's mandates of today, and which of them it has used."""

    def __init__(self, system: str) -> None:
        self.system = system
        held = Mandate.objects.filter(system=system, period__contains=periods.today())
        self._held = list(held.select_related("municipality", "institution"))
        self._used: set[str] = set()

    @property
    def on_behalf_of(self) -> str:
        """Those for whom it has acted."""
        return ", ".join(sorted(self._used))[:MOST_PARTIES]

    def require(self, verb: Verb, place: Place) -> None:
        """Note that the system acts on a place. Raises Refused `mandat_mangler`."""
        found = next((one for one in self._held if verb in one.verbs and _covers(one, place)), None)
        if found is None:
            who = _("institutionens ejer") if place.is_private else _("kommunen")
            raise Refused(
                "mandat_mangler",
                _("%(system)s har ikke mandat fra %(who)s til at %(verb)s her.")
                % {"system": self.system, "who": who, "verb": verb.label},
            )
        self._used.add(found.party)


def _covers(mandate: Mandate, place: Place) -> bool:
    if mandate.institution_id:
        return mandate.institution_id in place.line and place.is_private
    return mandate.municipality_id == place.municipality and not place.is_private


def place_of(institution: Institution, *, on: date) -> Place:
    """Where an institution stands on a day; one that has closed where it stood last."""
    own = _version(institution.pk, on)
    line, above, ownership = {institution.pk}, own, own.ownership if own else ""
    while above and above.parent_id and above.parent_id not in line:
        line.add(above.parent_id)
        above = _version(above.parent_id, on)
        if institution.level == Level.ALTERNATIV_ADRESSE and not ownership and above:
            ownership = above.ownership
    return Place(own.administrative_municipality_id if own else None, ownership, frozenset(line))


def _version(key: int, on: date) -> Version | None:
    versions = Version.objects.filter(institution=key)
    begun = versions.filter(Q(period__startswith__lte=on) | Q(period__lower_inf=True)).order_by("-period").first()
    return begun or versions.order_by("period").first()


@transaction.atomic
def give(
    system: str,
    *,
    verbs: Iterable[str],
    since: date,
    until: date | None = None,
    municipality: Municipality | None = None,
    institution: Institution | None = None,
    actor: Actor,
    reason: str = "",
) -> Mandate:
    """Let a system report for a municipality or a private owner's institution. `until` is the first day without.

    Raises Refused `ukendt_system`, `ugyldig_vaerdi`.
    """
    known = callers.find(system)
    wanted = [one.value for one in Verb if one in set(verbs)]
    if not wanted:
        raise Refused("ugyldig_vaerdi", _("Et mandat skal gælde mindst én handling."), field="verbs")
    if (municipality is None) == (institution is None):
        raise Refused("ugyldig_vaerdi", _("Vælg én: en kommune eller en privat institution."), field="municipality")
    if institution and not place_of(institution, on=since).is_private:
        raise Refused("ugyldig_vaerdi", _("%(number)s er ikke privat: kommunen giver mandatet.")
                      % {"number": institution.number}, field="institution", value=institution.number)  # fmt: skip
    if until and until <= since:
        raise Refused("ugyldig_vaerdi", _("Den sidste dag ligger før den første."), field="until")
    made = Mandate.objects.create(
        system=known.code, municipality=municipality, institution=institution, verbs=wanted,
        period=periods.between(since, until),
    )  # fmt: skip
    ledger.record([Entry("mandate.give", known.subject, {"before": None, "after": state(made)}, reason)], actor=actor)
    return made


@transaction.atomic
def end(mandate: Mandate, *, on: date, actor: Actor, reason: str = "") -> None:
    """Let a day be the first without a mandate. Raises Refused `mandat_ophoert` where it holds no longer then."""
    held = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if held.period.isempty or not periods.ends_after(held.period, on) or on < periods.today():
        raise Refused("mandat_ophoert", _("Mandatet gælder ikke den %(on)s.") % {"on": f"{on:%d.%m.%Y}"}, field="on")
    before = state(held)
    # One that has not begun by then never holds: an empty period says so.
    held.period = mandate.period = periods.between(min(held.period.lower or on, on), on)
    held.save(update_fields=["period"])
    known = callers.find(held.system)
    told = {"before": before, "after": state(held)}
    ledger.record([Entry("mandate.end", known.subject, told, reason)], actor=actor)


def state(mandate: Mandate) -> dict[str, Any]:
    """What the ledger holds of a mandate."""
    return {
        "system": mandate.system,
        "municipality": mandate.municipality.code if mandate.municipality else None,
        "institution": mandate.institution.number if mandate.institution else None,
        "verbs": list(mandate.verbs),
        "from": _day(mandate.period.lower),
        "to": _day(mandate.period.upper),
    }


def of_system(system: str) -> Sequence[Mandate]:
    """A system's mandates, also those that hold no longer."""
    return list(Mandate.objects.filter(system=system).select_related("municipality", "institution"))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
