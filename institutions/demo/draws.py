"""Chance that always falls alike: a stream of draws for each topic, so that one does not disturb another."""

from __future__ import annotations

from random import Random


def stream(seed: int, topic: str) -> Random:
    """The draws of a topic. The same seed, the same draws, on every machine."""
    return Random(f"{seed} {topic}")  # noqa: S311 - an invented register is no secret


def chance(random: Random, share: float) -> bool:
    """True in this share of the draws."""
    return random.random() < share
