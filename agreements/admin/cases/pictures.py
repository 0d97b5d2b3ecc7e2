"""How the phasing out went, drawn by ourselves: two lines over time, with the figures in a table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from agreements.phasing import Point

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 14, 28
STEPS = 4  # lines across


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across or a day below, with its words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template draws, in pixels."""

    live: str
    consolidated: str
    across: Sequence[Tick]
    below: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw(points: Sequence[Point]) -> Picture:
    """The lines go in steps: each figure holds until the next day that has one."""
    first, last = points[0].day, points[-1].day
    if first == last:
        first -= timedelta(days=1)
    top = _round(max(max(one.live, one.consolidated) for one in points))
    days = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(figure: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * figure / top, 1)

    def line(name: str) -> str:
        told = [(x(one.day), y(getattr(one, name))) for one in points]
        start = f"M{LEFT} {told[0][1]}" if len(told) == 1 else f"M{told[0][0]} {told[0][1]}"
        return start + "".join(f"H{place}V{height}" for place, height in told)

    middle = first + (last - first) / 2
    return Picture(
        line("live"), line("consolidated"),
        [Tick(y(top * step // STEPS), str(top * step // STEPS)) for step in range(STEPS + 1)],
        [Tick(x(day), f"{day:%d.%m.%Y}") for day in dict.fromkeys((first, middle, last))],
    )  # fmt: skip


def _round(most: int) -> int:
    """The nearest round figure that is not less, and that the lines across divide."""
    step = 1
    while step * STEPS < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step * STEPS
