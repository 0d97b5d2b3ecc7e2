"""To which addresses a party's mail goes: its notifikationsmodtagere; its own people where it has named none."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from agreements.models import Affiliation, NotificationAddress
from registry import periods
from registry.mail import letters
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address; with `system`, a primary key, it is told of that system's agreements alone."""

    email: str
    system: int | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """The addresses of data owners, by the primary keys of municipalities and of institutions."""

    municipalities: dict[int, list[str]]
    institutions: dict[int, list[str]]


def of_vendors(vendors: Collection[int]) -> dict[int, list[Recipient]]:
    """The recipients of each vendor, by its primary key; those of the whole vendor first. Two queries."""
    found: dict[int, dict[str, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    mine = NotificationAddress.objects.filter(Q(vendor__in=vendors) | Q(system__vendor__in=vendors), active=True)
    for email, vendor, system, of in mine.values_list("email", "vendor", "system", "system__vendor"):
        found[vendor or of][email].add(system)
    for vendor, email in _people("vendor", vendors):
        if vendor not in found or email in found[vendor]:
            found[vendor][email].add(None)
    return {vendor: list(_recipients(by_email)) for vendor, by_email in found.items()}


def _recipients(by_email: dict[str, set[int | None]]) -> Iterable[Recipient]:
    """An address that is told of all is told once; a system's own comes after."""
    for email in sorted(usable(by_email), key=lambda one: (None not in by_email[one], one)):
        systems = {None} if None in by_email[email] else by_email[email]
        yield from (Recipient(email, one) for one in sorted(systems, key=lambda one: one or 0))


def of_owners(municipalities: Collection[int], institutions: Collection[int]) -> Owners:
    """The addresses of data owners. Four queries."""
    return Owners(_of("municipality", municipalities), _of("institution", institutions))


def _of(party: str, keys: Collection[int]) -> dict[int, list[str]]:
    named = NotificationAddress.objects.filter(**{f"{party}__in": keys}, active=True)
    found: dict[int, list[str]] = defaultdict(list)
    for key, email in named.values_list(party, "email"):
        found[key].append(email)
    people: dict[int, list[str]] = defaultdict(list)
    for key, email in _people(party, keys):
        people[key].append(email)
    return {key: usable(found.get(key) or people[key]) for key in {*found, *people}}


def _people(party: str, keys: Collection[int]) -> list[tuple[int, str]]:
    """The addresses of those who act for these parties today."""
    today = Affiliation.objects.filter(
        **{f"{party}__in": keys}, period__contains=periods.today(), user__is_active=True
    ).exclude(user__email="")
    return list(today.values_list(party, "user__email"))


def usable(emails: Iterable[str]) -> list[str]:
    """Those that mail can be sent to, each once, in order: one that cannot be must not hold up the others."""
    found = []
    for email in sorted(set(emails)):
        try:
            letters.check_address(email)
        except Refused as refused:
            logger.warning("An address is passed over: %s", refused.detail)
            continue
        found.append(email)
    return found
