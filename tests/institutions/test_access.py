"""Who may see and change what: a person who is missing has no rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser

from institutions import access
from registry.models import User
from registry.problems import Refused
from tests import builders

if TYPE_CHECKING:
    from institutions.access import Person

pytestmark = pytest.mark.django_db
STRANGERS = [
    AnonymousUser(),
    User(username="mads"),
    User(username="gone", is_staff=True, is_active=False),
    User(username="super", is_superuser=True),
]


def test_a_registrar_is_of_stils_staff(kirsten: User, mads: User) -> None:
    assert (access.is_registrar(kirsten), access.is_registrar(mads)) == (True, False)
    access.require_registrar(kirsten)


@pytest.mark.parametrize("person", STRANGERS, ids=str)
def test_nobody_else_sees_candidates_or_consolidations(person: Person) -> None:
    assert not access.is_registrar(person)
    for get in (access.require_registrar, access.candidates, access.consolidations):
        with pytest.raises(Refused) as refused:
            get(person)
        assert refused.value.code == "ikke_tilladt"


def test_the_register_is_public() -> None:
    top, unit, alternative = builders.tree()
    assert set(access.institutions()) == {top, unit, alternative}
    assert access.institution(f" {unit.number.lower()} ") == unit
    assert {one.institution for one in access.versions(builders.NEW_YEAR)} == {top, unit, alternative}
