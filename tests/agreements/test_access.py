"""Who sees and decides which agreements: by ownership, municipality, unit and vendor, as the register is today."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import access, parties
from agreements.models import Affiliation
from institutions import lifecycle
from institutions.models import Institution
from registry import periods
from registry.models import Event, User
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.models import Vendor
    from institutions.models import Municipality

pytestmark = pytest.mark.django_db
PRIVATE: dict[str, Any] = {"ownership": "3", "legal_ground": "13"}


def person(name: str, **party: Municipality | Institution | Vendor) -> User:
    user = User.objects.create_user(name, f"{name}@x.example", "pædagogmedhjælper")
    parties.affiliate(user, **party, actor=ACTOR)  # type: ignore[arg-type]
    return user


def decides(user: User) -> set[str]:
    return {one.institution.number for one in access.decidable(user)}


def everywhere() -> dict[str, Institution]:
    """An agreement on each kind of institution."""
    unit = builders.unit(kommune="101")
    own = builders.unit(kommune="101", **PRIVATE)
    places = {
        "unit": unit, "place": builders.alternative(unit), "own": own, "own place": builders.alternative(own),
        "outsourced": builders.unit(kommune="101", ownership="4", legal_ground="12"),
        "elsewhere": builders.unit(kommune="751"),
        "old": builders.legacy("A10001", municipality=builders.municipality("101")),
        "nobody's": builders.legacy("A10002"),
    }  # fmt: skip
    for one in places.values():
        builders.agreement(one)
    return places


def test_nobody_else_sees_them(mads: User) -> None:
    unit = builders.unit()
    gets = (access.data_agreements, access.decidable, access.vendors, access.systems, access.affiliations,
            access.notification_addresses, access.notices, partial(access.agreements_of, unit),
            partial(access.municipality, "101"), partial(access.data_agreement, 1))  # fmt: skip
    for one in (mads, AnonymousUser(), User(is_staff=True, is_active=False), User(is_superuser=True)):
        for get in gets:
            with pytest.raises(Refused) as refused:
                get(one)
            assert refused.value.code == "ikke_tilladt"


def test_a_registrar_sees_all_of_them_and_those_of_one_institution(kirsten: User) -> None:
    one, other = builders.agreement(builders.unit()), builders.agreement(builders.unit())
    assert set(access.data_agreements(kirsten)) == {one, other}
    assert list(access.agreements_of(one.institution, kirsten)) == [one]
    assert set(access.systems(kirsten)) == {one.system, other.system}
    assert set(access.vendors(kirsten)) == {one.system.vendor, other.system.vendor}


def test_a_municipality_decides_for_its_municipal_and_outsourced_units(copenhagen: Municipality) -> None:
    there = everywhere()
    mette = person("mette", municipality=copenhagen)
    mine = {there[name].number for name in ("unit", "place", "outsourced", "old")}
    assert decides(mette) == mine
    assert {one.institution.number for one in access.data_agreements(mette)} == mine
    assert access.municipality("101", mette) == copenhagen
    with pytest.raises(Refused) as refused:
        access.municipality("751", mette)
    assert refused.value.code == "ikke_tilladt"


def test_a_private_unit_decides_for_itself_and_its_addresses_a_municipal_one_does_not() -> None:
    there = everywhere()
    assert decides(person("per", institution=there["own"])) == {there["own"].number, there["own place"].number}
    top = Institution.objects.get(child_versions__institution=there["own"])
    assert decides(person("pia", institution=top)) == {there["own"].number, there["own place"].number}
    assert decides(person("ulla", institution=there["unit"])) == set()
    assert decides(person("anna", institution=there["nobody's"])) == {there["nobody's"].number}


def test_a_vendor_sees_what_its_systems_asked_for_and_decides_nothing() -> None:
    one, other = builders.agreement(builders.unit()), builders.agreement(builders.unit())
    vera = person("vera", vendor=one.system.vendor)
    assert list(access.data_agreements(vera)) == [one]
    assert list(access.systems(vera)) == [one.system]
    for get in (access.decidable, access.vendors, partial(access.municipality, "101")):
        with pytest.raises(Refused) as refused:
            get(vera)
        assert refused.value.code == "ikke_tilladt"
    with pytest.raises(Refused) as refused:
        access.data_agreement(other.number, vera)
    assert refused.value.code == "ukendt_aftale"


def test_it_follows_the_register_and_a_consolidation(copenhagen: Municipality) -> None:
    unit, old = builders.unit(kommune="101"), builders.legacy("A10003")
    builders.agreement(unit)
    builders.agreement(old)
    mette, per = person("mette", municipality=copenhagen), person("per", institution=old)
    assert (decides(mette), decides(per)) == ({unit.number}, {old.number})
    Institution.objects.filter(pk=old.pk).update(absorbed_into=unit)
    assert (decides(mette), decides(per)) == ({unit.number, old.number}, set())
    lifecycle.correct(unit, on=periods.today(), actor=ACTOR, ownership="3", legal_ground="13")
    assert (decides(mette), decides(per)) == (set(), {unit.number, old.number})


def test_an_affiliation_holds_until_it_is_ended(copenhagen: Municipality) -> None:
    builders.agreement(builders.unit(kommune="101"))
    mette = person("mette", municipality=copenhagen)
    with pytest.raises(Refused) as refused:
        parties.affiliate(mette, municipality=copenhagen, actor=ACTOR)
    assert refused.value.code == "er_tilknyttet"
    held = Affiliation.objects.get()
    Affiliation.objects.update(period=periods.since(periods.today() - timedelta(days=3)))
    parties.end(held, actor=ACTOR, reason="stoppet")
    with pytest.raises(Refused):
        decides(mette)
    with pytest.raises(Refused) as refused:
        parties.end(held, actor=ACTOR)
    assert refused.value.code == "er_ophoert"
    event = Event.objects.get(action="affiliation.end")
    assert (event.subject, event.reason) == (f"tilknytning:{held.pk}", "stoppet")
    parties.affiliate(mette, municipality=copenhagen, actor=ACTOR)
    assert len(decides(mette)) == 1


def test_one_question_for_the_people_and_one_for_the_institutions(copenhagen: Municipality) -> None:
    mette = person("mette", municipality=copenhagen)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(access.data_agreements(mette))
        return len(captured)

    everywhere()
    assert queries() == 3
    everywhere_else = builders.unit()
    builders.agreement(everywhere_else)
    assert queries() == 3
