"""Every explanation adds up to its score, and the figures that are shown are those of the weights in force."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from institutions import importing
from institutions.duplicates import candidates, measured, verdicts
from institutions.models import Answer, Candidate, Proposal
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[4] / "shared" / "matching" / "real"


def unexplained() -> list[str]:
    """The candidates whose reasons do not add up to their score, or say nothing."""
    wrong = []
    for one in Candidate.objects.order_by("pk").select_related("leaving", "staying"):
        total = round(sum(round(100 * reason["vaegt"]) for reason in one.reasons)) / 100
        if abs(one.score - 1 / (1 + exp(-total))) > 1e-6 or not all(reason["tekst"] for reason in one.reasons):
            wrong.append(f"{one.leaving.number} {one.staying.number} {one.score} {total}")
    return wrong


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the labelled sets are not beside the checkout")
def test_every_explanation_of_the_real_set_adds_up() -> None:
    importing.register((REAL / "register.csv").read_bytes(), actor=ACTOR)
    importing.legacy((REAL / "a-numre.csv").read_bytes(), actor=ACTOR)
    assert candidates.refresh() == Candidate.objects.count() > 900
    assert set(Candidate.objects.values_list("kind", flat=True)) == {Proposal.CONSOLIDATION, Proposal.TAKEOVER}
    assert unexplained() == []


def test_every_explanation_of_an_invented_world_adds_up() -> None:
    for place, name in enumerate(("Solstrålen", "Lærkereden", "Lærkereden", "Pilen")):
        builders.unit(name=name, phone="87130001")
        builders.legacy(f"A1000{place}", name=f"Bh. {name}", street=f"Lærkevej {7 + place}", postcode="2400")
    assert candidates.refresh() == Candidate.objects.count() > 4
    assert {Proposal.CONSOLIDATION, Proposal.MERGER} == set(Candidate.objects.values_list("kind", flat=True))
    assert unexplained() == []


def test_the_figures_that_are_shown_are_of_the_weights_in_force() -> None:
    provenance, sets = measured.figures()
    assert provenance["weights"] == measured.fingerprint()
    assert {one.name for one in sets} == {"real", "national"}


def test_the_page_tells_the_figures_and_what_people_have_said(client: Client) -> None:
    unit, outside = builders.unit(), builders.legacy("A10001", postcode="2400")
    verdicts.give(outside, unit, answer=Answer.SAME, actor=ACTOR)
    answer = client.get("/dubletter/")
    assert answer.status_code == 200
    assert [sum(counts) for *_band, counts in answer.context["said"]].count(1) == 1
    _provenance, (real, *_rest) = measured.figures()
    assert f"{real.bands[0].right}</td>" in answer.content.decode()
