"""Data agreements in the admin: found, decided one or many at a time, shown on the institution's page, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.importing import COLUMNS
from agreements.models import Affiliation, ConnectionAgreement, NotificationAddress
from agreements.states import Status
from registry import periods
from registry.models import Event
from tests import builders

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/agreements/dataagreement/"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


def listed(desk: Client, **asked: str) -> list[int]:
    answer = desk.get(LIST, asked)
    assert answer.status_code == 200
    return [one.number for one in answer.context["cl"].result_list]


def test_it_is_found_by_number_institution_vendor_and_system(desk: Client) -> None:
    mine = builders.agreement(builders.unit())
    builders.agreement(builders.unit())
    system = mine.system
    for words in (str(mine.number), mine.institution.number, system.vendor.name, system.name, system.code):
        assert listed(desk, q=words) == [mine.number], words


def test_the_list_is_filtered_by_vendor_and_kind_of_number(desk: Client) -> None:
    new, old = builders.agreement(builders.unit()), builders.agreement(builders.legacy("A10001"))
    assert listed(desk, nummer="A") == [old.number]
    assert listed(desk, udbyder=str(new.system.vendor.pk)) == [new.number]


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(desk)
        return len(captured)

    by = builders.system()
    builders.agreement(builders.unit(), by=by)
    listed(desk)
    one = queries()
    builders.agreement(builders.unit(), by=by)
    builders.agreement(builders.unit(), by=by)
    assert queries() == one


def test_many_are_approved_with_one_comment(desk: Client) -> None:
    two = [builders.agreement(builders.unit(), Status.VENTER) for _each in range(2)]
    chosen = {"action": "approve", "_selected_action": [one.pk for one in two]}
    asked = desk.post(LIST, chosen)
    assert asked.status_code == 302
    answer = desk.post(asked.headers["Location"], {"comment": "Aftalt med kommunen", "seen": "0"})
    assert answer.status_code == 302
    for one in two:
        one.refresh_from_db()
        assert one.status == Status.GODKENDT
    events = Event.objects.filter(action="agreement.approve")
    assert [(event.actor, event.door, event.reason) for event in events] == [
        ("kirsten", "admin", "Aftalt med kommunen")
    ] * 2


def test_all_of_them_or_none(desk: Client) -> None:
    waiting = builders.agreement(builders.unit(), Status.VENTER)
    gone = builders.agreement(builders.unit(), Status.SLETTET)
    page = f"{LIST}afgoer/godkend/?aftaler={waiting.number},{gone.number}"
    answer = desk.post(page, {"comment": "", "seen": "0"})
    assert answer.status_code == 422
    assert str(gone.number) in answer.context["form"].non_field_errors()[0]
    waiting.refresh_from_db()
    assert waiting.status == Status.VENTER


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        (Status.VENTER, ["godkend", "afvis", "slet"]),
        (Status.GODKENDT, ["vent", "slet"]),
        (Status.AFVIST, ["vent", "slet"]),
        (Status.SLETTET, []),
    ],
)
def test_its_page_offers_the_lawful_decisions_alone(desk: Client, status: Status, verbs: list[str]) -> None:
    one = builders.agreement(builders.unit(), status)
    answer = desk.get(f"{LIST}{one.number}/change/")
    assert [slug for slug, _text in answer.context["verbs"]] == verbs


def test_an_institutions_page_shows_its_agreements_by_status(desk: Client) -> None:
    unit = builders.unit()
    refused, live = builders.agreement(unit, Status.AFVIST), builders.agreement(unit)
    answer = desk.get(f"/admin/institutions/institution/{unit.number}/change/")
    (section,) = answer.context["sections"]
    assert [one.number for one, _pill in section.context["rows"]] == [live.number, refused.number]
    assert [(str(label), count) for label, _pill, count in section.context["counts"]] == [
        ("Godkendt", 1),
        ("Afvist", 1),
    ]


def test_a_file_of_them_is_taken_in_unchanged(desk: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    builders.agreement(builders.unit())
    builders.agreement(builders.legacy("A10001"))
    file = desk.post(f"{LIST}export/", {"format": "0", "resource": "0"}).content
    assert file.decode("utf-8-sig").split("\r\n")[0] == ";".join(COLUMNS)
    upload = SimpleUploadedFile("aftaler.csv", file)
    answer = desk.post(f"{LIST}import/", {"import_file": upload, "format": "0", "resource": "0"})
    assert [one.verdict.value for one in answer.context["result"].shown] == ["uændret", "uændret"]


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (f"{LIST}?q=²", 200), (f"{LIST}?udbyder=²", 200), (f"{LIST}²/change/", 404),
        (f"{LIST}afgoer/slet/?aftaler=²", 404),
        ("/admin/institutions/consolidation/²/change/", 404), ("/admin/registry/event/?q=²", 200),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_digit_is_none(desk: Client, page: str, status: int) -> None:
    assert desk.get(page).status_code == status


@pytest.mark.parametrize(
    ("room", "news", "event"),
    [
        ("vendor", {"name": "Nyt navn", "cvr_number": "12345678", "p_number": "", "systems-TOTAL_FORMS": "0",
                    "systems-INITIAL_FORMS": "0"}, "vendor.change"),
        ("system", {"name": "Nyt navn", "passive": "on", "connections-TOTAL_FORMS": "0",
                    "connections-INITIAL_FORMS": "0"}, "system.change"),
        ("service", {"name": "Nyt navn"}, "service.change"),
    ],
)  # fmt: skip
def test_vendors_systems_and_services_are_changed_through_the_rule(
    desk: Client, room: str, news: dict[str, str], event: str
) -> None:
    made = builders.system()
    key = {"vendor": made.vendor.pk, "system": made.pk, "service": made.connections.get().service.pk}[room]
    assert desk.get(f"/admin/agreements/{room}/").status_code == 200
    assert desk.get(f"/admin/agreements/{room}/{key}/change/").status_code == 200
    assert desk.post(f"/admin/agreements/{room}/{key}/change/", news).status_code == 302
    told = Event.objects.get(action=event)
    assert (told.actor, told.door, told.data["after"]["name"]) == ("kirsten", "admin", "Nyt navn")
    assert desk.post(f"/admin/agreements/{room}/{key}/change/", news).status_code == 302
    assert Event.objects.filter(action=event).count() == 1
    assert desk.get(f"/admin/agreements/{room}/{key}/history/").status_code == 200
    assert desk.post(f"/admin/agreements/{room}/{key}/delete/", {"post": "yes"}).status_code == 403


def test_a_connection_begins_today_and_is_ended(desk: Client) -> None:
    made, to = builders.system(services=0), builders.service("ws71")
    page = "/admin/agreements/connectionagreement/"
    assert desk.post(f"{page}add/", {"system": made.pk, "service": to.pk}).status_code == 302
    connection_ = ConnectionAgreement.objects.get()
    assert connection_.period == periods.since(periods.today())
    desk.get(page)  # the first one's message
    again = desk.post(f"{page}add/", {"system": made.pk, "service": to.pk}, follow=True)
    assert [one.level_tag for one in again.context["messages"]] == ["error"]
    assert desk.post(page, {"action": "end", "_selected_action": [connection_.pk]}).status_code == 302
    assert not ConnectionAgreement.objects.filter(period__contains=periods.today()).exists()
    acts = Event.objects.filter(action__startswith="connectionagreement").values_list("action", flat=True)
    assert list(acts) == ["connectionagreement.add", "connectionagreement.end"]


def test_who_acts_for_whom_is_told_by_number_and_for_one_party(desk: Client, mads: User) -> None:
    unit, page = builders.unit(), "/admin/agreements/affiliation/"
    both = {"user": mads.pk, "institution": unit.number, "municipality": "1"}
    assert desk.post(f"{page}add/", both).status_code == 200
    assert desk.post(f"{page}add/", {"user": mads.pk, "institution": unit.number}).status_code == 302
    assert [(one.institution, one.period) for one in Affiliation.objects.filter(user=mads)] == [
        (unit, periods.since(periods.today()))
    ]
    assert desk.get(page).status_code == 200
    assert desk.get(f"{page}{Affiliation.objects.get().pk}/change/").status_code == 200


def test_who_is_told_is_added_and_put_out_of_use(desk: Client) -> None:
    unit, page = builders.unit(), "/admin/agreements/notificationaddress/"
    told = {"email": "post@x.example", "institution": unit.number, "active": "on"}
    assert desk.post(f"{page}add/", told).status_code == 302
    address = NotificationAddress.objects.get()
    assert desk.post(f"{page}{address.pk}/change/", {}).status_code == 302
    address.refresh_from_db()
    assert (address.email, address.institution, address.active) == ("post@x.example", unit, False)
    assert desk.get(page).status_code == 200
