"""The data owner's page of A-numbers that become its units, and the yes in advance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import cases, parties
from agreements.cases import State
from agreements.models import Case, Choice, DataAgreement
from agreements.states import Status
from registry import ledger, periods
from registry.models import User
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Municipality

pytestmark = pytest.mark.django_db
PAGE = "/aftaler/sager/"


@pytest.fixture
def mette(client: Client, copenhagen: Municipality) -> Client:
    """Københavns Kommune, signed in."""
    user = User.objects.create_user("mette", "mette@x.example", "pædagogmedhjælper")
    parties.affiliate(user, municipality=copenhagen, actor=ACTOR)
    client.force_login(user)
    return client


def opened(number: str = "A10001", kommune: str = "101") -> Case:
    return cases.open_case(builders.legacy(number), builders.unit(kommune=kommune), actor=ACTOR)


def shown(mette: Client) -> list[str]:
    return [row["case"].absorbed.number for row in mette.get(PAGE).context["rows"]]


def save(mette: Client, case: Case, *ticked: DataAgreement, before: tuple[DataAgreement, ...] = (), **more: str) -> Any:  # noqa: ANN401 - the test client's own answer
    given = {"sag": case.pk, "aftale": [one.number for one in ticked], "vist": [one.number for one in before], **more}
    return mette.post(PAGE, given)


def test_only_the_owner_s_own_are_shown(mette: Client) -> None:
    mine, other = opened("A10001"), opened("A10002", kommune="751")
    old = builders.agreement(other.absorbed)
    assert shown(mette) == ["A10001"]
    assert save(mette, other, old).status_code == 404
    assert not Choice.objects.exists()
    cases.drop([mine], actor=ACTOR, reason="nej")
    assert "Ingen A-numre er på vej" in mette.get(PAGE).content.decode()


def test_a_vendor_has_no_such_page(client: Client) -> None:
    user = User.objects.create_user("vera", "vera@x.example", "pædagogmedhjælper")
    parties.affiliate(user, vendor=builders.system().vendor, actor=ACTOR)
    client.force_login(user)
    assert client.get(PAGE).status_code == 403


def test_what_is_ticked_is_approved_in_advance_and_what_is_not_is_not(mette: Client) -> None:
    case = opened()
    one, other = builders.agreement(case.absorbed), builders.agreement(case.absorbed)
    builders.agreement(case.absorbed, Status.VENTER)
    (row,) = mette.get(PAGE).context["rows"]
    assert ([fate.row for fate in row["carried"]], row["others"]) == (
        [one, other], [(1, "flytter med som anmodning")]
    )  # fmt: skip
    saved = save(mette, case, one)
    assert (saved.status_code, saved.headers["Location"]) == (302, f"{PAGE}?gemt=A10001")
    assert [(choice.agreement, choice.approved_by) for choice in Choice.objects.all()] == [(one, "mette")]
    save(mette, case, other, before=(one,))
    assert [choice.agreement for choice in Choice.objects.all()] == [other]
    event = ledger.history(case.subject).order_by("-seq")[0]
    assert (event.door, event.on_behalf_of, event.data["in_place_of_owner"]) == ("side", "Københavns Kommune", False)


def test_a_page_that_is_old_takes_nothing_back(mette: Client) -> None:
    case = opened()
    one, other = builders.agreement(case.absorbed), builders.agreement(case.absorbed)
    save(mette, case, one)
    # Opened before that, and sent after it.
    save(mette, case, other)
    assert {choice.agreement for choice in Choice.objects.all()} == {one, other}
    assert save(mette, case, one, builders.agreement(case.survivor)).status_code == 422


def test_what_is_executed_waits_for_a_decision(mette: Client) -> None:
    case = opened()
    builders.agreement(case.absorbed)
    cases.make_ready([case], deadline=periods.today() + timedelta(days=9), actor=ACTOR)
    cases.execute(case, fingerprint=cases.preview(case).fingerprint, actor=ACTOR)
    text = mette.get(PAGE).content.decode()
    assert f"status=VENTER&amp;institution={case.survivor.number}" in text
    assert cases.states([case])[case.pk] == State.EXECUTED


def test_stil_says_how_the_owner_said_yes(client: Client, kirsten: User) -> None:
    case = opened()
    old = builders.agreement(case.absorbed)
    client.force_login(kirsten)
    assert save(client, case, old).status_code == 422
    assert save(client, case, old, begrundelse="mail").status_code == 302
    assert Choice.objects.get().approved_by == "kirsten"


def test_three_cases_take_as_many_queries_as_one(mette: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(mette)
        return len(captured)

    builders.agreement(opened("A10001").absorbed)
    shown(mette)
    one = queries()
    builders.agreement(opened("A10002").absorbed)
    builders.agreement(opened("A10003").absorbed)
    assert queries() == one
