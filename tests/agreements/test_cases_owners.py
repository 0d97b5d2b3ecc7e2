"""Who may approve in advance on a case: the data owner of the G-number, or STIL in its place, which the ledger says."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from agreements import access, cases, parties
from agreements.models import Choice
from registry import ledger, periods
from registry.ledger import Actor
from registry.models import User
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.models import Case, DataAgreement, Vendor
    from institutions.models import Institution, Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    case = cases.open_case(builders.legacy(), builders.unit(kommune="101"), actor=ACTOR)
    return cases.make_ready([case], deadline=periods.today() + timedelta(days=60), actor=ACTOR)[0]


@pytest.fixture
def old(case: Case) -> DataAgreement:
    return builders.agreement(case.absorbed)


def person(name: str, **party: Municipality | Institution | Vendor) -> Actor:
    user = User.objects.create_user(name, f"{name}@x.example", "pædagogmedhjælper")
    if party:
        parties.affiliate(user, **party, actor=ACTOR)  # type: ignore[arg-type]
    return Actor(name, "side")


def test_the_data_owner_of_the_g_number_approves(case: Case, old: DataAgreement, copenhagen: Municipality) -> None:
    cases.approve_ahead(case, [old], actor=person("mette", municipality=copenhagen))
    event = ledger.history(case.subject).order_by("-seq")[0]
    assert (event.actor, event.on_behalf_of, event.data["in_place_of_owner"]) == ("mette", "Københavns Kommune", False)
    assert Choice.objects.get().approved_by == "mette"


def test_nobody_else_does(case: Case, old: DataAgreement, aarhus: Municipality) -> None:
    strangers = {
        person("aage", municipality=aarhus): "anden_dataejers_aftale",
        person("vera", vendor=old.system.vendor): "anden_dataejers_aftale",
        person("mads"): "ikke_tilladt",
        Actor("ingen", "side"): "ikke_tilladt",
    }
    for actor, code in strangers.items():
        with pytest.raises(Refused) as refused:
            cases.approve_ahead(case, [old], actor=actor)
        assert refused.value.code == code
    assert not Choice.objects.exists()


@pytest.mark.usefixtures("kirsten")
def test_stil_does_in_the_owner_s_place_and_says_how_it_knows(case: Case, old: DataAgreement) -> None:
    approve = partial(cases.approve_ahead, case, [old], actor=ACTOR)
    with pytest.raises(Refused) as refused:
        approve(reason=" ")
    assert (refused.value.code, refused.value.field) == ("begrundelse_mangler", "reason")
    approve(reason="mail af 3. marts")
    event = ledger.history(case.subject).order_by("-seq")[0]
    assert (event.reason, event.on_behalf_of) == ("mail af 3. marts", "Københavns Kommune")
    assert event.data["in_place_of_owner"] is True
    approve(approved=False)
    assert not Choice.objects.exists()


def test_each_sees_the_cases_that_it_decides(case: Case, kirsten: User, aarhus: Municipality) -> None:
    for name, place, seen in (("mette", builders.municipality("101"), [case]), ("aage", aarhus, [])):
        person(name, municipality=place)
        assert list(access.cases_to_approve(User.objects.get(username=name))) == seen
    assert list(access.cases_to_approve(kirsten)) == [case]
    person("vera", vendor=builders.system().vendor)
    with pytest.raises(Refused) as refused:
        access.cases_to_approve(User.objects.get(username="vera"))
    assert refused.value.code == "ikke_tilladt"
