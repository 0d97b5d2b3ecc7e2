"""What differs between versions and states, as outsiders are told of them (`exporting.states`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from institutions.columns import EVENT_NAMES, JSON_FACTS
from institutions.exporting.states import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

FACTS = tuple(OUTSIDE[name] for name in (*JSON_FACTS.values(), "parent", "legal_ground_derived", "municipality_text"))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs between two versions in outside names, fact by fact."""
    names = dict.fromkeys([*FACTS, "aarsag"])
    return [
        {"felt": name, "foer": before.get(name), "efter": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """What differs between two states in outside names, each from the first day on which it does."""
    told: list[dict[str, Any]] = []
    said: set[tuple[str, str]] = set()
    olds, news = ((one or {}).get("versioner", []) for one in (before, after))
    for day in _days([*olds, *news]):
        held, holds = _at(olds, day) or _last(olds, day), _at(news, day)
        for one in differences(held, holds) if holds or held else ():
            if (
                holds
                and one["felt"] != "aarsag"
                and (key := (one["felt"], repr((one["foer"], one["efter"])))) not in said
            ):
                said.add(key)
                told.append({**one, "gaelderFra": day})
    last, now = (versions[-1] if versions else {} for versions in (olds, news))
    day = now.get("gyldigTil") or last.get("gyldigTil")
    old = {**(before or {}), "gyldigTil": last.get("gyldigTil"), "aarsag": last.get("aarsag")}
    new = {**(after or {}), "gyldigTil": now.get("gyldigTil"), "aarsag": now.get("aarsag")}
    for felt in ("gyldigTil", "aarsag", "konsolideretTil", "efterfoelgere"):
        pair = old.get(felt) or None, new.get(felt) or None
        if pair[0] != pair[1]:
            told.append({"felt": felt, "foer": pair[0], "efter": pair[1], "gaelderFra": day})
    return told


def taking_effect(given: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    """What changed on a day in a state in outside names: against the day before; a closing by its cause."""
    held, holds = _before(given["versioner"], day), _at(given["versioner"], day)
    told = differences(held, holds) if holds else differences({}, {"aarsag": held.get("aarsag")})
    return [{**one, "gaelderFra": day} for one in told if one["felt"] != "aarsag" or not holds]


def upcoming(given: Mapping[str, Any], on: date) -> Iterator[dict[str, Any]]:
    """What is dated after a day in a state in outside names: each day, and what changes on it."""
    versions = given["versioner"]
    for day in _days(versions):
        if day is None or day <= on.isoformat():
            continue
        held, holds = _before(versions, day), _at(versions, day)
        if not holds:
            yield {"gaelderFra": day, "haendelse": EVENT_NAMES["lifecycle.close"], "aarsag": held.get("aarsag"),
                   "aendringer": []}  # fmt: skip
            continue
        verb = "lifecycle.correct" if held else "lifecycle.open" if versions[0] is holds else "lifecycle.reopen"
        told = [one for one in differences(held, holds) if one["felt"] != "aarsag"]
        yield {"gaelderFra": day, "haendelse": EVENT_NAMES[verb], "aarsag": None, "aendringer": told if held else []}


def _days(versions: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """The days on which anything begins or ends; None first where a beginning is not known."""
    versions = list(versions)
    days = {one[end] for one in versions for end in ("gyldigFra", "gyldigTil") if one[end]}
    unknown: list[str | None] = [None] if any(one["gyldigFra"] is None for one in versions) else []
    return [*unknown, *sorted(days)]


def _at(versions: Iterable[Mapping[str, Any]], day: str | None) -> Mapping[str, Any]:
    """What holds on a day; ISO days compare as text."""
    for one in versions:
        first, end = one["gyldigFra"], one["gyldigTil"]
        if (first is None or (day is not None and first <= day)) and (day is None or end is None or day < end):
            return one
    return {}


def _last(versions: Iterable[Mapping[str, Any]], day: str | None) -> Mapping[str, Any]:
    """What held last before a day: what goes on after a closing is compared with it."""
    ended = [one for one in versions if day and one["gyldigTil"] and one["gyldigTil"] <= day]
    return ended[-1] if ended else {}


def _before(versions: Iterable[Mapping[str, Any]], day: str) -> Mapping[str, Any]:
    """What held on the day before."""
    for one in versions:
        first, end = one["gyldigFra"], one["gyldigTil"]
        if (first is None or first < day) and (end is None or day <= end):
            return one
    return {}
