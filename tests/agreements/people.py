"""One waiting agreement of each data owner, and a person of every kind to look at them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from agreements import cases, parties
from agreements.models import DataAgreement
from agreements.states import Status
from registry.models import User
from tests import builders
from tests.builders import ACTOR

# Nobody acts for no party; neither does a superuser who is not of STIL's staff.
KINDS = (
    "anonymous", "nobody", "superuser", "staff", "here", "there", "private", "vendor", "foreign vendor",
)  # fmt: skip
EVERYBODY = frozenset(KINDS)
PARTLESS = frozenset({"anonymous", "nobody", "superuser"})


class World:
    """One waiting agreement of each data owner, all of one vendor, a case each, and a person of every kind."""

    def __init__(self) -> None:
        system = builders.system()
        units = {
            "here": builders.unit(name="Havhuset", kommune="101"), "there": builders.unit(name="Skoven", kommune="751"),
            "private": builders.unit(name="Egen Have", kommune="101", ownership="3", legal_ground="13"),
        }  # fmt: skip
        self.agreements = {who: builders.agreement(unit, Status.VENTER, by=system) for who, unit in units.items()}
        for place, unit in enumerate(units.values()):
            cases.open_case(builders.legacy(f"A2000{place}"), unit, actor=ACTOR)
        old = builders.legacy("A10009", municipality=builders.municipality("101"), name="Zinkhytten",
                              street="Ukendtvej 4")  # fmt: skip
        self.agreements["old"] = builders.agreement(old, Status.VENTER, by=system)
        self.cvr = system.vendor.cvr_number
        every = frozenset(self.agreements)
        self.sees: dict[str, frozenset[str]] = {
            "staff": every, "vendor": every, "foreign vendor": frozenset(),
            **dict.fromkeys(PARTLESS, frozenset()), **{who: frozenset({who}) for who in units},
            "here": frozenset({"here", "old"}),
        }  # fmt: skip
        tied: dict[str, dict[str, Any]] = {
            "nobody": {}, "here": {"municipality": builders.municipality("101")},
            "there": {"municipality": builders.municipality("751")}, "private": {"institution": units["private"]},
            "vendor": {"vendor": system.vendor}, "foreign vendor": {"vendor": builders.system().vendor},
        }  # fmt: skip
        self.people = {
            "staff": User.objects.create_user("staff", is_staff=True),
            "superuser": User.objects.create_user("superuser", is_superuser=True),
        }
        for who, party in tied.items():
            self.people[who] = User.objects.create_user(who.replace(" ", "-"))
            if party:
                parties.affiliate(self.people[who], **party, actor=ACTOR)

    def client(self, who: str) -> Client:
        """A browser in which the person is signed in."""
        client = Client()
        if who in self.people:
            client.force_login(self.people[who])
        return client

    def statuses(self) -> dict[str, str]:
        """The status of each data owner's agreement now."""
        return {who: DataAgreement.objects.get(pk=one.pk).status for who, one in self.agreements.items()}
