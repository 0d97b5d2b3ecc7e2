"""What has happened in the register, for people: the newest first, all of it or a municipality's, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from institutions import stories
from institutions.columns import PUBLIC
from institutions.models import Level, Municipality
from registry import ledger, periods
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.utils.functional import Promise

    from institutions.stories import Story

PAGE = 50  # events
NAME = "navn"
# A consolidation is told by the one who lives on: that one has a municipality.
KINDS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "oprettet": (_("Oprettet og genåbnet"), ("lifecycle.open", "lifecycle.reopen")),
    "nedlagt": (_("Nedlagt"), ("lifecycle.close",)),
    "flyttet": (_("Flyttet til en anden daginstitution"), ("lifecycle.move",)),
    "konsolideret": (_("Konsolideret"), ("consolidation.absorb",)),
    NAME: (_("Skiftet navn"), ("lifecycle.correct",)),
    "rettet": (_("Oplysninger ændret"), ("lifecycle.correct",)),
    "ikraft": (_("Trådt i kraft"), (stories.TAKE_EFFECT,)),
    "fortrudt": (_("Fortrudt og trukket tilbage"), ("consolidation.release", "lifecycle.withdraw")),
}
ACTIONS = tuple(dict.fromkeys(action for _label, actions in KINDS.values() for action in actions))
_RENAMED = "AND data #>> '{before,versions,-1,name}' <> data #>> '{after,versions,-1,name}'"
# The first of each action, or of each institution, and then the first of those: by an index each, however long the
# ledger is and however rare what is looked for.
_FIRST = """
SELECT one.seq FROM ({each}) AS each(key) CROSS JOIN LATERAL (
    SELECT seq FROM registry_event
    WHERE {column} = each.key AND action = ANY(%(actions)s) AND seq > %(after)s AND seq < %(before)s {more}
    ORDER BY seq {order} LIMIT %(limit)s
) one ORDER BY seq {order} LIMIT %(limit)s
"""
_ACTIONS = "SELECT unnest(%(actions)s::text[])"
_INSTITUTIONS = """
SELECT DISTINCT i.number FROM institutions_institution i JOIN institutions_version v ON v.institution_id = i.id
JOIN institutions_municipality m ON m.id = v.administrative_municipality_id WHERE m.code = %(municipality)s
"""
_AFTER_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what is asked: a municipality's code, a kind of `KINDS`, and the last day on which it was written down."""

    municipality: str = ""
    kind: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class News:
    """An event, and whom it is about, as it was called then."""

    story: Story
    name: str
    level: str
    municipality: str

    @property
    def day(self) -> date:
        """The day on which it was written down."""
        return periods.day_of(self.story.at)


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first. `older` and `newer` are where the next page begins; None where there is none."""

    news: Sequence[News]
    older: int | None
    newer: int | None


def page(asked: Asked, *, before: int | None = None, after: int | None = None) -> Page:
    """The newest events before a seq, or the first after one. Seven queries at most."""
    backwards = after is not None
    end = _AFTER_ALL if asked.until is None else ledger.known_at(periods.end_of(asked.until)) + 1
    found = _events(asked, after=after or 0, before=min(before or end, end), order="ASC" if backwards else "DESC")
    more, found = len(found) > PAGE, found[:PAGE]
    if not found:
        return Page((), None, None)
    found.sort(key=lambda one: one.seq, reverse=True)
    return Page(
        _told(found),
        older=found[-1].seq if backwards or more else None,
        newer=found[0].seq if (more if backwards else before) else None,
    )


def _events(asked: Asked, *, after: int, before: int, order: str) -> list[Event]:
    """One more than a page of the events between two, the first in the order first."""
    each, column = (_INSTITUTIONS, "subject") if asked.municipality else (_ACTIONS, "action")
    sql = _FIRST.format(each=each, column=column, order=order, more=_RENAMED if asked.kind == NAME else "")
    given: dict[str, Any] = {
        "actions": list(KINDS[asked.kind][1] if asked.kind else ACTIONS), "municipality": asked.municipality,
        "after": after, "before": before, "limit": PAGE + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        wanted = [seq for (seq,) in cursor.fetchall()]
    return list(Event.objects.filter(PUBLIC, seq__in=wanted).order_by("seq" if order == "ASC" else "-seq"))


def _told(events: Sequence[Event]) -> list[News]:
    places = dict(Municipality.objects.values_list("code", "name"))
    return [_one(event, story, places) for event, story in zip(events, stories.for_all(events), strict=True)]


def _one(event: Event, story: Story, places: Mapping[str, str]) -> News:
    states = [event.data.get(side) or {} for side in ("after", "before")]
    told: dict[str, Any] = next((one["versions"][-1] for one in states if one.get("versions")), {})
    level = next((one["level"] for one in states if one.get("level")), "")
    return News(
        story, told.get("name", ""), str(Level(level).label) if level else "",
        places.get(told.get("administrative_municipality", ""), told.get("municipality_text", "")),
    )  # fmt: skip
