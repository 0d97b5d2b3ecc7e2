"""The rows that a list's query asks for, a page at a time: in order of number, or by rank where `q` is given."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions import asof, codes, search
from institutions.api.parameters import FILTERS
from institutions.asof import Filters
from institutions.columns import CLOSED
from institutions.models import Level, Municipality, Table, Version
from institutions.numbers import SHAPE
from registry import periods
from registry.api.pages import USUAL, Cursor
from registry.api.problems import Invalid
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from institutions.asof import Row

type Place = list[int | str]
WITHOUT = {
    "without_types": Table.INSTITUTION_TYPE, "without_ownerships": Table.OWNERSHIP,
    "without_grounds": Table.LEGAL_GROUND,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the places after and before them where there is more."""

    rows: Sequence[Row]
    following: Cursor | None
    previous: Cursor | None


def filters_of(asked: Mapping[str, Any]) -> Filters:
    """The filters of what was asked."""
    given: dict[str, Any] = {name: asked[one.name] for name, one in FILTERS.items() if one.name in asked}
    if "levels" in given:
        given["levels"] = (given["levels"],)
    if asked.get("skema") == 1:
        newer = unknown_to(asked)
        given |= {name: tuple(sorted(newer.get(table, ()))) for name, table in WITHOUT.items()}
    return Filters(**given)


def unknown_to(asked: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """The codes that the reader does not know, by their column; none for a reader of all."""
    newer = codes.newer(1) if asked.get("skema") == 1 else {}
    return {column: known for column, known in newer.items() if column in WITHOUT.values()}


def left_out(asked: Mapping[str, Any]) -> int:
    """How many rows a reader of schema 1 is not told of; 0 for others."""
    if asked.get("skema") != 1:
        return 0
    everything = {name: value for name, value in asked.items() if name != "skema"}
    if "q" in asked:
        return len(ranked(everything)) - len(ranked(asked))
    moment = moment_of(asked)
    return asof.count(filters=filters_of(everything), **moment) - asof.count(filters=filters_of(asked), **moment)


def moment_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The valid day and the moment of knowledge that were asked for."""
    return {"on": asked.get("gaeldende") or periods.today(), "known_at": asked.get("kendt")}


def page(asked: Mapping[str, Any]) -> Page:
    """A page of what was asked for. Raises Invalid for a cursor of another list."""
    count = asked.get("antal", USUAL)
    place = asked.get("cursor")
    if "q" in asked:
        return _ranked_page(asked, count, place)
    if place and not SHAPE.fullmatch(place.key):
        raise _foreign(place)
    side = {"before" if place.backwards else "after": place.key} if place else {}
    # One row more than the page holds, to know whether there is more.
    found = asof.rows(filters=filters_of(asked), limit=count + 1, **side, **moment_of(asked))
    return _cut([(one.number, one) for one in found], count, place)


def ranked(asked: Mapping[str, Any]) -> list[tuple[Place, Row]]:
    """Every row that `q` finds, best first, each with its place in the order."""
    text, moment = asked["q"], moment_of(asked)
    numbers = _numbers(text)
    guessed: dict[str, int] = {}
    if not numbers:
        similar = search.find(search.Asked(text=text, status=search.ALL), on=moment["on"]).rows
        guessed = {one.institution.number: place for place, one in enumerate(similar)}
    wanted = tuple(numbers or guessed)
    if not wanted:
        return []
    rows = asof.rows(filters=replace(filters_of(asked), numbers=wanted), limit=len(wanted), **moment)
    words = " ".join(search.fold(text).split())
    placed = [(_place(row, words, guessed), row) for row in rows]
    return sorted(placed, key=lambda pair: pair[0])


def _ranked_page(asked: Mapping[str, Any], count: int, place: Cursor | None) -> Page:
    found = [(json.dumps(key), key, row) for key, row in ranked(asked)]
    if place:
        here = _place_of(place)
        kept = [one for one in found if (one[1] < here if place.backwards else one[1] > here)]
        found = kept[-count - 1 :] if place.backwards else kept
    return _cut([(key, row) for key, _place, row in found[: count + 1]], count, place)


def _cut(found: Sequence[tuple[str, Row]], count: int, place: Cursor | None) -> Page:
    """At most `count` of the rows, which may be one more, and the places at their ends."""
    more, backwards = len(found) > count, bool(place and place.backwards)
    kept = found[-count:] if backwards else found[:count]
    if not kept:
        return Page([], None, None)
    following = Cursor(kept[-1][0]) if more or backwards else None
    previous = Cursor(kept[0][0], backwards=True) if (more if backwards else place) else None
    return Page([row for _key, row in kept], following, previous)


def _numbers(text: str) -> list[str]:
    if one := search.number(text):
        return [one]
    held = Version.objects.filter(search.matching(text, list(Municipality.objects.all())))
    return list(held.values_list("institution__number", flat=True).order_by().distinct())


def _place(row: Row, words: str, guessed: Mapping[str, int]) -> Place:
    """The row's place: as search ranks, then open before closed, the register before the rest, Danish order."""
    text = search.fold(f"{row.name} {row.street} {row.house_number} {row.postcode} {row.town} {row.supplementary_town}")
    if guessed:
        rank = guessed[row.number]
    elif text.startswith(words):
        rank = 0 if text.startswith(f"{words} ") else 1
    elif f" {words}" in text:
        rank = 2
    else:
        rank = 3 if all(word in text for word in words.split()) else 4
    return [rank, int(row.status == CLOSED), int(row.level == Level.UDENFOR), row.sort_key, row.number]


def _place_of(cursor: Cursor) -> Place:
    try:
        told = json.loads(cursor.key)
    except ValueError:
        told = None
    match told:
        case [int(), int(), int(), str(), str()]:
            return list(told)
    raise _foreign(cursor)


def _foreign(cursor: Cursor) -> Invalid:
    detail = _("Markøren hører til en anden liste. Begynd forfra uden den.")
    return Invalid([Refused("ugyldig_parameter", detail, field="cursor", value=str(cursor))])
