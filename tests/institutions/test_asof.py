"""The register as valid on a day, and as known at a moment: two sources, one answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from institutions import asof, consolidation, facts, lifecycle
from institutions.asof import Filters
from institutions.desk import Desk
from institutions.models import CodeValue, Institution, Level, Municipality
from registry import ledger, periods
from registry.ledger import Actor, Entry
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_django import DjangoAssertNumQueries

    from institutions.asof import Row

pytestmark = pytest.mark.django_db
ME = Actor("mette", "admin")
WINTER, SPRING, SUMMER, AUTUMN = date(2022, 1, 1), date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)
ADDRESS: dict[str, Any] = {
    "street": "Nørregade", "house_number": "4", "floor": "2", "door": "th", "postcode": "8000", "town": "Aarhus C",
    "supplementary_town": "Lilleby", "dar_id": "0a3f", "latitude": 56.1567, "longitude": 10.2101,
    "cvr_number": "11223344", "p_number": "1012345678", "email": "maagen@eksempel.dk", "phone": "86 12 34 56",
}  # fmt: skip


def house(name: str = "Havnehusene", code: str = "751", on: date = WINTER) -> Institution:
    municipality = Municipality.objects.get(code=code)
    return lifecycle.open(
        level=Level.DAGINSTITUTION, on=on, actor=ME, name=name, ownership="1", legal_ground="10",
        administrative_municipality=municipality,
    )  # fmt: skip


def unit(parent: Institution, name: str = "Mågen", on: date = SPRING) -> Institution:
    return lifecycle.open(
        level=Level.ANVISNINGSENHED, on=on, actor=ME, parent=parent, name=name, institution_type="6012", **ADDRESS
    )


def address(parent: Institution, name: str = "Skovgruppen", on: date = SPRING) -> Institution:
    facts = {name: ADDRESS[name] for name in ("street", "house_number", "postcode", "town")}
    return lifecycle.open(level=Level.ALTERNATIV_ADRESSE, on=on, actor=ME, parent=parent, name=name, **facts)


def legacy(name: str = "Maagen") -> Institution:
    with transaction.atomic():
        desk = Desk([], on=WINTER)
        line = desk.add([("A10001", Level.UDENFOR)])[0]
        given = facts.complete({"name": name, "municipality_text": "Århus"}, level=Level.UDENFOR, parent_at=None)
        desk.begin(line, given, start=None)
        desk.put_back(actor=ME)
    return line.institution


def everything(on: date, known_at: datetime | None = None) -> list[Row]:
    return asof.rows(on, known_at, filters=Filters(levels=()), limit=100)


def now() -> datetime:
    return Event.objects.latest("seq").at


def test_a_row_says_everything_that_holds() -> None:
    top = house()
    middle = unit(top)
    municipality = {"code": "751", "name": "Aarhus"}
    assert asof.one(middle.number, SUMMER) == asof.Row(
        number=middle.number, level="anvisningsenhed", status="Aktiv", daginstitution=top.number,
        anvisningsenhed=middle.number, alternativ_adresse=None, parent=top.number, name="Mågen",
        institution_type="6012", institution_type_text="Aldersintegreret institution (0-5 år)", ownership="1",
        ownership_text="Kommunal", legal_ground="10", legal_ground_text="Dagtilbudsloven § 19, stk. 2",
        legal_ground_derived=False, administrative_municipality=municipality["code"],
        administrative_municipality_name=municipality["name"], municipality=municipality["code"],
        municipality_name=municipality["name"], municipality_text="", valid_from=SPRING, valid_to=None,
        closing_cause="", absorbed_into=None, sort_key="m}gen", **ADDRESS,
    )  # fmt: skip


def test_the_numbers_above_are_those_of_the_day() -> None:
    first, second = house(), house("Skovhusene")
    middle = unit(first)
    below = address(middle)
    lifecycle.move(middle, to=second, on=SUMMER, actor=ME)

    def numbers(on: date, known_at: datetime | None = None) -> list[tuple[str | None, str | None, str | None]]:
        page = asof.rows(on, known_at, filters=Filters(levels=("alternativ adresse",)), limit=9)
        return [(row.daginstitution, row.anvisningsenhed, row.alternativ_adresse) for row in page]

    for known_at in (None, now()):
        assert numbers(SPRING, known_at) == [(first.number, middle.number, below.number)]
        assert numbers(AUTUMN, known_at) == [(second.number, middle.number, below.number)]


def test_a_closed_one_shows_its_last_version_and_a_coming_one_nothing() -> None:
    closing, coming = house(), house("Skovhusene", on=AUTUMN)
    lifecycle.correct(closing, on=SPRING, actor=ME, name="Havnehuset")
    lifecycle.close(closing, on=SUMMER, actor=ME, reason="flyttet")

    def told(on: date, known_at: datetime | None) -> list[tuple[str, str, str, date | None, date | None, str]]:
        return [
            (row.number, row.name, row.status, row.valid_from, row.valid_to, row.closing_cause)
            for row in everything(on, known_at)
        ]

    for known_at in (None, now()):
        assert told(WINTER - timedelta(days=1), known_at) == []
        assert told(WINTER, known_at) == [(closing.number, "Havnehusene", "Aktiv", WINTER, SPRING, "")]
        assert told(SPRING, known_at) == [(closing.number, "Havnehuset", "Aktiv", SPRING, SUMMER, "nedlagt")]
        assert told(SUMMER, known_at) == [(closing.number, "Havnehuset", "Nedlagt", SPRING, SUMMER, "nedlagt")]
        assert [row[0] for row in told(AUTUMN, known_at)] == [closing.number, coming.number]


def test_between_closing_and_reopening_it_is_closed() -> None:
    one = house()
    lifecycle.close(one, on=SPRING, actor=ME, reason="flyttet")
    lifecycle.reopen(one, on=AUTUMN, actor=ME, reason="alligevel ikke")
    for known_at in (None, now()):
        statuses = [row.status for on in (WINTER, SPRING, SUMMER, AUTUMN) for row in everything(on, known_at)]
        assert statuses == ["Aktiv", "Nedlagt", "Nedlagt", "Aktiv"]


def test_what_was_known_is_what_was_written_by_then() -> None:
    one = house()
    before = now()
    lifecycle.correct(one, on=SPRING, actor=ME, name="Havnehuset")
    after = now()
    other = unit(one)
    assert [row.name for row in everything(SUMMER, before)] == ["Havnehusene"]
    assert [row.name for row in everything(SUMMER, after)] == ["Havnehuset"]
    assert everything(SUMMER, datetime(2000, 1, 1, tzinfo=UTC)) == []
    assert asof.one(other.number, SUMMER, after) is None


def test_both_sources_give_the_same_rows_also_after_a_consolidation_and_its_undo() -> None:
    middle, old = unit(house()), legacy()
    address(middle)
    moment = now()
    pages = [everything(SUMMER), everything(periods.today())]
    planned = consolidation.plan(middle, old)
    done = consolidation.execute(planned, fingerprint=planned.fingerprint, actor=ME)
    absorbed = {row.number: (row.status, row.absorbed_into) for row in everything(periods.today())}
    assert absorbed[old.number] == ("Nedlagt", middle.number)
    earlier = asof.one(old.number, SUMMER)
    assert earlier
    assert (earlier.status, earlier.absorbed_into) == ("Aktiv", None)
    for on in (SUMMER, periods.today()):
        assert everything(on, now()) == everything(on)
    consolidation.undo(done, actor=ME, reason="fejl")
    for on, page in zip((SUMMER, periods.today()), pages, strict=True):
        assert everything(on) == everything(on, now()) == everything(on, moment) == page


def test_an_event_that_does_not_tell_a_whole_state_is_passed_over() -> None:
    one = house()
    with transaction.atomic():
        ledger.record([Entry("consolidation.execute", one.number, {"before": {}, "after": {"parent": 7}})], actor=ME)
    assert everything(SUMMER, now()) == everything(SUMMER)


def test_a_text_is_the_one_of_the_day_or_the_one_it_had_last() -> None:
    house()
    CodeValue.objects.filter(table="ejerformKode", code="1").update(period=periods.between(None, SUMMER))
    CodeValue.objects.create(table="ejerformKode", code="1", text="Offentlig", period=periods.between(SUMMER, AUTUMN))
    for known_at in (None, now()):
        texts = [row.ownership_text for on in (SPRING, SUMMER, AUTUMN) for row in everything(on, known_at)]
        assert texts == ["Kommunal", "Offentlig", "Offentlig"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), ["Havnehusene", "Skovhusene", "Mågen", "Skovgruppen"]),
        (Filters(levels=("daginstitution",)), ["Havnehusene", "Skovhusene"]),
        (Filters(levels=("uden for registeret",)), ["Maagen"]),
        (Filters(municipality="101"), ["Skovhusene"]),
        (Filters(institution_type="6012"), ["Mågen"]),
        (Filters(ownership="1", municipality="751"), ["Havnehusene", "Mågen"]),
        (Filters(legal_ground="10", levels=("anvisningsenhed",)), ["Mågen"]),
        (Filters(status="Nedlagt"), ["Skovhusene"]),
        (Filters(status="Aktiv", levels=()), ["Maagen", "Havnehusene", "Mågen", "Skovgruppen"]),
        (Filters(cvr_number="11223344"), ["Mågen"]),
        (Filters(p_number="1012345678"), ["Mågen"]),
        (Filters(numbers=("D00000",)), []),
    ],
)
def test_filters(filters: Filters, names: Sequence[str]) -> None:
    address(unit(house()))
    lifecycle.close(house("Skovhusene", "101"), on=SUMMER, actor=ME, reason="flyttet")
    legacy()
    for known_at in (None, now()):
        assert [row.name for row in asof.rows(SUMMER, known_at, filters=filters, limit=9)] == names


def test_pages_go_on_after_a_number_and_back_before_one() -> None:
    numbers = [house(f"Hus {nth}").number for nth in range(5)]
    for known_at in (None, now()):
        page = [row.number for row in asof.rows(SUMMER, known_at, after=numbers[1], limit=2)]
        assert page == numbers[2:4]
        page = [row.number for row in asof.rows(SUMMER, known_at, before=numbers[3], limit=2)]
        assert page == numbers[1:3]


def test_a_stream_has_parents_before_children() -> None:
    first = house()
    middle = unit(first)
    below = address(middle)
    last = unit(house("Skovhusene"))
    for known_at in (None, now()):
        streamed = list(asof.stream(SUMMER, known_at))
        assert [row.level for row in streamed] == [Level.DAGINSTITUTION] * 2 + [Level.ANVISNINGSENHED] * 2 + [
            Level.ALTERNATIV_ADRESSE
        ]
        assert {row.number for row in streamed} >= {first.number, middle.number, below.number, last.number}
        assert sorted(streamed) == everything(SUMMER, known_at)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_is_one_query_however_long(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for nth in range(count):
        house(f"Hus {nth}")
    moment = now()
    with django_assert_num_queries(1):
        assert len(asof.rows(SUMMER, limit=9)) == count
    with django_assert_num_queries(2):
        assert len(asof.rows(SUMMER, moment, limit=9)) == count
