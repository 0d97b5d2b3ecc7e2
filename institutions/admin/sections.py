"""What other apps add to the institutions' pages, so that institutions never import them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest
    from django.utils.functional import Promise

    from institutions.consolidation import Plan
    from institutions.keys import Change
    from institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an institution's page: a heading, and a template of its own with what it shows."""

    slug: str
    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None


type MakeSection = Callable[[HttpRequest, Institution], Section | None]
type Describe = Callable[[Sequence[Change]], Sequence[str]]
type Note = Callable[[HttpRequest, Plan], str]

_makers: dict[str, tuple[int, MakeSection]] = {}
_describers: dict[str, Describe] = {}
_notes: dict[str, Note] = {}


def add(order: int) -> Callable[[MakeSection], MakeSection]:
    """Put a section on every institution's page; the lowest order stands first."""

    def keep(make_section: MakeSection) -> MakeSection:
        _makers[f"{make_section.__module__}.{make_section.__qualname__}"] = (order, make_section)
        return make_section

    return keep


def make(request: HttpRequest, institution: Institution) -> list[Section]:
    """Every section, in order; one that has nothing to say is left out."""
    made = [maker(request, institution) for _order, maker in sorted(_makers.values(), key=lambda one: one[0])]
    return [section for section in made if section]


def describe(model: str) -> Callable[[Describe], Describe]:
    """Tell a consolidation's changes of a model's rows in words: a sentence for each, in their order."""

    def keep(describer: Describe) -> Describe:
        _describers[model] = describer
        return describer

    return keep


def words(changes: Sequence[Change]) -> list[str]:
    """A consolidation's changes in words, in their order: by the model's own describer, or plainly.

    A change that is part of another row's has no sentence of its own.
    """
    changes = [change for change in changes if change.told]
    told: dict[int, str] = {}
    for model in {change.model for change in changes}:
        mine = [(place, change) for place, change in enumerate(changes) if change.model == model]
        sentences = _describers.get(model, _plainly)([change for _place, change in mine])
        told |= {place: sentence for (place, _change), sentence in zip(mine, sentences, strict=True)}
    return [told[place] for place in range(len(changes))]


def note(make_note: Note) -> Note:
    """Say something to who is about to consolidate: a sentence, empty where there is nothing to say."""
    _notes[f"{make_note.__module__}.{make_note.__qualname__}"] = make_note
    return make_note


def notes(request: HttpRequest, plan: Plan) -> list[str]:
    """What the apps want said of a plan."""
    return [told for one in _notes.values() if (told := one(request, plan))]


def _plainly(changes: Sequence[Change]) -> list[str]:
    return [_plain(change) for change in changes]


def _plain(change: Change) -> str:
    if change.makes:
        return _("%(label)s: oprettes.") % {"label": change.label}
    if not change.after:
        return _("%(label)s: fjernes.") % {"label": change.label}
    news = (f"{name} {change.before[name] or '–'} → {value or '–'}" for name, value in change.after.items())
    return f"{change.label}: " + ", ".join(news)


@describe("institutions.institution")
def _numbers(changes: Sequence[Change]) -> list[str]:
    return [
        _("%(number)s %(why)s: nummeret fører fremover dertil.") % {"number": one.subject, "why": one.why}
        if one.after.get("absorbed_into_id")
        else _("%(number)s bliver igen en institution for sig.") % {"number": one.subject}
        for one in changes
    ]


@describe("institutions.version")
def _versions(changes: Sequence[Change]) -> list[str]:
    told = []
    for one in changes:
        end = json.loads(one.after["period"])[1] if "period" in one.after else None
        names = {"number": one.subject, "name": one.label, "why": one.why,
                 "end": f"{date.fromisoformat(end):%d.%m.%Y}" if end else ""}  # fmt: skip
        told.append(
            _("%(number)s »%(name)s« %(why)s: dens sidste dag er dagen før %(end)s.") % names if end
            else _("%(number)s »%(name)s« er åben igen uden slutdato.") % names
        )  # fmt: skip
    return told
