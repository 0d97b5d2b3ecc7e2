"""STIL's staff find institutions, see all about one, and open, correct, move, close and reopen through forms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import lifecycle
from institutions.models import Institution
from registry import periods
from registry.models import Event
from tests import builders

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Municipality
    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/institutions/institution/"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


def listed(desk: Client, **asked: str) -> list[str]:
    answer = desk.get(LIST, asked)
    assert answer.status_code == 200
    return [one.number for one in answer.context["cl"].result_list]


def page(number: str, act: str = "change") -> str:
    return f"{LIST}{number}/{act}/"


def post(desk: Client, url: str, **given: Any) -> Any:  # noqa: ANN401
    """Open a form, change what is given, and send it."""
    form = desk.get(url).context["form"]
    data = {name: value for name in form.fields if (value := form[name].value()) is not None}
    return desk.post(url, {**data, "on": periods.today().isoformat(), **given})


def test_it_is_found_by_number_name_former_name_address_cvr_and_p_number(desk: Client) -> None:
    unit = builders.unit(name="Ærtehaven", cvr_number="12345678", p_number="1099999999", street="Ågade")
    lifecycle.correct(unit, on=periods.today(), actor=builders.ACTOR, name="Bønnehaven")
    builders.unit(name="En helt anden")
    for words in ("aertehaven", "Bønnehaven", "ågade 7", "12345678", "1099999999"):
        assert listed(desk, q=words) == [unit.number], words


def test_a_whole_number_leads_straight_to_its_page(desk: Client) -> None:
    unit = builders.unit()
    answer = desk.get(LIST, {"q": unit.number.lower()})
    assert (answer.status_code, answer.headers["Location"]) == (302, page(unit.number))


def test_the_list_is_in_danish_order(desk: Client) -> None:
    numbers = {name: builders.daginstitution(name=name).number for name in ("Åen", "Zoo", "Æblet", "Aagård", "Øen")}
    assert listed(desk) == [numbers[name] for name in ("Zoo", "Æblet", "Øen", "Åen", "Aagård")]


def test_the_list_is_filtered_by_level_state_municipality_type_and_ownership(desk: Client) -> None:
    top, unit, address = builders.tree()
    elsewhere = builders.daginstitution(kommune="751", name="Aarhus")
    ahead = builders.daginstitution(on=periods.today() + timedelta(days=9), name="Snart")
    legacy = builders.legacy("A10001")
    lifecycle.close(elsewhere, on=periods.today(), actor=builders.ACTOR, reason="slut")
    assert listed(desk, niveau="anvisningsenhed") == [unit.number]
    assert listed(desk, niveau="uden for registeret") == [legacy.number]
    assert listed(desk, tilstand="kommende") == [ahead.number]
    assert listed(desk, tilstand="nedlagt") == [elsewhere.number]
    assert listed(desk, kommune="751") == [elsewhere.number]
    assert listed(desk, type="6012") == [unit.number]
    assert set(listed(desk, ejerform="1", tilstand="åben")) == {top.number, unit.number}
    assert listed(desk, niveau="alternativ adresse") == [address.number]
    assert listed(desk, kvalitet="uden-enheder", tilstand="åben") == []


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(desk)
        return len(captured)

    builders.daginstitution()
    desk.get(LIST)
    one = queries()
    builders.tree()
    builders.legacy("A10002")
    assert queries() == one


def test_the_page_shows_state_tree_what_held_when_and_history(desk: Client) -> None:
    top, unit, address = builders.tree()
    later = periods.today() + timedelta(days=30)
    lifecycle.correct(unit, on=later, actor=builders.ACTOR, name="Nyt navn", reason="Nyt skilt")
    answer = desk.get(page(unit.number))
    words = answer.content.decode()
    (root,) = answer.context["roots"]
    assert root.version.institution == top
    assert root.children[0].here
    assert [node.version.institution for node in root.children[0].children] == [address]
    assert [stretch.when for stretch in answer.context["stretches"]] == ["ahead", "now"]
    assert ("Navn", "Lærkereden", "Nyt navn") in answer.context["stretches"][0].changes
    assert "Nyt skilt" in words
    assert "kirsten" in words


def test_the_page_takes_as_many_queries_for_three_children_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page(top.number)).status_code == 200
        return len(captured)

    top = builders.daginstitution()
    builders.unit(top)
    desk.get(page(top.number))
    one = queries()
    builders.unit(top)
    builders.unit(top)
    # The first to read after a change brings the proposals up to date.
    desk.get(page(top.number))
    assert queries() == one


@pytest.mark.parametrize("number", ["G99999", "nonsens"])
def test_a_number_that_is_not_there_is_not_found(desk: Client, number: str) -> None:
    assert desk.get(page(number, "ret")).status_code == 404


def test_a_daginstitution_is_opened(desk: Client, copenhagen: Municipality) -> None:
    answer = post(desk, f"{LIST}add/", name="Klynge Syd", ownership="1", legal_ground="10",
                  administrative_municipality=copenhagen.pk, reason="Ny klynge")  # fmt: skip
    made = Institution.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, page(made.number))
    event = Event.objects.get()
    assert (event.action, event.actor, event.door, event.reason) == ("lifecycle.open", "kirsten", "admin", "Ny klynge")
    assert not LogEntry.objects.exists()


def test_a_unit_is_opened_under_it_and_takes_its_ownership(desk: Client) -> None:
    top = builders.daginstitution()
    answer = post(desk, page(top.number, "opret"), parent=top.number, name="Stjernen", institution_type="6012",
                  p_number="1012345678", **{name: str(value) for name, value in ADDRESS.items()})  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    made = Institution.objects.exclude(pk=top.pk).get()
    now = builders.at(made, periods.today())
    assert now is not None
    assert (now["parent"], now["ownership"], now["legal_ground"]) == (top, "1", "10")


ADDRESS = {"street": "Lærkevej", "house_number": "7", "postcode": "2400", "town": "København NV"}


def test_a_refusal_lands_on_the_field_at_fault_and_saves_nothing(desk: Client) -> None:
    unit = builders.unit()
    seen = Event.objects.count()
    answer = post(desk, page(unit.number, "ret"), legal_ground="40")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["legal_ground"]
    assert "Lovgrundlag kan være: 10" in answer.context["form"].errors["legal_ground"][0]
    assert Event.objects.count() == seen


def test_only_what_was_changed_is_corrected_and_it_may_be_dated_ahead(desk: Client) -> None:
    unit = builders.unit()
    later = periods.today() + timedelta(days=5)
    assert post(desk, page(unit.number, "ret"), on=later.isoformat(), name="Nyt navn").status_code == 302
    assert builders.told(unit, "name") == [
        ("2026-01-01", later.isoformat(), "Lærkereden"), (later.isoformat(), "", "Nyt navn"),
    ]  # fmt: skip


def test_nothing_to_correct_is_said_and_writes_no_event(desk: Client) -> None:
    unit = builders.unit()
    seen = Event.objects.count()
    assert post(desk, page(unit.number, "ret")).status_code == 302
    assert Event.objects.count() == seen


def test_a_second_submit_of_the_same_page_does_nothing(desk: Client) -> None:
    unit = builders.unit()
    url = page(unit.number, "ret")
    form = desk.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent = {**data, "on": periods.today().isoformat(), "name": "Nyt navn"}
    assert desk.post(url, sent).status_code == 302
    seen = Event.objects.count()
    again = desk.post(url, sent)
    assert again.status_code == 422
    assert "er ændret, siden du åbnede siden" in again.context["form"].non_field_errors()[0]
    assert Event.objects.count() == seen


def test_opening_twice_from_one_page_asks_first(desk: Client, copenhagen: Municipality) -> None:
    url = f"{LIST}add/"
    sent = {"name": "Klynge Syd", "ownership": "1", "legal_ground": "10", "on": periods.today().isoformat(),
            "administrative_municipality": copenhagen.pk, "seen": "0"}  # fmt: skip
    assert desk.post(url, sent).status_code == 302
    again = desk.post(url, sent)
    assert again.status_code == 422
    assert Institution.objects.count() == 1
    assert desk.post(url, {**sent, "seen": again.context["form"]["seen"].value()}).status_code == 302
    assert Institution.objects.count() == 2


def test_a_unit_is_moved_within_the_municipality_alone(desk: Client) -> None:
    unit = builders.unit()
    near, far = builders.daginstitution(name="Nær"), builders.daginstitution(name="Fjern", kommune="751")
    refused = post(desk, page(unit.number, "flyt"), to=far.number)
    assert list(refused.context["form"].errors) == ["to"]
    assert post(desk, page(unit.number, "flyt"), to=f"{near.number} Nær · København").status_code == 302
    now = builders.at(unit, periods.today())
    assert now is not None
    assert now["parent"] == near


def test_an_open_child_refuses_its_parents_closing_by_name(desk: Client) -> None:
    top, unit, _address = builders.tree()
    answer = post(desk, page(top.number, "nedlaeg"), cause="nedlagt", reason="slut")
    assert list(answer.context["form"].errors) == ["on"]
    assert unit.number in answer.context["form"].errors["on"][0]


def test_it_is_closed_with_successors_and_reopened(desk: Client) -> None:
    unit, other = builders.unit(), builders.unit()
    answer = post(
        desk, page(unit.number, "nedlaeg"), cause="sammenlagt", successors=other.number, reason="Flyttet sammen"
    )
    assert answer.status_code == 302
    assert builders.at(unit, periods.today()) is None
    assert other.number in desk.get(page(unit.number)).content.decode()
    assert post(desk, page(unit.number, "genaabn"), reason="Fortrød").status_code == 302
    assert builders.at(unit, periods.today()) is not None


def test_a_closing_needs_a_reason(desk: Client) -> None:
    unit = builders.unit()
    answer = post(desk, page(unit.number, "nedlaeg"), cause="nedlagt", reason="")
    assert list(answer.context["form"].errors) == ["reason"]


def test_a_form_without_a_token_is_refused(kirsten: User) -> None:
    from django.test import Client as Strict  # noqa: PLC0415

    unit = builders.unit()
    strict = Strict(enforce_csrf_checks=True)
    strict.force_login(kirsten)
    assert strict.post(page(unit.number, "ret"), {"name": "x"}).status_code == 403


def test_the_box_proposes_open_institutions_of_the_level_asked_for(desk: Client) -> None:
    top, unit, _address = builders.tree()
    asked = desk.get(f"{LIST}foreslag/", {"q": "lærke", "niveau": "anvisningsenhed"}).json()["forslag"]
    assert asked == [{"nummer": unit.number, "tekst": "Lærkereden · København NV, København"}]
    assert [one["nummer"] for one in desk.get(f"{LIST}foreslag/", {"q": top.number}).json()["forslag"]] == [top.number]
    assert desk.get(f"{LIST}foreslag/", {"q": "l"}).json() == {"forslag": []}
