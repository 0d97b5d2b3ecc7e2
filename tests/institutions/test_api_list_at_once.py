"""`/api/v1/institutioner/` read page by page while others write: what stays is given once, whatever comes and goes."""

from __future__ import annotations

import json
from datetime import date
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from institutions import lifecycle
from registry.api.pages import Cursor
from tests import at_once, builders, calling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from institutions.models import Institution

LIST = "/api/v1/institutioner/"
TURNS = 12


def through(url: str, direction: str = "naeste") -> Iterator[dict[str, Any]]:
    """Every row, page after page."""
    client, following = Client(), url
    while following:
        calling.afresh()
        page = json.loads(client.get(following).content)
        rows = page["resultater"]
        yield from rows if direction == "naeste" else rows[::-1]
        following = page[direction]


def write(top: Institution, units: list[Institution], done: Flag) -> None:
    """Open, rename and close, and tell the reader when that is done."""
    try:
        for turn in range(TURNS):
            new = builders.unit(top, name=f"Ny {turn}")
            for one in units[turn : turn + 1]:
                lifecycle.correct(one, on=date(2026, 2, 1), actor=builders.ACTOR, name=f"Navn {turn}")
            lifecycle.close(new, on=date(2026, 3, 1), actor=builders.ACTOR, reason="Lukket")
    finally:
        done.set()


def passes[T](read: Callable[[], T], done: Flag) -> list[T]:
    """What is read again and again while others write, and once after."""
    found = []
    while not done.is_set():
        found.append(read())
    return [*found, read()]


@pytest.mark.slow
@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("query", "renamed"),
    # In a ranked list a new name is a new place; elsewhere it changes nothing.
    [("status=Aktiv", 7), ("niveau=anvisningsenhed", 7), ("status=Aktiv&q=lærkevej", 0)],
)
@pytest.mark.parametrize("direction", ["naeste", "forrige"])
def test_what_stays_is_neither_skipped_nor_repeated(query: str, renamed: int, direction: str) -> None:
    top = builders.daginstitution()
    units = [builders.unit(top) for _each in range(7)]
    stay = sorted(one.number for one in units)
    end = Cursor('[9,9,9,"",""]' if "q=" in query else "G99999", backwards=True)
    url = f"{LIST}?antal=2&{query}" + (f"&cursor={end}" if direction == "forrige" else "")
    done = Flag()

    def read() -> list[str]:
        return [one["institutionsNummer"] for one in through(url, direction)]

    found, _none = at_once.run(lambda: passes(read, done), lambda: write(top, units[:renamed], done))
    assert len(found) > 1
    for numbers in found:
        assert sorted(one for one in numbers if one in stay) == stay


@pytest.mark.slow
@pytest.mark.usefixtures("own_database")
def test_a_moment_that_is_named_is_the_same_for_every_page() -> None:
    top = builders.daginstitution()
    units = [builders.unit(top) for _each in range(5)]
    url = f"{LIST}?antal=2&kendt={timezone.now().isoformat().replace('+', '%2B')}"
    done = Flag()

    def read() -> list[tuple[str, str]]:
        return [(one["institutionsNummer"], one["navn"]) for one in through(url)]

    found, _none = at_once.run(lambda: passes(read, done), lambda: write(top, units, done))
    then = [(top.number, "Klynge Nord"), *((one.number, "Lærkereden") for one in units)]
    assert found == [then] * len(found)
    assert len(found) > 1
