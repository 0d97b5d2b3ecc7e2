"""An institution's page: its state today, its place in the tree, what held when, what happened, what may be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institutions import access, fates, quality, stories, timeline, wording
from institutions.admin import sections
from institutions.admin.acts import BELOW
from institutions.duplicates.queue import ASKED, waiting
from institutions.fates import Status
from institutions.hierarchy import ABOVE
from institutions.models import Level, Version
from registry import ledger, periods

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest
    from django.utils.functional import Promise

    from institutions.fates import Fate
    from institutions.models import Candidate, Consolidation, Institution
    from institutions.wording import Words

MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Button:
    """A way to an act."""

    text: str | Promise
    url: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """An institution in the tree, and what stands under it."""

    version: Version
    here: bool
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period, and what was new in it."""

    version: Version
    when: str
    changes: Sequence[tuple[str, str, str]]
    texts: Sequence[tuple[str, str]]
    last_day: date | None


def page(request: HttpRequest, institution: Institution) -> dict[str, Any]:
    """Everything that the page shows."""
    today = periods.today()
    fate = fates.tell([institution], on=today)[institution.number]
    version = fate.version
    told = timeline.state(institution, fate.line.versions)["versions"]
    words = wording.load({one["parent"] for one in told if "parent" in one})
    day = _day(fate, today)
    stretches = _stretches(fate, told, words)
    shown = next((one for one in stretches if version and one.version.pk == version.pk), None)
    events = list(ledger.history(institution.number).order_by("-seq")[: MOST_EVENTS + 1])
    return {
        "title": f"{institution.number} {version.name if version else ''}".strip(), "institution": institution,
        "fate": fate, "version": version, "today": today, "status": fate.status.name.lower(),
        "facts": shown.texts if shown else (), "missing": _missing(version, today), "buttons": _buttons(fate),
        "roots": _tree(version, day), "tree_day": day if day != today else None,
        "stretches": list(reversed(stretches)), "candidates": _candidates(request, institution),
        "stories": stories.tell(events[:MOST_EVENTS]), "more_events": len(events) > MOST_EVENTS,
        "consolidations": _consolidations(request, institution), "sections": sections.make(request, institution),
    }  # fmt: skip


def _day(fate: Fate, today: date) -> date:
    """The day that the page tells of: today, or the nearest on which the institution was open."""
    period = fate.version.period if fate.version else None
    if fate.status is Status.COMING and period and period.lower:
        first: date = period.lower
        return first
    return fate.ended - timedelta(days=1) if fate.ended else today


def _buttons(fate: Fate) -> list[Button]:
    institution, is_open = fate.institution, fate.status in {Status.OPEN, Status.COMING}

    def to(slug: str) -> str:
        return reverse(f"admin:institutions_institution_{slug}", args=[institution.number])

    buttons = []
    if institution.level == Level.UDENFOR:
        if fate.status is Status.OPEN:
            buttons = [Button(_("Konsolidér"), to("konsolider")), Button(_("Nedlæg"), to("nedlaeg"), danger=True)]
        elif fate.status is Status.CLOSED:
            buttons = [Button(_("Genåbn"), to("genaabn"))]
        return buttons
    if is_open:
        buttons.append(Button(_("Ret"), to("ret")))
        if ABOVE[institution.level]:
            buttons.append(Button(_("Flyt"), to("flyt")))
        if below := BELOW.get(institution.level):
            buttons.append(Button(_("Opret %s herunder") % Level(below).label, to("opret")))
        buttons.append(Button(_("Nedlæg"), to("nedlaeg"), danger=True))
    elif fate.status is not Status.CONSOLIDATED:
        buttons.append(Button(_("Genåbn"), to("genaabn")))
    if fate.line.ahead(periods.today()):
        buttons.append(Button(_("Træk ændring tilbage"), to("traek-tilbage")))
    return buttons


def _missing(version: Version | None, today: date) -> list[str | Promise]:
    if version is None:
        return []
    return [check.title for check in quality.CHECKS if check.versions(today).filter(pk=version.pk).exists()]


def _stretches(fate: Fate, told: Sequence[dict[str, Any]], words: Words) -> list[Stretch]:
    """The versions, oldest first, each with what differs from the one before it."""
    found: list[Stretch] = []
    before: dict[str, str] = {}
    for version, one in zip(fate.line.versions, told, strict=True):
        last = version.period.upper - timedelta(days=1) if version.period.upper else None
        texts = words.texts(one, on=last or fate.on)
        differs = [
            (str(label), before.get(name, ""), texts.get(name, ""))
            for name, label in wording.LABELS.items()
            if before and name != "closing_cause" and before.get(name, "") != texts.get(name, "")
        ]
        when = (
            "ahead" if not periods.starts_by(version.period, fate.on)
            else "now" if periods.ends_after(version.period, fate.on) else "past"
        )  # fmt: skip
        listed = [(str(label), texts[name]) for name, label in wording.LABELS.items() if name in texts]
        found.append(Stretch(version, when, differs, listed, last))
        before = texts
    return found


def _tree(version: Version | None, day: date) -> list[Node]:
    """The line up to the daginstitution, and all that stands under the institution, on a day."""
    if version is None or version.institution.level == Level.UDENFOR:
        return []
    node = Node(version, here=True, children=_below(version.institution_id, day, depth=2))
    parent = version.parent_id
    while parent:
        above = access.versions(day).filter(institution=parent).first()
        if above is None:
            break
        node = Node(above, here=False, children=[node])
        parent = above.parent_id
    return [node]


def _below(parent: int, day: date, *, depth: int) -> list[Node]:
    """What stands under an institution on a day, `depth` levels down; a query for each level."""
    top: list[Node] = []
    above: dict[int, list[Node]] = {parent: top}
    for _level in range(depth):
        found = access.versions(day).filter(parent__in=above).order_by("sort_key", "institution__number")
        following: dict[int, list[Node]] = {}
        for version in found:
            node = Node(version, here=False)
            above[version.parent_id or 0].append(node)
            following[version.institution_id] = node.children
        above = following
    return top


def _candidates(request: HttpRequest, institution: Institution) -> list[Candidate]:
    pairs = waiting(request.user)
    own = Q(leaving=institution) | Q(staying=institution)
    return list(pairs.filter(own, score__gte=ASKED))


def _consolidations(request: HttpRequest, institution: Institution) -> list[Consolidation]:
    """Those in which it was absorbed, or absorbed another."""
    done = access.consolidations(request.user)
    if institution.level == Level.UDENFOR:
        return list(done.filter(subject=institution.number))
    absorbing = ledger.history(institution.number).filter(action="consolidation.absorb")
    return list(done.filter(correlation__in=absorbing.values("correlation")))
