"""Eight threads write while a reader polls the feed: every event is seen once, in order of commit."""

from __future__ import annotations

import json
from datetime import date
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from institutions import lifecycle
from registry.models import Event
from tests import at_once, builders, calling

if TYPE_CHECKING:
    from collections.abc import Callable

    from institutions.models import Institution

WRITERS, ROUNDS = 8, 6


def writer(institution: Institution) -> Callable[[], None]:
    def write() -> None:
        for turn in range(ROUNDS):
            lifecycle.correct(institution, on=date(2026, 2, 1), actor=builders.ACTOR, name=f"Lærkereden {turn}")

    return write


def polling(done: Flag) -> list[dict[str, Any]]:
    """Every page that a reader was given, until all is written and read."""
    client, position, pages = Client(), 0, []
    while True:
        finished = done.is_set()
        calling.afresh()
        response = client.get("/api/v1/haendelser/", {"efter": position, "antal": 3})
        page = json.loads(response.content)
        assert response.status_code == 200, page
        position = page["til"]
        pages.append(page)
        if finished and page["ajour"]:
            return pages


@pytest.mark.slow
def test_a_reader_sees_every_event_once_and_in_order(own_database: str) -> None:
    del own_database
    top = builders.daginstitution()
    units = [builders.unit(top) for _each in range(WRITERS)]
    done = Flag()
    left = iter(range(WRITERS - 1, -1, -1))

    def last_one_tells(write: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                write()
            finally:
                if next(left) == 0:
                    done.set()

        return run

    outcomes = at_once.run(lambda: polling(done), *(last_one_tells(writer(unit)) for unit in units))
    assert outcomes[1:] == [None] * WRITERS
    pages = outcomes[0]
    assert isinstance(pages, list), pages
    seen = [one["nummer"] for page in pages for one in page["haendelser"]]
    assert seen == list(Event.objects.values_list("seq", flat=True))
    assert len(seen) == 1 + WRITERS + WRITERS * ROUNDS
    assert len(pages) > WRITERS
