"""A vendor's pages: its systems, and a request for many numbers, pasted or in a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import parties
from agreements.importing import wanted
from agreements.models import ConnectionAgreement, DataAgreement, System
from agreements.states import Status
from registry import periods
from registry.models import Event, User
from registry.spreadsheets import workbook
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
PAGE = "/aftaler/anmod/"


@pytest.fixture
def system() -> System:
    return builders.system(services=2)


@pytest.fixture
def vera(client: Client, system: System) -> Client:
    """A vendor's person, signed in."""
    user = User.objects.create_user("vera", "vera@x.example", "pædagogmedhjælper")
    parties.affiliate(user, vendor=system.vendor, actor=ACTOR)
    client.force_login(user)
    return client


def ask(vera: Client, system: System, numbers: str, **given: Any) -> Any:  # noqa: ANN401 - the test client's answer
    told = {"system": system.code, "service": ["ws00"], "numre": numbers, "databehandleraftale": "on", **given}
    return vera.post(PAGE, {name: value for name, value in told.items() if value is not None})


def test_many_numbers_are_answered_before_and_after_they_are_asked_for(vera: Client, system: System) -> None:
    top, unit, other = builders.tree()
    numbers = f"{unit.number}, {other.number}\n{top.number} hej"
    shown = ask(vera, system, numbers, service=["ws00", "ws01"], kommentar="Til foråret")
    assert (shown.context["asked"], shown.context["refused_count"]) == (4, 4)
    assert DataAgreement.objects.count() == 0
    done = ask(vera, system, shown.context["numbers"], service=["ws00", "ws01"], kommentar="Til foråret", udfoer="1")
    assert "4 anmodninger er sendt" in " ".join(done.text.split())
    assert set(DataAgreement.objects.values_list("status", "processor_agreement")) == {("VENTER", True)}
    told = Event.objects.filter(action="agreement.request").values_list("actor", "door", "on_behalf_of", "reason")
    assert list(told) == [("vera", "side", system.vendor.name, "Til foråret")] * 4
    again = ask(vera, system, numbers, udfoer="1")
    assert {code: count for _title, code, count in again.context["refused"]}["aftale_findes"] == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_numbers_may_be_in_a_file(vera: Client, system: System, kind: str) -> None:
    units = [builders.unit() for _each in range(2)]
    rows = [("Navn", one.number) for one in units]
    head = ["institutionsNavn", "institutionsNummer"]
    content = workbook.comma_separated(head, rows).encode() if kind == "csv" else workbook.write(head, rows)
    shown = ask(vera, system, units[0].number, fil=SimpleUploadedFile(f"numre.{kind}", content))
    assert shown.context["numbers"].split() == [one.number for one in units]


def test_the_sheet_of_a_mail_asks_for_the_new_numbers_of_the_chosen_system(vera: Client, system: System) -> None:
    units = [builders.unit() for _each in range(2)]
    head = ["udbydersystemId", "institutionsNummer", "nytInstitutionsNummer"]
    other = System.objects.create(vendor=system.vendor, code="ZZ000001", name="Dagbog")
    rows = [(system.code, "A10001", units[0].number), (system.code, "A10002", ""), (other.code, "A10003", "G10999")]
    shown = ask(vera, system, units[1].number, fil=SimpleUploadedFile("ark.xlsx", workbook.write(head, rows)))
    assert shown.context["numbers"].split() == [units[1].number, units[0].number, "A10002"]


def test_what_is_missing_or_too_much_is_told_on_its_field(vera: Client, system: System) -> None:
    unit = builders.unit().number
    for given, field in (
        ({"databehandleraftale": None}, "databehandleraftale"), ({"service": None}, "service"),
        ({"numbers": ""}, "numre"), ({"numbers": " ".join(f"G{n:05d}" for n in range(wanted.MOST + 1))}, "numre"),
        ({"fil": SimpleUploadedFile("x.csv", b"nummer\r\nG10432\r\n")}, "fil"),
        ({"other": builders.system()}, "system"),
    ):  # fmt: skip
        told: dict[str, Any] = {"numbers": unit, **given}
        answer = ask(vera, told.pop("other", system), **told)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_only_services_that_a_system_may_call_are_offered(vera: Client, system: System) -> None:
    builders.service("ws99")
    shown = vera.get(PAGE).text
    assert ("ws00" in shown, "ws01" in shown, "ws99" in shown) == (True, True, False)
    ConnectionAgreement.objects.filter(system=system).update(period=periods.between(None, periods.today()))
    assert "Bed STIL om en, før I anmoder om data." in vera.get(PAGE).text


def test_a_request_is_taken_back_to_the_form_as_it_was_written(vera: Client, system: System) -> None:
    shown = ask(vera, system, "G99999 hej", kommentar="Til foråret")
    assert "Ingen af anmodningerne kan sendes" in shown.text
    back = ask(vera, system, shown.context["numbers"], kommentar="Til foråret", ret="1")
    assert "G99999\nhej</textarea>" in back.text
    assert "Til foråret</textarea>" in back.text
    assert "Ingen nye anmodninger er sendt" in ask(vera, system, "G99999", udfoer="1").text
    assert DataAgreement.objects.count() == 0


def test_a_passive_system_cannot_be_chosen(vera: Client, system: System) -> None:
    System.objects.update(passive=True)
    assert ask(vera, system, builders.unit().number).status_code == 422


def test_an_a_number_is_warned_against_while_it_may_be_asked_for(
    vera: Client, system: System, settings: Settings
) -> None:
    old = builders.legacy()
    settings.A_NUMBER_PHASE_OUT = periods.today() + timedelta(days=1)
    assert ask(vera, system, old.number).context["warned"] == 1
    settings.A_NUMBER_PHASE_OUT = periods.today()
    assert ask(vera, system, old.number).context["refused"][0][1] == "aftale_paa_a_nummer"


def test_the_systems_show_what_they_may_call_and_how_many_agreements_they_have(vera: Client, system: System) -> None:
    builders.system()
    unit = builders.unit()
    builders.agreement(unit, Status.VENTER, by=system)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = vera.get("/aftaler/systemer/")
        assert answer.status_code == 200
        return len(captured)

    (shown,) = vera.get("/aftaler/systemer/").context["systems"]
    assert ([one.service.code for one in shown.connected], shown.venter, shown.godkendt) == (["ws00", "ws01"], 1, 0)
    one = queries()
    for nth in range(2):
        System.objects.create(vendor=system.vendor, code=f"ZZ00000{nth}", name="Nyt")
    assert queries() == one
    assert vera.get(f"{PAGE}?system={system.code}").context["form"]["system"].value() == system.code
