"""A visitor with an old number, from the search field to what the number is today, and back in time."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import consolidation, lifecycle
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_old_number_leads_through_the_register(client: Client) -> None:
    top = builders.daginstitution()
    unit = builders.unit(top)
    absorbed = builders.legacy()
    plan = consolidation.plan(unit, absorbed, on=date(2026, 3, 1))
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
    lifecycle.correct(unit, on=date(2026, 4, 1), actor=ACTOR, name="Mågen")

    # The old number in the search field leads to its own page, and that to the one that it lives on in.
    answer = client.get("/", {"q": "a 10001"}, follow=True)
    assert answer.redirect_chain == [("/institution/A10001/", 302)]
    (onward,) = set(re.findall(r'href="(/institution/G\d+/)"', answer.content.decode()))
    assert onward == f"/institution/{unit.number}/"

    # From there up to the daginstitution and the municipality.
    source = client.get(onward).content.decode()
    assert f'href="/institution/{top.number}/"' in source
    assert 'href="/kommune/101/"' in source
    assert f'href="/institution/{unit.number}/"' in client.get("/kommune/101/").content.decode()

    # The name of old still finds it, and the day of old still shows it.
    assert "Hed tidligere »Lærkereden«" in client.get("/", {"q": "lærkereden"}).content.decode()
    assert "<h1>Lærkereden</h1>" in client.get(onward, {"dato": "2026-03-31"}).content.decode()
