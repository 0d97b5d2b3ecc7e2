"""Two records side by side, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from institutions import timeline, timelines, wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of both, side by side."""

    label: str
    absorbed: str
    survivor: str
    verdict: str


def side_by_side(absorbed: Institution, survivor: Institution, *, on: date) -> Sequence[Line]:
    """Both records, fact by fact: alike, different, or said by one alone."""
    lines = timelines.load([survivor, absorbed])
    told = {key: timeline.state(line.institution, [version])["versions"][0]
            for key, line in lines.items() if (version := line.at(on))}  # fmt: skip
    words = wording.load({one["parent"] for one in told.values() if "parent" in one})
    texts = {key: words.texts(one, on=on) for key, one in told.items()}
    mine, theirs = texts.get(absorbed.pk, {}), texts.get(survivor.pk, {})
    found = []
    for name, label in wording.LABELS.items():
        one, other = mine.get(name, ""), theirs.get(name, "")
        if one or other:
            found.append(Line(str(label), one, other, _verdict(one, other)))
    return found


def _verdict(one: str, other: str) -> str:
    if not one or not other:
        return "alone"
    return "same" if one.casefold().replace(" ", "") == other.casefold().replace(" ", "") else "differs"
