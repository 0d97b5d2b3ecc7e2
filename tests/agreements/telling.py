"""A municipality's agreements on A-numbers, their vendors with addresses, and vendors told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agreements import cases, notices
from agreements.models import NotificationAddress
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.models import DataAgreement, Notice, System, Vendor
    from agreements.notices import Group
    from institutions.models import Institution

CONTACT = "Mette Skovlund, Københavns Kommune, mette@x.example"


def legacy(number: str = "A10001", **given: Any) -> Institution:  # noqa: ANN401
    return builders.legacy(number, municipality=builders.municipality("101"), **given)


def address(email: str = "drift@x.example", **party: Vendor | System) -> NotificationAddress:
    return NotificationAddress.objects.create(email=email, **party)


def told_agreement() -> DataAgreement:
    """An agreement on an A-number with a case, whose vendor has an address."""
    one = builders.agreement(legacy())
    cases.open_case(one.institution, builders.unit(), actor=ACTOR)
    address(vendor=one.system.vendor)
    return one


def group() -> Group:
    (found,) = notices.groups(builders.municipality("101"))
    return found


def tell(one: DataAgreement, **given: str) -> Notice:
    return notices.tell(builders.municipality("101"), one.system.vendor, contact=CONTACT, actor=ACTOR, **given)
