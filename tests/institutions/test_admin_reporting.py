"""The admin's pages for mandates and deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions.models import Mandate
from tests import builders
from tests.reporting import SYSTEM, Reporter, mandate

if TYPE_CHECKING:
    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
MANDATES = "/admin/institutions/mandate/"
DELIVERIES = "/admin/institutions/delivery/"


def test_staff_give_and_end_a_mandate(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    builders.system(SYSTEM)
    given = {"system": SYSTEM, "verbs": ["ret", "flyt"], "since": "2026-01-01", "reason": "Brev af 1. januar"}
    neither = client.post(f"{MANDATES}giv/", given)
    assert (neither.status_code, "en kommune eller en privat institution" in neither.content.decode()) == (422, True)
    client.post(f"{MANDATES}giv/", {**given, "municipality": builders.municipality("101").pk})
    made = Mandate.objects.get()
    assert (made.system, made.party, made.verbs) == (SYSTEM, "Københavns Kommune", ["ret", "flyt"])
    assert "rette, flytte" in client.get(MANDATES).content.decode()
    client.post(f"{MANDATES}{made.pk}/afslut/", {"on": "2031-01-01", "reason": "Opsagt"})
    assert str(Mandate.objects.get().period.upper) == "2031-01-01"


def test_a_delivery_is_shown_with_its_refused_rows_first(client: Client, kirsten: User) -> None:
    client.force_login(kirsten)
    unit, vendor = builders.unit(), Reporter()
    sent = vendor.send(
        {"institutionsNummer": unit.number, "navn": "Solsikken"}, {"institutionsNummer": "G99999", "navn": "x"},
        mode="raekkevis",
    )  # fmt: skip
    page = client.get(f"{DELIVERIES}{sent.json()['id']}/change/")
    shown = page.content.decode()
    assert [one.outcome for one in page.context["rows"]] == ["afvist", "rettet"]
    assert "navn: Lærkereden → Solsikken" in shown
    assert client.get(f"{DELIVERIES}{sent.json()['id']}/history/").status_code == 200
    assert client.get(f"{DELIVERIES}x/change/").status_code == 404
    found = client.get(DELIVERIES, {"q": unit.number})
    assert "1 rettet, 1 afvist" in found.content.decode()


@pytest.mark.parametrize("page", [MANDATES, f"{MANDATES}giv/", f"{MANDATES}1/afslut/", DELIVERIES])
def test_only_staff(client: Client, mads: User, page: str) -> None:
    builders.system(SYSTEM)
    mandate()
    client.force_login(mads)
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_as_much_for_one_as_for_three(client: Client, kirsten: User, count: int) -> None:
    client.force_login(kirsten)
    vendor, unit = Reporter(), builders.unit()
    for place in range(count):
        mandate()
        vendor.send({"institutionsNummer": unit.number, "navn": f"Navn {place}"})
    asked = []
    for page in (MANDATES, DELIVERIES):
        client.get(page)
        with CaptureQueriesContext(connection) as found:
            client.get(page)
        asked.append(len(found))
    assert asked == [4, 4]
