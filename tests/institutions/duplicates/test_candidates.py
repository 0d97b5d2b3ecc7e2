"""The queue: found by stored keys, kept with its reasons, one A-number at a time or all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import lifecycle
from institutions.duplicates import candidates, records, scoring, stored
from institutions.duplicates.memory import Register
from institutions.models import Candidate, Institution, MatchKey
from registry import periods
from tests import builders

if TYPE_CHECKING:
    from institutions.duplicates.scoring import Scored

pytestmark = pytest.mark.django_db
NAMES = ("Solstrålen", "Lærkereden", "Pilen", "Ugleboet", "Myretuen")


@pytest.fixture
def world() -> list[Institution]:
    """Units in two municipalities, some that share a name or an address; A-numbers that mean a few of them."""
    for index, name in enumerate((*NAMES, *NAMES[:2])):
        kommune = ("101", "751")[index % 2]
        builders.unit(
            name=f"Børnehaven {name}", kommune=kommune, institution_type="6011", house_number=str(7 + index % 5),
            p_number=f"10123456{index:02d}", phone=f"871300{index:02d}",
        )  # fmt: skip
    return [
        builders.legacy("A10001", name="Bh. Solstrålen", street="Lærkevej 7", postcode="2400"),
        builders.legacy("A10002", name="LÆRKEREDEN", street="", municipality_text="Aarhus"),
        builders.legacy("A10003", name="Ugleboets vuggestue", street="Lærkevej 99", phone="87 13 00 03"),
        builders.legacy("A10004", name="Tandplejen", street="", municipality_text="Aarhus"),
    ]


def in_memory() -> dict[str, list[tuple[str, int]]]:
    """What the twin in memory says of the same records."""
    read = [record for _key, record in stored.read()]
    typed = [record for record in read if record.number.startswith("A")]
    register = Register([record for record in read if not record.number.startswith("A")], typed)
    return {record.number: told(register.rank(record, scoring.weights())) for record in typed}


def told(ranking: list[Scored]) -> list[tuple[str, int]]:
    return [(scored.side.record.number, scored.total) for scored in ranking]


def test_the_database_and_its_twin_in_memory_say_the_same(world: list[Institution]) -> None:
    stored.rekey_all()
    everything = {key: scored for lot in candidates.everything() for key, scored in lot.items()}
    for institution in world:
        expected = in_memory()[institution.number]
        assert told([scored for _key, scored in everything.get(institution.pk, [])]) == expected
        assert told([scored for _key, scored in candidates.propose(institution)]) == expected


def test_the_queue_holds_the_likely_ones_with_reasons_that_add_up(world: list[Institution]) -> None:
    count = candidates.refresh()
    assert count == Candidate.objects.count() > 2
    best = Candidate.objects.filter(leaving=world[0]).first()
    assert best is not None
    assert best.staying.versions.get().name == "Børnehaven Solstrålen"
    assert best.score > scoring.weights().threshold
    log_odds = round(sum(reason["vaegt"] for reason in best.reasons), 2)
    assert best.score == pytest.approx(1 / (1 + 2.718281828459045**-log_odds), abs=1e-6)


def test_one_a_number_is_proposed_anew_as_all_of_them_are(world: list[Institution]) -> None:
    candidates.refresh()
    before = list(Candidate.objects.values_list("leaving", "staying", "score", "reasons"))
    for institution in world:
        candidates.refresh_one(institution)
    assert list(Candidate.objects.values_list("leaving", "staying", "score", "reasons")) == before


def test_what_was_just_typed_is_looked_up_without_being_stored(world: list[Institution]) -> None:
    del world
    stored.rekey_all()
    record = records.build(number="", name="Bh. Solstrålen", line="Lærkevej 7", postcode="2400")
    key, best = candidates.look_up(record)[0]
    assert Institution.objects.get(pk=key).versions.get().name == "Børnehaven Solstrålen"
    assert best.probability > scoring.weights().threshold
    assert candidates.look_up(records.build(number="", name="Zzz")) == []


def test_a_changed_unit_replaces_its_own_keys_alone(world: list[Institution]) -> None:
    del world
    stored.rekey_all()
    unit = Institution.objects.get(versions__name="Børnehaven Pilen")
    keys = set(MatchKey.objects.exclude(institution=unit).values_list("institution", "value"))
    own = set(MatchKey.objects.filter(institution=unit).values_list("value"))
    lifecycle.correct(unit, on=builders.NEW_YEAR, actor=builders.ACTOR, reason="ny", name="Børnehaven Rævehulen")
    stored.rekey([unit.pk])
    assert set(MatchKey.objects.exclude(institution=unit).values_list("institution", "value")) >= keys
    assert set(MatchKey.objects.filter(institution=unit).values_list("value")) != own
    rewritten = set(MatchKey.objects.values_list("institution", "value"))
    stored.rekey_all()
    assert set(MatchKey.objects.values_list("institution", "value")) == rewritten


def test_the_absorbed_and_the_closed_have_no_keys(world: list[Institution]) -> None:
    unit = Institution.objects.get(versions__name="Børnehaven Pilen")
    lifecycle.close(unit, on=periods.today(), actor=builders.ACTOR, reason="slut")
    stored.rekey([unit.pk, world[0].pk])
    assert not MatchKey.objects.filter(institution=unit).exists()
    assert MatchKey.objects.filter(institution=world[0], legacy=True).exists()


def test_one_proposal_takes_as_many_queries_for_three_candidates_as_for_one() -> None:
    def queries() -> int:
        stored.rekey_all()
        with CaptureQueriesContext(connection) as captured:
            assert candidates.propose(asked)
        return len(captured)

    builders.unit()
    asked = builders.legacy("A10001", postcode="2400")
    one = queries()
    builders.unit(p_number="1012345679")
    builders.unit(p_number="1012345670")
    assert queries() == one == 5
