"""The ledger's events in plain Danish: what happened, which facts changed from what to what, from which day.

The one place for such sentences: the admin, the pages and the spreadsheets take them from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import wording
from institutions.columns import EVENT_NAMES
from institutions.models import Cause
from institutions.wording import CONTACT, LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from django.utils.functional import Promise

    from institutions.wording import Words
    from registry.models import Event

DOORS: Mapping[str, str | Promise] = {
    "admin": gettext_lazy("administrationen"),
    "api": gettext_lazy("et system"),
    "side": gettext_lazy("hjemmesiden"),
    "kommando": gettext_lazy("indlæsning"),
    "demo": gettext_lazy("demodata"),
}
_TITLES: Mapping[str, str | Promise] = {
    "lifecycle.open": gettext_lazy("Oprettet"),
    "lifecycle.correct": gettext_lazy("%(corrected)s"),
    "lifecycle.move": gettext_lazy("Flyttet til %(parent)s"),
    "lifecycle.close": gettext_lazy("Nedlagt%(cause)s"),
    "lifecycle.reopen": gettext_lazy("Genåbnet"),
    "lifecycle.withdraw": gettext_lazy("Planlagt ændring trukket tilbage"),
    "lifecycle.take_effect": gettext_lazy("Trådt i kraft: %(effect)s"),
    "consolidation.execute": gettext_lazy("Konsolideret ind i %(survivor)s"),
    "consolidation.absorb": gettext_lazy("Har optaget %(absorbed)s"),
    "consolidation.undo": gettext_lazy("Konsolideringen ind i %(survivor)s er fortrudt"),
    "consolidation.release": gettext_lazy("Har afgivet %(absorbed)s igen"),
}
TAKE_EFFECT = "lifecycle.take_effect"
ENDING = frozenset({"to", "closing_cause"})
TOLD_BY_TITLE = frozenset({"closing_cause", "absorbed_into"})
OUTSIDE = "A"  # what the number of an institution outside the register begins with
_MORE: Mapping[str, str | Promise] = {
    "successors": gettext_lazy("Efterfølgere"),
    "absorbed_into": gettext_lazy("Konsolideret ind i"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that an event changed: in words before and after, from a day on; None where it is not known."""

    field: str
    label: str
    before: str
    after: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Story:
    """An event: `at` is when it was written down, `on` the day from which it holds."""

    seq: int
    action: str
    subject: str
    title: str
    at: datetime
    on: date | None
    changes: tuple[Change, ...]
    reason: str
    actor: str
    door: str

    @property
    def opening(self) -> bool:
        """Whether it tells what was there from the first, rather than what became different."""
        return any(one.field == "name" and not one.before for one in self.changes)


def tell(events: Iterable[Event]) -> list[Story]:
    """The events as stories, in their order. Three queries, however many they are."""
    events = list(events)
    words = wording.load({number for event in events for number in _numbers(event.data)})
    return [_tell(event, words) for event in events]


def for_all(events: Iterable[Event]) -> list[Story]:
    """The stories for everybody: without persons and their reasons, and without contact data from outside the register.

    Those free-typed records may hold private people's. What a title says is not said again.
    """
    told = []
    for one in tell(events):
        hidden = TOLD_BY_TITLE | (CONTACT if one.subject.startswith(OUTSIDE) else frozenset())
        kept = tuple(change for change in one.changes if change.field not in hidden)
        told.append(replace(one, changes=kept, reason="", actor="", door=""))
    return told


def _tell(event: Event, words: Words) -> Story:
    changes = tuple(_changes(event, words))
    on = _day(event.data.get("on")) or (changes[0].on if changes else None)
    who = _("%(actor)s på vegne af %(other)s") % {"actor": event.actor, "other": event.on_behalf_of}
    return Story(
        seq=event.seq, action=event.action, subject=event.subject, title=_title(event, changes, words, on),
        at=event.at, on=on, changes=changes, reason=event.reason,
        actor=who if event.on_behalf_of else event.actor, door=str(DOORS.get(event.door, event.door)),
    )  # fmt: skip


def _title(event: Event, changes: tuple[Change, ...], words: Words, on: date | None) -> str:
    after = {one.field: one.after for one in changes}
    # The other rows that a consolidation changed have lines of their own, which name both numbers too.
    if event.action not in _TITLES or "versions" not in (event.data.get("after") or {}):
        return EVENT_NAMES.get(event.action, event.action).capitalize()
    cause = after.get("closing_cause", "")
    closed = f": {cause}" if cause not in {"", str(Cause.CLOSED.label)} else ""
    return str(_TITLES[event.action]) % {
        "corrected": _corrected(changes),
        "parent": after.get("parent", ""),
        "cause": closed,
        "effect": _("nedlagt%(cause)s") % {"cause": closed} if cause else _effect(changes),
        "survivor": words.numbered(event.data.get("survivor", ""), on=on),
        "absorbed": words.numbered(event.data.get("absorbed", ""), on=on),
    }


