"""Events in plain Danish."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from institutions import consolidation, lifecycle, stories, timelines
from institutions.models import Institution, Level, Municipality
from registry import ledger
from registry.ledger import Actor

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from registry.models import Event

pytestmark = pytest.mark.django_db
ME = Actor("mette", "admin")
SPRING = date(2024, 3, 1)
ADDRESS = {
    "street": "Nørregade", "house_number": "4", "postcode": "8000", "town": "Aarhus C", "p_number": "1012345678",
}  # fmt: skip


def unit() -> Institution:
    house = lifecycle.open(
        level=Level.DAGINSTITUTION, on=SPRING, actor=ME, name="Havnehusene", ownership="1", legal_ground="10",
        administrative_municipality=Municipality.objects.get(code="751"),
    )  # fmt: skip
    return lifecycle.open(
        level=Level.ANVISNINGSENHED, on=SPRING, actor=ME, parent=house, name="Mågen", institution_type="6012", **ADDRESS
    )


def legacy() -> Institution:
    line = timelines.create([("A10001", Level.UDENFOR)])[0]
    line.open(SPRING, {"name": "Maagen"})
    timelines.save([line])
    return line.institution


def told(institution: Institution) -> list[tuple[str, list[tuple[str, str, str, date | None]]]]:
    found = stories.tell(ledger.history(institution.number))
    return [(one.title, [(c.label, c.before, c.after, c.on) for c in one.changes]) for one in found]


def test_an_opening_tells_every_fact_in_words() -> None:
    one = unit()
    parent = one.versions.get().parent
    assert parent is not None
    assert told(one) == [
        (
            "Oprettet",
            [
                ("Navn", "", "Mågen", SPRING),
                ("Hører under", "", f"{parent.number} Havnehusene", SPRING),
                ("Institutionstype", "", "Aldersintegreret institution (0-5 år)", SPRING),
                ("Ejerform", "", "Kommunal", SPRING),
                ("Lovgrundlag", "", "Dagtilbudsloven § 19, stk. 2", SPRING),
                ("Administrativ kommune", "", "Aarhus", SPRING),
                ("Beliggende i", "", "Aarhus", SPRING),
                ("Adresse", "", "Nørregade 4, 8000 Aarhus C", SPRING),
                ("P-nummer", "", "1012345678", SPRING),
            ],
        )
    ]


def test_a_correction_names_what_changed_from_what_to_what_and_from_when() -> None:
    one, later = unit(), date(2025, 8, 1)
    lifecycle.correct(one, on=later, actor=ME, name="Ternen", house_number="6", p_number="1087654321")
    assert told(one)[1:] == [
        (
            "Navn, adresse og P-nummer ændret",
            [
                ("Navn", "Mågen", "Ternen", later),
                ("Adresse", "Nørregade 4, 8000 Aarhus C", "Nørregade 6, 8000 Aarhus C", later),
                ("P-nummer", "1012345678", "1087654321", later),
            ],
        )
    ]


def test_a_closing_tells_its_cause_and_the_successors_and_a_reopening_that_it_is_over() -> None:
    one, other, day = unit(), unit(), date(2025, 1, 1)
    lifecycle.close(one, on=day, actor=ME, reason="", cause="sammenlagt", successors=[other])
    lifecycle.reopen(one, on=day, actor=ME, reason="")
    closed, opened = told(one)[1:]
    assert closed == (
        "Nedlagt: sammenlagt med en anden",
        [
            ("Årsag til lukning", "", "sammenlagt med en anden", day),
            ("Efterfølgere", "", f"{other.number} Mågen", day),
        ],
    )
    assert opened == (
        "Genåbnet",
        [
            ("Årsag til lukning", "sammenlagt med en anden", "", day),
            ("Efterfølgere", f"{other.number} Mågen", "", day),
        ],
    )


def test_a_consolidation_is_told_on_both_sides_and_so_is_its_undoing() -> None:
    survivor, absorbed, day = unit(), legacy(), date(2025, 1, 1)
    plan = consolidation.plan(survivor, absorbed, on=day)
    done = consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ME)
    consolidation.undo(done, actor=ME, reason="")
    name = f"{survivor.number} Mågen"
    assert told(absorbed)[0] == (
        f"Konsolideret ind i {name}",
        [("Årsag til lukning", "", "konsolideret", day), ("Konsolideret ind i", "", name, day)],
    )
    assert told(absorbed)[1][0] == f"Konsolideringen ind i {name} er fortrudt"
    assert [title for title, _changes in told(survivor)[1:]] == [
        "Har optaget A10001 Maagen", "Har afgivet A10001 Maagen igen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (SPRING, ("Trådt i kraft: åbnet", 9)),
        (date(2025, 8, 1), ("Trådt i kraft: navn ændret", [("Navn", "Mågen", "Ternen", date(2025, 8, 1))])),
        (
            date(2026, 1, 1),
            ("Trådt i kraft: nedlagt", [("Årsag til lukning", "", "nedlagt", date(2026, 1, 1))]),
        ),
    ],
)
def test_what_was_dated_ahead_is_told_when_its_day_comes(day: date, expected: tuple[str, object]) -> None:
    one = unit()
    lifecycle.correct(one, on=date(2025, 8, 1), actor=ME, name="Ternen")
    lifecycle.close(one, on=date(2026, 1, 1), actor=ME, reason="")
    state = ledger.history(one.number).order_by("-seq")[0].data["after"]
    told_of = {"before": state, "after": state, "on": day.isoformat()}
    (story,) = stories.tell(_recorded(ledger.Entry("lifecycle.take_effect", one.number, told_of)))
    changes = [(change.label, change.before, change.after, change.on) for change in story.changes]
    assert (story.title, len(changes) if story.opening else changes) == expected


def test_a_row_that_is_no_institution_shows_its_columns() -> None:
    told = {"before": {"status": "VENTER"}, "after": {"status": "X"}}
    (event,) = _recorded(ledger.Entry("agreement.approve", "aftale:1", told))
    (story,) = stories.tell([event])
    assert (story.title, [(c.label, c.before, c.after) for c in story.changes]) == (
        "Agreement.approve",
        [("status", "VENTER", "X")],
    )


def _recorded(*entries: ledger.Entry) -> list[Event]:
    return ledger.record(entries, actor=Actor("mette", "admin", "Aarhus Kommune"))


def test_the_actor_is_named_with_whom_they_act_for() -> None:
    (event,) = _recorded(ledger.Entry("lifecycle.move", "G10001"))
    (story,) = stories.tell([event])
    assert (story.actor, story.door) == ("mette på vegne af Aarhus Kommune", "administrationen")


@pytest.mark.parametrize("count", [1, 3])
def test_telling_takes_three_queries_however_many_events_there_are(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = unit()
    for month in range(1, count):
        lifecycle.correct(one, on=date(2025, month, 1), actor=ME, name=f"Navn {month}")
    events = list(ledger.history(one.number))
    with django_assert_num_queries(3):
        assert len(stories.tell(events)) == count
