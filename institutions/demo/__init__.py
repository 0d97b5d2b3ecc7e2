"""An invented register, built through the rules: as it opened in 2019, and what has happened since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from institutions import consolidation, importing
from institutions.columns import COLUMNS, LEGACY_COLUMNS
from institutions.demo import outside, since, sources, systems
from institutions.demo.draws import stream
from institutions.demo.opening import Opening
from institutions.demo.sheets import sheet
from institutions.models import Institution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.models import Consolidation
    from registry.ledger import Actor

__all__ = ["Twin", "consolidate", "happen", "know", "open_register", "sheet", "stream", "systems"]

# How long ago each consolidation was made.
DAYS_BACK = (41, 34, 20, 13, 6, 0)


@dataclass(frozen=True, slots=True)
class Twin:
    """An A-number and the number of the register that it really is."""

    outside: str
    inside: str


def open_register(seed: int, *, actor: Actor) -> list[Twin]:
    """Load the register as it opened and the A-numbers. Gives what the A-numbers really are."""
    rows = Opening(stream(seed, "åbning")).draw()
    importing.register(sheet(COLUMNS, rows), actor=actor, on=since.OPENED)
    legacy, twins = outside.draw(stream(seed, "A-numre"), rows)
    importing.legacy(sheet(LEGACY_COLUMNS, legacy), actor=actor, on=since.OPENED)
    return [Twin(*pair) for pair in twins]


def know(seed: int) -> None:
    """Let DAR and CVR know the addresses and workplaces with which the register opened, where they have a file."""
    sources.know(Opening(stream(seed, "åbning")).draw())


def happen(seed: int, *, today: date, actor: Actor) -> int:
    """Let the years since go by. Gives how many acts there were."""
    return since.happen(stream(seed, "siden"), today=today, actor=actor)


def consolidate(twins: Sequence[Twin], *, today: date, actor: Actor) -> list[Consolidation]:
    """Consolidate the first few pairs that are open, in the last weeks; the last of them is undone."""
    done: list[Consolidation] = []
    for twin, back in zip(_open(twins), DAYS_BACK, strict=False):
        planned = consolidation.plan(twin[0], twin[1], on=today - timedelta(days=back))
        reason = "Samme institution: navn, adresse og telefon passer"
        done.append(consolidation.execute(planned, fingerprint=planned.fingerprint, actor=actor, reason=reason))
    consolidation.undo(done[-1], actor=actor, reason="Forkert institution: den rigtige ligger på nabogrunden")
    return done


def _open(twins: Sequence[Twin]) -> list[tuple[Institution, Institution]]:
    """The pairs of which both are open for good, each number once: survivor and absorbed."""
    numbers = {number for twin in twins for number in (twin.outside, twin.inside)}
    lasting = Institution.objects.filter(number__in=numbers, versions__period__upper_inf=True)
    unchanged = lasting.annotate(states=Count("versions__pk")).filter(states=1)
    found = {one.number: one for one in unchanged}
    pairs = {twin.inside: twin.outside for twin in twins if {twin.inside, twin.outside} <= found.keys()}
    return [(found[inside], found[outside]) for inside, outside in pairs.items()]
