"""Agreements are for STIL's staff alone."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser

from agreements import access
from registry.models import User
from registry.problems import Refused
from tests import builders

pytestmark = pytest.mark.django_db


def test_nobody_else_sees_them(mads: User) -> None:
    unit = builders.unit()
    gets = (access.data_agreements, access.vendors, access.systems, partial(access.agreements_of, unit))
    for person in (mads, AnonymousUser(), User(is_staff=True, is_active=False), User(is_superuser=True)):
        for get in gets:
            with pytest.raises(Refused) as refused:
                get(person)
            assert refused.value.code == "ikke_tilladt"


def test_a_registrar_sees_all_of_them_and_those_of_one_institution(kirsten: User) -> None:
    one, other = builders.agreement(builders.unit()), builders.agreement(builders.unit())
    assert set(access.data_agreements(kirsten)) == {one, other}
    assert list(access.agreements_of(one.institution, kirsten)) == [one]
    assert set(access.systems(kirsten)) == {one.system, other.system}
    assert set(access.vendors(kirsten)) == {one.system.vendor, other.system.vendor}
