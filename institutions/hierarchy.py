"""The three levels: who may stand under whom, top down, leaf first, in one municipality."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions.models import Level, Version
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from institutions.models import Institution, Municipality

# The level that stands above; None where nothing does.
ABOVE: Mapping[str, str | None] = {
    Level.DAGINSTITUTION: None,
    Level.ANVISNINGSENHED: Level.DAGINSTITUTION,
    Level.ALTERNATIV_ADRESSE: Level.ANVISNINGSENHED,
    Level.UDENFOR: None,
}


def check_parent(
    *, level: str, parent: Institution | None, parent_at: Version | None, municipality: Municipality | None
) -> None:
    """Whether a level in a municipality may stand under a parent that is as `parent_at` says.

    Raises Refused `forkert_overordnet`, `overordnet_mangler`, `overordnet_i_anden_kommune`.
    """
    above = ABOVE[level]
    if above is None:
        if parent is not None:
            raise Refused("forkert_overordnet", _("En %(level)s har ingen overordnet.") % {"level": level},
                          field="parent", value=parent.number)  # fmt: skip
        return
    if parent is None:
        raise Refused("overordnet_mangler", _("En %(level)s skal stå under en %(above)s.")
                      % {"level": level, "above": above}, field="parent")  # fmt: skip
    if parent.level != above:
        raise Refused(
            "forkert_overordnet",
            _("En %(level)s skal stå under en %(above)s; %(number)s er en %(other)s.")
            % {"level": level, "above": above, "number": parent.number, "other": parent.level},
            field="parent",
            value=parent.number,
        )
    if parent_at is None:
        raise Refused("overordnet_mangler", _("%(number)s er ikke åben på dagen.") % {"number": parent.number},
                      field="parent", value=parent.number)  # fmt: skip
    if parent_at.administrative_municipality != municipality:
        raise Refused(
            "overordnet_i_anden_kommune",
            _("%(number)s hører til %(theirs)s, enheden til %(ours)s. Flyt kun inden for samme administrative kommune.")
            % {
                "number": parent.number,
                "theirs": parent_at.administrative_municipality or "–",
                "ours": municipality or "–",
            },
            field="parent",
            value=parent.number,
        )


def check_stays_open(parent: Institution, *, on: date, versions: Iterable[Version]) -> None:
    """Raise Refused `overordnet_mangler` where the parent is closed on a day or later."""
    ahead = [one for one in versions if one.period.upper is None or one.period.upper > on]
    gap = any(one.period.upper != other.period.lower for one, other in pairwise(ahead))
    if not ahead or gap or not periods.starts_by(ahead[0].period, on) or ahead[-1].period.upper is not None:
        end = f"{ahead[-1].period.upper:%d.%m.%Y}" if ahead and ahead[-1].period.upper else f"{on:%d.%m.%Y}"
        raise Refused(
            "overordnet_mangler",
            _("%(number)s er ikke åben fra den %(on)s og frem (senest %(end)s).")
            % {"number": parent.number, "on": f"{on:%d.%m.%Y}", "end": end},
            field="parent",
            value=parent.number,
        )


def open_children(parents: Iterable[int], *, on: date) -> list[Version]:
    """The versions under institutions (by primary key) on a day or at any later time."""
    return list(
        Version.objects.filter(parent__in=list(parents))
        .filter(Q(period__endswith__gt=on) | Q(period__upper_inf=True))
        .select_related("institution")
        .order_by("institution__number", "period")
    )


def below(institution: Institution, *, on: date) -> list[Institution]:
    """What stands under an institution on a day or at any later time, at every level, parents before children."""
    found: dict[int, Institution] = {}
    above = {institution.pk}
    while above:
        children = {one.institution_id: one.institution for one in open_children(above, on=on)}
        above = children.keys() - found.keys()
        found |= children
    return list(found.values())


def refuse_children(institution: Institution, children: Sequence[str]) -> None:
    """Raise Refused `har_aabne_underenheder`, naming them, where anything still stands under it."""
    if children:
        raise Refused(
            "har_aabne_underenheder",
            ngettext(
                "Under %(number)s står %(count)s åben enhed: %(children)s. Nedlæg eller flyt den først.",
                "Under %(number)s står %(count)s åbne enheder: %(children)s. Nedlæg eller flyt dem først.",
                len(children),
            )
            % {"number": institution.number, "count": len(children), "children": ", ".join(children[:10])},
            field="on",
            suggestions=children,
        )
