"""For whom a system may report: a municipality, or a private owner for its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from institutions import mandates
from institutions.mandates import Book, place_of
from institutions.models import Mandate, Verb
from registry import periods
from registry.models import Event
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR
from tests.reporting import SYSTEM, Reporter, mandate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.models import Institution

pytestmark = pytest.mark.django_db
PRIVATE: Mapping[str, Any] = {"ownership": "3", "legal_ground": "13"}


def private(**given: Any) -> Institution:  # noqa: ANN401
    """A private owner's daginstitution."""
    return builders.daginstitution(name="Den Grønne Gren", **PRIVATE, **given)


def change(vendor: Reporter, institution: Institution, **news: str) -> list[str]:
    """The codes with which a change is refused."""
    row = {"institutionsNummer": institution.number, "niveau": institution.level, "navn": "Nyt navn", **news}
    return [one["code"] for one in vendor.send(row).json()["plan"][0]["fejl"]]


def test_without_a_mandate_nothing_is_written() -> None:
    unit, vendor = builders.unit(), Reporter(kommune="")
    assert change(vendor, unit) == ["mandat_mangler"]
    mandate(kommune="751")
    assert change(vendor, unit) == ["mandat_mangler"]
    mandate(kommune="101")
    assert change(vendor, unit) == []


def test_a_mandate_is_for_some_verbs_in_some_days() -> None:
    unit, vendor, today = builders.unit(), Reporter(kommune=""), periods.today()
    mandate(since=today + timedelta(days=1))
    given = mandate(verbs=[Verb.CORRECT])
    assert (change(vendor, unit), change(vendor, unit, status="Nedlagt")) == ([], ["mandat_mangler"])
    mandates.end(given, on=today, actor=ACTOR, reason="Opsagt")
    assert change(vendor, unit) == ["mandat_mangler"]
    with pytest.raises(Refused) as refused:
        mandates.end(given, on=today, actor=ACTOR)
    assert refused.value.code == "mandat_ophoert"


def test_a_private_owner_answers_for_its_own_and_a_municipality_for_the_rest() -> None:
    top = private()
    unit = builders.unit(top, ownership="3", legal_ground="13", street="Grenvej")
    away = builders.alternative(unit)
    other = private(cvr_number="12345678")
    municipal, vendor = builders.unit(name="Rævehulen", street="Rævevej"), Reporter()
    assert [change(vendor, one) for one in (top, unit, away)] == [["mandat_mangler"]] * 3
    mandate(institution=top)
    assert [change(vendor, one) for one in (top, unit, away, municipal)] == [[]] * 4
    assert change(vendor, other) == ["mandat_mangler"]


def test_a_municipality_cannot_take_anothers_nor_a_private_owner_the_municipalitys() -> None:
    municipal, vendor = builders.daginstitution(), Reporter(kommune="101")
    assert change(vendor, municipal, admKommuneKode="751") == ["mandat_mangler"]
    assert change(vendor, municipal, ejerformKode="3", lovgrundlagKode="13") == ["mandat_mangler"]


def test_nothing_is_opened_or_moved_under_what_is_anothers() -> None:
    theirs, vendor = private(), Reporter()
    unit = builders.unit()
    assert change(vendor, unit, overordnetNummer=theirs.number) == ["mandat_mangler"]


def test_what_a_change_touches_is_told_of_the_party_whose_mandate_it_was() -> None:
    unit, vendor = builders.unit(), Reporter()
    vendor.apply(vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"}))
    assert Event.objects.filter(action="lifecycle.correct").get().on_behalf_of == "Københavns Kommune"


def test_where_something_stands() -> None:
    top, unit, away = builders.tree()
    today = periods.today()
    key = builders.municipality("101").pk
    assert place_of(away, on=today) == mandates.Place(key, "1", frozenset({top.pk, unit.pk, away.pk}))
    assert place_of(top, on=today) == mandates.Place(key, "1", frozenset({top.pk}))


def test_history_is_in_the_ledger_under_the_system() -> None:
    builders.system(SYSTEM)
    given = mandate()
    mandates.end(given, on=periods.today() + timedelta(days=30), actor=ACTOR, reason="Opsagt")
    events = Event.objects.filter(action__startswith="mandate.")
    assert [(one.action, one.subject, one.reason) for one in events] == [
        ("mandate.give", events[0].subject, ""), ("mandate.end", events[0].subject, "Opsagt"),
    ]  # fmt: skip
    assert events[1].data["before"]["to"] is None
    assert events[1].data["after"]["to"] == (periods.today() + timedelta(days=30)).isoformat()


@pytest.mark.parametrize("wrong", ["system", "verbs", "nobody", "municipal", "days"])
def test_a_mandate_that_cannot_be(wrong: str) -> None:
    builders.system(SYSTEM)
    today = periods.today()
    asked: dict[str, Any] = {"verbs": ["ret"], "since": today, "municipality": builders.municipality("101")}
    wrongs: dict[str, dict[str, Any]] = {
        "verbs": {"verbs": ["slet"]}, "nobody": {"municipality": None}, "days": {"until": today},
        "municipal": {"municipality": None, "institution": builders.unit()},
    }  # fmt: skip
    asked |= wrongs.get(wrong, {})
    with pytest.raises(Refused) as refused:
        mandates.give("ZZ999999" if wrong == "system" else SYSTEM, actor=ACTOR, **asked)
    assert refused.value.code == ("ukendt_system" if wrong == "system" else "ugyldig_vaerdi")
    assert Mandate.objects.count() == 0


def test_a_book_asks_once() -> None:
    builders.system(SYSTEM)
    mandate()
    book, place = Book(SYSTEM), mandates.Place(builders.municipality("101").pk, "1")
    book.require(Verb.OPEN, place)
    assert book.on_behalf_of == "Københavns Kommune"
    assert Book("AB000009").on_behalf_of == ""
