"""What is missing or wrong in the register on a day: a count and a list each, not a complaint a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from institutions.models import LawfulCombination, Level, Version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Check:
    """An item of the quality list. `versions` gives what is at fault on a day."""

    slug: str
    title: str | Promise
    versions: Callable[[date], QuerySet[Version]]


def _on(day: date, *levels: str) -> QuerySet[Version]:
    return Version.objects.filter(period__contains=day, institution__level__in=levels)


def unlawful(day: date) -> QuerySet[Version]:
    """Units whose ownership, legal ground and type do not lawfully stand together on the day."""
    lawful = LawfulCombination.objects.filter(
        period__contains=day, ownership=OuterRef("ownership"), legal_ground=OuterRef("legal_ground"),
        institution_type=OuterRef("institution_type"),
    )  # fmt: skip
    return _on(day, Level.ANVISNINGSENHED).exclude(legal_ground="").filter(~Exists(lawful))


def without_units(day: date) -> QuerySet[Version]:
    """Daginstitutioner with no unit on the day: each must have one at least."""
    children = Version.objects.filter(parent=OuterRef("institution"), period__contains=day)
    return _on(day, Level.DAGINSTITUTION).filter(~Exists(children))


def without_parent(day: date) -> QuerySet[Version]:
    """Units and addresses that stand under nothing, or under something that is closed, on the day."""
    above = Version.objects.filter(institution=OuterRef("parent"), period__contains=day)
    return _on(day, Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE).filter(~Exists(above))


CHECKS = (
    Check("ulovlig", _("Ulovlig kombination af ejerform, lovgrundlag og type"), unlawful),
    Check("uden-overordnet", _("Uden åben overordnet"), without_parent),
    Check("uden-enheder", _("Daginstitution uden enheder"), without_units),
    Check("uden-p-nummer", _("Anvisningsenhed uden P-nummer"),
          lambda day: _on(day, Level.ANVISNINGSENHED).filter(p_number="")),
    Check("uden-lovgrundlag", _("Uden lovgrundlag"),
          lambda day: _on(day, Level.DAGINSTITUTION, Level.ANVISNINGSENHED).filter(legal_ground="")),
    Check("uden-koordinater", _("Uden koordinater"),
          lambda day: _on(day, Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)
          .filter(Q(latitude__isnull=True) | Q(longitude__isnull=True))),
)  # fmt: skip
