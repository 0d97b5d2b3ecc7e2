"""A score told in Danish: each term of the sum in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from institutions.duplicates import inside
from institutions.duplicates.levels import LEVELS, START

if TYPE_CHECKING:
    from institutions.duplicates.scoring import Reason, Score


_ALL = {**LEVELS, **inside.LEVELS}


def text(reason: Reason) -> str:
    """What a term says, with how many others share the value."""
    return str(_ALL[reason.code].text) % {"count": reason.count}


def told(score: Score) -> list[dict[str, Any]]:
    """The reasons as a candidate keeps them, the start last: the weights add up to the score's log-odds."""
    rows = [{"kode": one.code, "tekst": text(one), "vaegt": float(one.weight)} for one in score.reasons]
    return [*rows, {"kode": START, "tekst": str(LEVELS[START].text), "vaegt": float(score.start)}]


def likelihood(probability: float) -> str:
    """A likelihood with two decimals, cut off instead of rounded: nothing is certain, and 0,90 is at least that."""
    return f"{int(100 * probability) / 100:.2f}".replace(".", ",")
