"""Search for people: every way to name an institution, best first, forgiving of spelling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from institutions import lifecycle, search, timelines
from institutions.models import Institution, Level, Municipality, Version
from institutions.search import Asked, Found
from registry import copying, periods
from registry.ledger import Actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
ME = Actor("mette", "admin")
BEGAN, TODAY = date(2024, 3, 1), date(2026, 5, 1)
PLACE = {"house_number": "4", "postcode": "8000", "town": "Aarhus C", "institution_type": "6012"}


def house(name: str = "Havnehusene", municipality: str = "751") -> Institution:
    return lifecycle.open(
        level=Level.DAGINSTITUTION, on=BEGAN, actor=ME, name=name, ownership="1", legal_ground="10",
        administrative_municipality=Municipality.objects.get(code=municipality),
    )  # fmt: skip


def unit(parent: Institution, name: str, **facts: str) -> Institution:
    given = {**PLACE, "street": "Nørregade", "p_number": "1012345678", **facts}
    return lifecycle.open(level=Level.ANVISNINGSENHED, on=BEGAN, actor=ME, parent=parent, name=name, **given)


def outside(number: str, name: str) -> Institution:
    line = timelines.create([(number, Level.UDENFOR)])[0]
    line.open(BEGAN, {"name": name})
    timelines.save([line])
    return line.institution


def found(text: str = "", **asked: str) -> Found:
    return search.find(Asked(text=text, **asked), on=TODAY)


def names(text: str = "", **asked: str) -> Sequence[str]:
    return [one.name for one in found(text, **asked).rows]


@pytest.mark.parametrize(
    "text",
    ["Mågen", "ÅBENRÅ Ærø Øster", "Café Müller", "aa å AA", "Gøngehøvdingens bålhytte", "d'Amico-Ågård 1.2", "Ñandú"],
)
def test_fold_is_the_twin_of_what_the_database_searches_in(text: str) -> None:
    line = timelines.create([("A10001", Level.UDENFOR)])[0]
    line.open(BEGAN, {"name": text})
    timelines.save([line])
    assert Version.objects.get().search_text.strip() == search.fold(text)


def test_the_best_name_comes_first_then_danish_order() -> None:
    top = house("Område Øst")
    for name in ("Ågården", "Sol og Måne", "Ørnereden", "Solstrålen", "Sol", "Min Sol", "Basol", "Aaløkken"):
        unit(top, name, street="Vej")
    assert names("sol") == ["Sol", "Sol og Måne", "Solstrålen", "Min Sol", "Basol"]
    assert names("vej")[-3:] == ["Ørnereden", "Ågården", "Aaløkken"]


@pytest.mark.parametrize(
    "text",
    [
        "mågen", "MAAGEN", "nørregade 4", "noerregade", "8000", "aarhus mågen", "mågen århus kommune", "mågen, nør",
        "1012345678", "10 12 34 56 78", "P 1012345678", "CVR 12345678", "cvr-nr. 12 34 56 78", "DK12345678",
    ],
)  # fmt: skip
def test_an_institution_is_found_by_name_address_municipality_and_business_number(text: str) -> None:
    unit(house(), "Mågen", cvr_number="12345678")
    unit(
        house("Langt borte", "482"), "Ternen", street="Søgade", p_number="1099999999", postcode="5900", town="Rudkøbing"
    )
    assert names(text) == ["Mågen"]


def test_a_municipality_whose_name_no_address_has_is_found() -> None:
    unit(house("Langt borte", "482"), "Ternen", town="Rudkøbing")
    assert names("langeland") == ["Langt borte", "Ternen"]


def test_a_number_is_found_by_its_digits_and_by_its_beginning() -> None:
    top = house()
    one = unit(top, "Mågen")
    # D and G are counted apart: now and then the two have the same digits.
    others = ["Havnehusene"] if top.number[1:] == one.number[1:] else []
    assert sorted(names(one.number[1:])) == [*others, "Mågen"]
    assert names(one.number[:5].lower()) == ["Mågen"]


def test_a_misspelling_shows_what_is_like_it_and_says_so() -> None:
    unit(house(), "Solstrålen")
    result = found("solstarlen")
    assert ([one.name for one in result.rows], result.similar) == (["Solstrålen"], True)
    assert found("solstrålen").similar is False
    assert found("qwertzy").total == 0


def test_a_former_name_leads_to_the_institution_of_today() -> None:
    one = unit(house(), "Mågen")
    lifecycle.correct(one, on=date(2025, 1, 1), actor=ME, name="Ternen")
    result = found("mågen")
    assert [(row.name, result.former[row.institution_id]) for row in result.rows] == [("Ternen", "Mågen")]


def test_the_closed_are_counted_and_shown_on_demand() -> None:
    top = house()
    unit(top, "Mågen Nord")
    lifecycle.close(unit(top, "Mågen Syd"), on=date(2025, 1, 1), actor=ME, reason="")
    lifecycle.correct(unit(top, "Mågen Øst"), on=date(2027, 1, 1), actor=ME, name="Mågen Ny")
    result = found("mågen")
    assert ([one.name for one in result.rows], result.elsewhere) == (["Mågen Nord", "Mågen Øst"], 1)
    assert names("mågen", status=search.CLOSED) == ["Mågen Syd"]
    assert names("mågen", status=search.ALL) == ["Mågen Nord", "Mågen Øst", "Mågen Syd"]


def test_the_coming_are_among_the_active() -> None:
    top = house()
    lifecycle.open(
        level=Level.ANVISNINGSENHED, on=date(2026, 8, 1), actor=ME, parent=top, name="Ny Måge", street="Vej",
        p_number="1012345678", **PLACE,
    )  # fmt: skip
    assert names("ny måge") == ["Ny Måge"]


def test_what_lies_outside_the_register_comes_after_it() -> None:
    outside("A10001", "Mågen")
    unit(house(), "Mågen")
    assert [one.institution.number[0] for one in found("mågen").rows] == ["G", "A"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"municipality": "482"}, ["Langt borte", "Ternen"]),
        ({"institution_type": "6011"}, ["Ternen"]),
        ({"ownership": "3"}, []),
        ({"level": "daginstitution"}, ["Havnehusene", "Langt borte"]),
    ],
)
def test_filters_leave_in_what_they_name(asked: dict[str, str], expected: list[str]) -> None:
    unit(house(), "Mågen")
    unit(house("Langt borte", "482"), "Ternen", institution_type="6011")
    assert names(**asked) == expected


def test_signs_that_mean_something_to_the_database_mean_nothing_here() -> None:
    unit(house(), "Mågen 100%")
    assert names("100%") == ["Mågen 100%"]
    assert [names(text) for text in ("%", "_", "\\", "'", '"', "(")] == [["Mågen 100%"], [], [], [], [], []]


def test_pages_hold_twenty_five_and_a_page_too_far_is_the_last() -> None:
    top = house()
    for number in range(30):
        unit(top, f"Stue {number:02}")
    first, last = (search.find(Asked("stue"), on=TODAY, page=page) for page in (1, 9))
    assert (first.total, first.pages, len(first.rows)) == (30, 2, 25)
    assert (last.page, [one.name for one in last.rows]) == (2, [f"Stue {number}" for number in range(25, 30)])


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_as_many_queries_for_three_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    top = house()
    for number in range(count):
        lifecycle.correct(unit(top, f"Mågen {number}"), on=date(2025, 1, 1), actor=ME, name=f"Ternen {number}")
    with django_assert_num_queries(4):
        assert len(found("mågen").rows) == count


def test_ten_thousand_rows_are_searched_through_their_index() -> None:
    institutions = [
        Institution(pk=key, number=f"G{nth:05}", level=Level.ANVISNINGSENHED)
        for nth, key in enumerate(copying.take_keys(Institution, 10_000), start=60_000)
    ]
    copying.insert(Institution, institutions)
    municipality = Municipality.objects.get(code="751")
    versions = [
        Version(
            pk=key, institution=one, name=f"Børnehuset {nth:x} ved {nth * 7919 % 10_007}", street=f"Vej {nth % 97}",
            period=periods.since(BEGAN + timedelta(days=nth % 300)), administrative_municipality=municipality,
        )
        for nth, (key, one) in enumerate(zip(copying.take_keys(Version, 10_000), institutions, strict=True))
    ]  # fmt: skip
    copying.insert(Version, versions)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('versions_by_words')")
        cursor.execute("ANALYZE institutions_version")
    for similar in (False, True):
        held = Version.objects.filter(search.matching("børnehuset 9f3a 1234", [], similar=similar)).order_by()
        assert "versions_by_words" in held.values("institution").explain()
