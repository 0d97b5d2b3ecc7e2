"""Open, correct, move, close, reopen: what the tables and the ledger say afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from institutions import lifecycle
from institutions.models import Cause, Institution, Level, Succession
from registry import ledger
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR, NEW_YEAR, told

pytestmark = pytest.mark.django_db
SPRING, SUMMER, AUTUMN = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
correct = partial(lifecycle.correct, actor=ACTOR)
close = partial(lifecycle.close, actor=ACTOR, reason="flyttet ind i ny bygning")
reopen = partial(lifecycle.reopen, actor=ACTOR, reason="lukket ved en fejl")


def last() -> Event:
    return Event.objects.order_by("-seq")[0]


def test_opening_issues_a_number_and_writes_one_line() -> None:
    top = builders.daginstitution()
    assert (top.number[0], top.level) == ("D", Level.DAGINSTITUTION)
    event = Event.objects.get()
    assert (event.action, event.subject, event.actor, event.door) == ("lifecycle.open", top.number, "kirsten", "admin")
    assert event.data == {
        "before": None,
        "after": {
            "number": top.number, "level": "daginstitution",
            "versions": [{"from": "2026-01-01", "name": "Klynge Nord", "ownership": "1", "legal_ground": "10",
                          "administrative_municipality": "101", "municipality": "101"}],
        },
        "on": "2026-01-01",
    }  # fmt: skip


def test_a_unit_takes_from_its_parent_what_is_not_said() -> None:
    unit = builders.unit(builders.daginstitution(kommune="751"))
    now = builders.at(unit, NEW_YEAR)
    assert now is not None
    assert (now["ownership"], now["legal_ground"], str(now["administrative_municipality"])) == ("1", "10", "Aarhus")
    assert now["municipality"] == now["administrative_municipality"]


def test_nothing_said_of_a_fact_is_an_empty_fact() -> None:
    unit = builders.unit(email=None, floor=None, dar_id=None, latitude=None)
    assert correct(unit, on=SPRING, phone=None, email="") is False
    now = builders.at(unit, NEW_YEAR)
    assert now is not None
    assert (now["email"], now["floor"], now["dar_id"], now["phone"], now["latitude"]) == ("", "", "", "", None)


def test_a_required_fact_cannot_be_taken_away() -> None:
    unit = builders.unit()
    for empty in ("", None, " "):
        with pytest.raises(Refused) as refused:
            correct(unit, on=SPRING, name=empty)
        assert (refused.value.code, refused.value.field) == ("mangler", "name")


def test_a_fact_that_no_version_has_is_a_mistake_in_the_code() -> None:
    unit = builders.unit()
    with pytest.raises(TypeError, match="Version has no colour"):
        correct(unit, on=SPRING, colour="red")


def test_a_correction_holds_from_its_day() -> None:
    unit = builders.unit()
    assert correct(unit, on=SPRING, name="Solsikken", reason="nyt navn")
    assert told(unit, "name") == [
        ("2026-01-01", "2026-04-01", "Lærkereden"),
        ("2026-04-01", "", "Solsikken"),
    ]
    event = last()
    assert (event.action, event.subject, event.reason) == ("lifecycle.correct", unit.number, "nyt navn")
    assert [one["name"] for one in event.data["after"]["versions"]] == ["Lærkereden", "Solsikken"]
    assert [one["name"] for one in event.data["before"]["versions"]] == ["Lærkereden"]


def test_a_correction_from_the_first_day_leaves_no_other_version() -> None:
    unit = builders.unit()
    assert correct(unit, on=NEW_YEAR, name="Solsikken")
    assert told(unit, "name") == [("2026-01-01", "", "Solsikken")]


def test_the_same_correction_twice_is_no_change_and_no_event() -> None:
    unit = builders.unit()
    assert correct(unit, on=SPRING, name="Solsikken")
    head, before = ledger.head(), builders.dump()
    for day in (SPRING, SUMMER):
        assert correct(unit, on=day, name="Solsikken", email="") is False
    assert (ledger.head(), builders.dump()) == (head, before)


def test_an_earlier_correction_ripples_into_what_was_dated_ahead() -> None:
    unit = builders.unit()
    correct(unit, on=SUMMER, name="Solsikken")
    correct(unit, on=SPRING, phone="33 33 33 33", name="Stæren")
    assert told(unit, "name") == [
        ("2026-01-01", "2026-04-01", "Lærkereden"),
        ("2026-04-01", "2026-07-01", "Stæren"),
        ("2026-07-01", "", "Solsikken"),
    ]
    assert [phone for _from, _to, phone in told(unit, "phone")] == ["", "33 33 33 33", "33 33 33 33"]


def test_a_correction_back_in_time_is_as_if_it_had_been_made_then() -> None:
    unit = builders.unit(on=date(2020, 1, 1))
    correct(unit, on=SPRING, email="a@b.dk")
    correct(unit, on=date(2021, 1, 1), house_number="9")
    assert told(unit, "house_number") == [
        ("2020-01-01", "2021-01-01", "7"),
        ("2021-01-01", "2026-04-01", "9"),
        ("2026-04-01", "", "9"),
    ]


@pytest.mark.parametrize("day", [NEW_YEAR - timedelta(days=1), AUTUMN, date.max, date.min])
def test_what_is_not_open_on_the_day_cannot_be_corrected(day: date) -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN)
    with pytest.raises(Refused) as refused:
        correct(unit, on=day, name="Solsikken")
    assert refused.value.code == "ikke_aaben"


def test_the_last_day_is_the_day_before_the_closing() -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN)
    assert told(unit, "closing_cause") == [("2026-01-01", "2026-10-01", "nedlagt")]
    assert builders.at(unit, AUTUMN - timedelta(days=1)) is not None
    assert builders.at(unit, AUTUMN) is None
    assert correct(unit, on=AUTUMN - timedelta(days=1), name="Til sidst")
    assert told(unit, "closing_cause") == [("2026-01-01", "2026-09-30", ""), ("2026-09-30", "2026-10-01", "nedlagt")]


def test_a_correction_before_a_closing_dated_ahead_leaves_the_closing() -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN, cause=Cause.MERGED)
    correct(unit, on=SPRING, name="Solsikken")
    assert told(unit, "closing_cause") == [("2026-01-01", "2026-04-01", ""), ("2026-04-01", "2026-10-01", "sammenlagt")]


def test_a_closing_dated_ahead_can_be_brought_forward() -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN)
    close(unit, on=SUMMER)
    assert told(unit, "closing_cause") == [("2026-01-01", "2026-07-01", "nedlagt")]


@pytest.mark.parametrize(
    ("day", "code"),
    [(NEW_YEAR, "for_tidlig_dag"), (NEW_YEAR - timedelta(days=1), "ikke_aaben"), (SPRING, "senere_aendringer")],
)
def test_a_closing_on_a_wrong_day_is_refused(day: date, code: str) -> None:
    unit = builders.unit()
    correct(unit, on=SUMMER, name="Solsikken")
    with pytest.raises(Refused) as refused:
        close(unit, on=day)
    assert refused.value.code == code


def test_what_is_closed_cannot_be_closed_again() -> None:
    unit = builders.unit()
    close(unit, on=SPRING)
    for day in (SPRING, SUMMER):
        with pytest.raises(Refused) as refused:
            close(unit, on=day)
        assert refused.value.code == "ikke_aaben"


def test_a_closing_names_its_successors_and_a_reopening_forgets_them() -> None:
    unit, heir = builders.unit(), builders.unit()
    close(unit, on=AUTUMN, cause=Cause.MERGED, successors=[heir])
    row = Succession.objects.get()
    assert (row.institution, row.successor, row.kind, row.on) == (unit, heir, "sammenlagt", AUTUMN)
    assert last().data["after"]["successors"] == [heir.number]
    reopen(unit, on=AUTUMN)
    assert not Succession.objects.exists()
    assert last().data["before"]["successors"] == [heir.number]
    assert "successors" not in last().data["after"]


def test_nothing_succeeds_itself() -> None:
    unit = builders.unit()
    with pytest.raises(Refused) as refused:
        close(unit, on=AUTUMN, successors=[unit])
    assert (refused.value.code, refused.value.field) == ("ugyldig_vaerdi", "successors")


def test_a_reopening_goes_on_as_it_was() -> None:
    unit = builders.unit(name="Solsikken")
    close(unit, on=SPRING)
    reopen(unit, on=SUMMER)
    assert told(unit, "name") == [("2026-01-01", "2026-04-01", "Solsikken"), ("2026-07-01", "", "Solsikken")]
    assert builders.at(unit, SUMMER - timedelta(days=1)) is None
    assert last().action == "lifecycle.reopen"


@pytest.mark.parametrize("day", [AUTUMN - timedelta(days=1), SPRING])
def test_a_reopening_before_the_close_day_is_refused_and_that_day_suggested(day: date) -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN)
    with pytest.raises(Refused) as refused:
        reopen(unit, on=day)
    assert (refused.value.code, refused.value.suggestions) == ("for_tidlig_dag", ("2026-10-01",))


def test_a_reopening_on_the_close_day_leaves_no_day_out() -> None:
    unit = builders.unit()
    close(unit, on=AUTUMN)
    reopen(unit, on=AUTUMN)
    assert [builders.at(unit, AUTUMN + timedelta(days=step)) is not None for step in (-1, 0, 1)] == [True] * 3
    assert correct(unit, on=SPRING, name="Solsikken")
    assert [name for *_days, name in told(unit, "name")] == ["Lærkereden", "Solsikken", "Solsikken"]


def test_what_is_open_cannot_be_reopened() -> None:
    with pytest.raises(Refused) as refused:
        reopen(builders.unit(), on=AUTUMN)
    assert refused.value.code == "er_aaben"


def test_a_correction_does_not_ripple_past_a_time_when_it_was_closed() -> None:
    unit = builders.unit()
    close(unit, on=SPRING)
    reopen(unit, on=AUTUMN)
    correct(unit, on=NEW_YEAR, name="Solsikken")
    assert [name for *_days, name in told(unit, "name")] == ["Solsikken", "Lærkereden"]


def test_a_legal_ground_that_is_said_anew_is_no_longer_derived() -> None:
    unit = builders.unit(legal_ground_derived=True)
    correct(unit, on=SPRING, phone="1")
    correct(unit, on=SUMMER, legal_ground="14")
    assert [derived for *_days, derived in told(unit, "legal_ground_derived")] == [True, True, False]


def test_what_was_lawful_when_it_began_may_stay_but_not_begin_again() -> None:
    special: dict[str, Any] = {"institution_type": "6022", "legal_ground": "50"}
    unit = builders.unit(on=date(2023, 12, 31), **special)
    assert correct(unit, on=date(2024, 1, 1), phone="33333333")
    with pytest.raises(Refused) as refused:
        builders.unit(builders.daginstitution(on=date(2023, 1, 1)), on=date(2024, 1, 1), **special)
    assert (refused.value.code, refused.value.field) == ("ukendt_kode", "legal_ground")


def test_a_number_outside_the_register_is_not_changed_here() -> None:
    outside = builders.legacy()
    with pytest.raises(Refused) as refused:
        correct(outside, on=SPRING, name="X")
    assert refused.value.code == "kun_i_registeret"
    with pytest.raises(Refused) as refused:
        lifecycle.open(level=Level.UDENFOR, on=SPRING, actor=ACTOR, name="X")
    assert refused.value.code == "kun_i_registeret"
    assert Institution.objects.count() == 1
