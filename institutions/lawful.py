"""Which ownership, legal ground and type may stand together on a day.

Source: dagtilbudsloven §§ 19, 21, 52 and 66, serviceloven §§ 32 and 36 until the end of 2023,
barnets lov § 83 from 2024. The combinations are a dated table, not a constant here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from institutions.models import LawfulCombination
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Lawful:
    """The combinations that are lawful on a day, in memory."""

    on: date
    combinations: frozenset[tuple[str, str, str]]

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset((ownership, ground) for ownership, ground, _type in self.combinations)

    def holds(self, *, ownership: str, legal_ground: str, institution_type: str) -> bool:
        """Whether the combination is lawful. Without a type (a daginstitution) the pair is asked."""
        if not institution_type:
            return (ownership, legal_ground) in self._pairs
        return (ownership, legal_ground, institution_type) in self.combinations

    def grounds(self, *, ownership: str, institution_type: str) -> list[str]:
        """The legal grounds that an ownership and a type leave."""
        return sorted(
            {ground for one, ground, kind in self.combinations if one == ownership and institution_type in {kind, ""}}
        )

    def derive(self, *, ownership: str, institution_type: str) -> str:
        """The one lawful ground that ownership and type leave; empty where they leave none or several."""
        grounds = self.grounds(ownership=ownership, institution_type=institution_type)
        return grounds[0] if len(grounds) == 1 and institution_type else ""

    def check(self, *, ownership: str, legal_ground: str, institution_type: str) -> None:
        """Raise Refused `ulovlig_kombination` where the combination is not lawful on the day."""
        if self.holds(ownership=ownership, legal_ground=legal_ground, institution_type=institution_type):
            return
        lawful = self.grounds(ownership=ownership, institution_type=institution_type)
        raise Refused(
            "ulovlig_kombination",
            _("Ejerform %(ownership)s, lovgrundlag %(ground)s og type %(kind)s er ikke lovligt den %(on)s. %(remedy)s")
            % {
                "ownership": ownership or "–", "ground": legal_ground or "–", "kind": institution_type or "–",
                "on": f"{self.on:%d.%m.%Y}",
                "remedy": _("Lovgrundlag kan være: %(all)s.") % {"all": ", ".join(lawful)} if lawful
                else _("Intet lovgrundlag passer til ejerformen og typen: ret en af dem."),
            },
            field="legal_ground",
            value=legal_ground,
            suggestions=lawful,
        )  # fmt: skip


def as_of(on: date | None = None) -> Lawful:
    """The lawful combinations on a day; today where none is given. One query."""
    on = on or periods.today()
    rows = LawfulCombination.objects.filter(period__contains=on)
    return Lawful(on, frozenset(rows.values_list("ownership", "legal_ground", "institution_type")))