def _effect(changes: tuple[Change, ...]) -> str:
    opening = any(one.field == "name" and not one.before for one in changes)
    return _("åbnet") if opening else _lowered(_corrected(changes))


def _corrected(changes: tuple[Change, ...]) -> str:
    labels = list(dict.fromkeys(one.label for one in changes))
    if not labels:
        return _("Rettet")
    first, rest = labels[0], [_lowered(label) for label in labels[1:]]
    named = first if not rest else _("%(first)s og %(last)s") % {
        "first": ", ".join([first, *rest[:-1]]), "last": rest[-1],
    }  # fmt: skip
    return _("%(labels)s ændret") % {"labels": named}


def _lowered(label: str) -> str:
    """Inside a sentence: navn, but P-nummer."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _changes(event: Event, words: Words) -> Iterator[Change]:
    before, after = event.data.get("before") or {}, event.data.get("after") or {}
    if "versions" not in before and "versions" not in after:
        # A row that is no institution: its columns as they are.
        for name in dict.fromkeys([*before, *after]):
            if before.get(name) != after.get(name):
                yield Change(name, name, str(before.get(name) or ""), str(after.get(name) or ""), None)
        return
    on = _day(event.data.get("on"))
    versions = before.get("versions", []), after.get("versions", [])
    if event.action == TAKE_EFFECT and on:
        # The state is the same before and after: what the day changes is between its versions.
        versions = _known_by(versions[1], on - timedelta(days=1)), _known_by(versions[1], on)
    yield from _facts(*versions, words)
    for name, label in _MORE.items():
        old, new = (_listed(state.get(name), words, on) for state in (before, after))
        if old != new:
            yield Change(name, str(label), old, new, on)


def _facts(before: list[dict[str, Any]], after: list[dict[str, Any]], words: Words) -> Iterator[Change]:
    """What differs, fact by fact, each from the first day on which it does so."""
    told = set()
    for day, end in _stretches(before + after):
        # What goes on after a closing is compared with what held last; what ends is told by its cause.
        held, holds = _at(before, day) or _last(before, day), _at(after, day)
        if not holds:
            continue
        old, new = (words.texts(version, on=end or day) for version in (held, holds))
        for name in LABELS:
            pair = old.get(name, ""), new.get(name, "")
            if name != "closing_cause" and pair[0] != pair[1] and (name, *pair) not in told:
                told.add((name, *pair))
                yield Change(name, str(LABELS[name]), *pair, on=day)
    old_cause, new_cause = (words.texts(versions[-1] if versions else {}, on=None).get("closing_cause", "")
                            for versions in (before, after))  # fmt: skip
    if old_cause != new_cause:
        last = (after if new_cause else before)[-1]
        yield Change("closing_cause", str(LABELS["closing_cause"]), old_cause, new_cause, _day(last.get("to")))


def _stretches(versions: list[dict[str, Any]]) -> Iterator[tuple[date | None, date | None]]:
    """The days on which anything begins or ends, each with the last day before the next."""
    days = sorted({day for one in versions for name in ("from", "to") if (day := _day(one.get(name)))})
    starts: list[date | None] = [None, *days] if any("from" not in one for one in versions) else [*days]
    for start, following in pairwise([*starts, None]):
        yield start, following - timedelta(days=1) if following else None


def _at(versions: list[dict[str, Any]], day: date | None) -> dict[str, Any]:
    """What holds on a day; for None, on the earliest that is known."""
    for one in versions:
        first, end = _day(one.get("from")), _day(one.get("to"))
        if (day is None and first is None) or (
            day is not None and (first is None or first <= day) and (end is None or day < end)
        ):
            return one
    return {}


def _known_by(versions: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """What had begun by the end of a day, without what was to come."""
    begun = [one for one in versions if (first := _day(one.get("from"))) is None or first <= day]
    ahead = begun and (end := _day(begun[-1].get("to"))) is not None and end > day
    return [*begun[:-1], {name: value for name, value in begun[-1].items() if name not in ENDING}] if ahead else begun


def _last(versions: list[dict[str, Any]], day: date | None) -> dict[str, Any]:
    """What held last before a day."""
    ended = [one for one in versions if day and (end := _day(one.get("to"))) and end <= day]
    return ended[-1] if ended else {}


def _listed(value: str | list[str] | None, words: Words, on: date | None) -> str:
    numbers = [value] if isinstance(value, str) else value or []
    return ", ".join(words.numbered(number, on=on) for number in numbers)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _numbers(data: Mapping[str, Any]) -> Iterator[str]:
    """Every institution number that an event names."""
    for state in (data.get("before") or {}, data.get("after") or {}):
        yield from (one["parent"] for one in state.get("versions", ()) if "parent" in one)
        yield from state.get("successors", ())
        yield state.get("absorbed_into", "")
    yield data.get("survivor", "")
    yield data.get("absorbed", "")
