"""A little map of two places, drawn by ourselves: it asks nobody for tiles, and works offline."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, floor, log10, radians
from typing import TYPE_CHECKING

from institutions.duplicates import whereabouts
from institutions.duplicates.whereabouts import DEGREE, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 360, 240, 36
# Metres: two at one address are shown with their street round them.
LEAST = 300
KILOMETRE = 1000
BAR = 90


@dataclass(frozen=True, slots=True)
class Point:
    """A place in pixels; `radius` is how far off it may be."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template draws: the two, those near by, the scale, and the same in words."""

    leaving: Point | None
    staying: Point | None
    near: Sequence[Point]
    bar: float
    bar_text: str
    distance: str
    leaving_how: str
    staying_how: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(leaving: Spot | None, staying: Spot | None, near: Sequence[Spot]) -> Drawing | None:
    """The map of a pair; None where neither has a place."""
    known = [one for one in (leaving, staying) if one]
    if not known:
        return None
    latitude = sum(one.latitude for one in known) / len(known)
    longitude = sum(one.longitude for one in known) / len(known)
    east = DEGREE * cos(radians(latitude))
    far = max(
        *(max(abs(one.longitude - longitude) * east, abs(one.latitude - latitude) * DEGREE * WIDTH / HEIGHT)
          + min(one.spread, 4 * KILOMETRE) for one in known), LEAST,
    )  # fmt: skip
    scale = (WIDTH / 2 - MARGIN) / far

    def point(one: Spot) -> Point:
        x = WIDTH / 2 + (one.longitude - longitude) * east * scale
        y = HEIGHT / 2 - (one.latitude - latitude) * DEGREE * scale
        return Point(round(x, 1), round(y, 1), round(one.spread * scale, 1), one.name)

    shown = [dot for dot in map(point, near) if 0 < dot.x < WIDTH and 0 < dot.y < HEIGHT]
    length = _round(BAR / scale)
    return Drawing(
        point(leaving) if leaving else None, point(staying) if staying else None, shown,
        round(length * scale, 1), told(length),
        told(whereabouts.metres(leaving, staying)) if leaving and staying else "",
        str(leaving.how) if leaving else "", str(staying.how) if staying else "",
    )  # fmt: skip


def told(metres: float) -> str:
    """A distance as a Dane writes it: 340 m, 2,4 km."""
    if metres < KILOMETRE:
        return f"{metres:.0f} m"
    return f"{metres / KILOMETRE:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " km"


def _round(metres: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten that is not longer."""
    power = 10 ** floor(log10(metres))
    return float(max(one * power for one in (1, 2, 5) if one * power <= metres))
