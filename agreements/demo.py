"""The demo: an invented register, the vendors' agreements with it, and people to sign in as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements import cases, importing, lifecycle, notices, owners, parties
from agreements.importing import COLUMNS
from agreements.models import DataAgreement, NotificationAddress, Vendor
from agreements.proposals import Ground
from agreements.states import Status
from institutions import confirming, demo, snapshots
from institutions.duplicates import candidates
from institutions.models import Institution, Level, Municipality, Version
from registry import ledger, mail, people
from registry.ledger import Actor
from registry.models import Event, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from agreements.notices import Group
    from institutions.demo import Twin

SEED = 2019
SERVICES = {
    "ws10": "Unilogin import (wsaIMPORT)", "ws17": "Unilogin eksport (wsiEKSPORT)", "wsiINST": "wsiINST",
    "ws71": "wsiBRUGER", "ws03": "wsaLICENS",
}  # fmt: skip
# Name, CVR number; the systems of each: id, name, services.
VENDORS = {
    ("Strandhejren IT A/S", "90700011"): [
        ("SH000101", "Strandhejren Pladsanvisning", "ws10 ws17 wsiINST"),
        ("SH000102", "Strandhejren Forældre", "ws17 ws71 ws03"),
    ],
    ("Kornmod Data ApS", "90700028"): [("KM000101", "Kornmod Dagbog", "ws17 ws71")],
    ("Pilekvist Systemer A/S", "90700036"): [
        ("PK000101", "Pilekvist Dagtilbud", "ws10 ws17 wsiINST ws71"),
        ("PK000102", "Pilekvist Personale", "ws17 wsiINST"),
    ],
    ("Gråkrage Software A/S", "90700044"): [
        ("GK000101", "Gråkrage Komme og Gå", "ws17 ws71 ws03"),
        ("GK000102", "Gråkrage Trivsel", "ws17 ws03"),
    ],
    ("Brændesnude Apps ApS", "90700052"): [("BA000101", "Brændesnude Billedbog", "ws71 ws03")],
    ("Fyrpasser Integration A/S", "90700060"): [("FI000101", "Fyrpasser Brugerstyring", "ws10 ws17 wsiINST ws71 ws03")],
    ("Rønnebær Læring ApS", "90700079"): [
        ("RL000101", "Rønnebær Sprogvurdering", "ws17 ws03"),
        ("RL000102", "Rønnebær Læreplan", "ws03"),
    ],
    ("Tidselkugle Media ApS", "90700087"): [("TM000101", "Tidselkugle Nyheder", "ws17 ws03")],
}
OLD, NEW = 300, 1700
STATUSES = ("GODKENDT",) * 16 + ("VENTER",) * 2 + ("AFVIST",) + ("SLETTET",)
A_FIRST, A_LAST = date(2014, 3, 1), date(2020, 9, 30)
G_FIRST, G_LAST = date(2019, 9, 2), date(2025, 12, 15)
PASSWORD = "{}-demo"  # noqa: S105 - a demo is open to all
PEOPLE = (("stil", "Stine", "Ilsøe", True), ("jonas", "Jonas", "Bredvig", False))
# Those who act for others: a municipality, a private unit, a vendor.
OUTSIDERS = (("mette", "Mette", "Skovlund"), ("per", "Per", "Havbo"), ("vera", "Vera", "Klitgaard"))
MUNICIPALITY = "751"
# Of its A-numbers, how many have a case, and how many vendors have been told.
DECIDED, TOLD = 6, 3
ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

type Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Built:
    """How much was built."""

    institutions: int
    outside: int
    agreements: int
    acts: int
    consolidations: int


def is_untouched() -> bool:
    """Whether nothing and nobody is in the register."""
    return not (Institution.objects.exists() or Event.objects.exists() or User.objects.exists())


@transaction.atomic
def build(*, seed: int = SEED, today: date, tell: Callable[[str], object]) -> Built:
    """Build everything or nothing. The same seed on the same day gives the same register."""
    actor = Actor("stil", "demo")
    tell(_("Åbner registeret, som det var i 2019"))
    twins = demo.open_register(seed, actor=actor)
    tell(_("Lader årene gå"))
    acts = demo.happen(seed, today=today, actor=actor)
    tell(_("Indgår dataaftaler"))
    rows = list(_rows(demo.stream(seed, "aftaler"), twins, today))
    importing.take_in(demo.sheet(COLUMNS, rows), actor=actor)
    tell(_("Konsoliderer"))
    consolidations = demo.consolidate(twins, today=today, actor=actor)
    tell(_("Leder efter dubletter"))
    candidates.refresh()
    _let_in(actor)
    _tie(actor)
    tell(_("Lader systemer indberette"))
    demo.systems.report(today=today, actor=actor)
    tell(_("Udfaser A-numre"))
    _phase_out(actor)
    demo.know(seed)
    demo.systems.read()
    tell(_("Laver nattens udtræk"))
    snapshots.make()
    outside = Institution.objects.filter(level=Level.UDENFOR).count()
    return Built(Institution.objects.count() - outside, outside, len(rows), acts, len(consolidations))


def logins() -> list[tuple[User, str]]:
    """The demo's people who still have the password that the demo gave them, and that password."""
    everyone = [name for name, *_rest in (*PEOPLE, *OUTSIDERS)]
    found = User.objects.filter(username__in=everyone, is_active=True).order_by("pk")
    pairs = [(user, PASSWORD.format(user.username)) for user in found]
    return [(user, password) for user, password in pairs if user.check_password(password)]


def _let_in(actor: Actor) -> None:
    for name, first, last, everything in PEOPLE:
        user = User(username=name, first_name=first, last_name=last, email=f"{name}@stil.example",
                    is_staff=True, is_superuser=everything)  # fmt: skip
        user.set_password(PASSWORD.format(name))
        people.save(user, actor=actor, reason=_("Demo"))


def _tie(actor: Actor) -> None:
    """Somebody for each kind of party; the private unit is one whose agreements wait."""
    made = []
    for name, first, last in OUTSIDERS:
        user = User(username=name, first_name=first, last_name=last, email=f"{name}@{name}.example")
        user.set_password(PASSWORD.format(name))
        people.save(user, actor=actor, reason=_("Demo"))
        made.append(user)
    mette, per, vera = made
    private = Version.objects.filter(ownership="3", institution__level=Level.ANVISNINGSENHED, period__endswith=None)
    # Two questions: one that joins tables which are minutes old, and never yet counted, was planned to take minutes.
    keys = set(private.values_list("institution_id", flat=True))
    waits = DataAgreement.objects.filter(status=Status.VENTER).order_by("institution__number")
    unit = next(one for one in waits.select_related("institution") if one.institution_id in keys).institution
    parties.affiliate(mette, municipality=Municipality.objects.get(code=MUNICIPALITY), actor=actor)
    parties.affiliate(per, institution=unit, actor=actor)
    parties.affiliate(vera, vendor=Vendor.objects.get(cvr_number=next(iter(VENDORS))[1]), actor=actor)


def _phase_out(actor: Actor) -> None:
    """Mette's municipality at work: numbers decided, vendors told, one of which has opened it, asked and been approved.

    The last vendor has no address. Another municipality has confirmed the register; hers has reported what is wrong.
    """
    here, mette = Municipality.objects.get(code=MUNICIPALITY), Actor("mette", "demo")
    *named, _mute = Vendor.objects.order_by("cvr_number")
    for vendor in named:
        email = f"drift@{vendor.name.split()[0].translate(ASCII).lower()}.example"
        parties.save(NotificationAddress(email=email, vendor=vendor), actor=actor)
    parties.save(NotificationAddress(email="dagtilbud@aarhus.example", municipality=here), actor=actor)
    likely = {row.agreement.institution: row.right for group in notices.groups(here) for row in group.rows}
    for legacy, right in [(one, right) for one, right in likely.items() if right.ground == Ground.LIKELY][:DECIDED]:
        cases.open_case(legacy, Institution.objects.get(number=right.numbers[0]), actor=actor)
    reachable = [group for group in notices.groups(here) if group.to]
    told = sorted(reachable, key=lambda group: -sum(row.right.sure for row in group.rows))[:TOLD]
    for group in told:
        notices.tell(here, group.vendor, contact=_("Mette Skovlund, Aarhus Kommune"), actor=mette)
    mail.open_page(notices.of_vendor(here, told[0].vendor).told[0].mails[0])
    _ask_again(told[0], mette)
    confirming.confirm(Municipality.objects.get(code="101"), seen=ledger.head(), actor=actor)
    confirming.report(here, text=_("Vuggestuen i Nørregade er lukket; den står her endnu."), actor=mette)


def _ask_again(group: Group, mette: Actor) -> None:
    """A vendor asks on each G-number that is decided; the municipality approves one of its own."""
    sure = [row for row in group.rows if row.right.sure]
    for row in sure:
        lifecycle.request_many(row.right.numbers, system=row.agreement.system, services=[row.agreement.service],
                               processor_agreement=True, actor=Actor("vera", "demo"))  # fmt: skip
    mine = owners.owned(municipalities=[Municipality.objects.get(code=MUNICIPALITY).pk], institutions=[])
    numbers = [number for row in sure for number in row.right.numbers]
    asked = DataAgreement.objects.filter(system__vendor=group.vendor, status=Status.VENTER, institution__in=mine)
    for one in asked.filter(institution__number__in=numbers).order_by("number")[:1]:
        lifecycle.approve(one, actor=mette)


def _rows(random: Random, twins: Sequence[Twin], today: date) -> Iterator[Row]:
    """The agreements in the order in which they were made."""
    drawn = [*_old(random, twins), *_new(random, today)]
    for number, row in zip(count(100_001), sorted(drawn, key=lambda row: row["oprettet"])):
        yield {"aftaleId": str(number), **row}


def _old(random: Random, twins: Sequence[Twin]) -> Iterator[Row]:
    """On A-numbers: each that is really in the register has one at least."""
    every = list(Institution.objects.filter(level=Level.UDENFOR).order_by("number").values_list("number", flat=True))
    sure = [twin.outside for twin in twins]
    place = _Places(random)
    for number in sure + random.choices(every, k=OLD - len(sure)):
        yield place.agreement(number, _between(random, A_FIRST, A_LAST))


def _new(random: Random, today: date) -> Iterator[Row]:
    """On units and alternative addresses, from when they opened; what waits is of these weeks."""
    versions = Version.objects.exclude(institution__level__in=[Level.DAGINSTITUTION, Level.UDENFOR])
    begun = versions.order_by("institution__number", "period").values_list("institution__number", "period")
    opened: dict[str, date] = {}
    for number, period in begun:
        opened.setdefault(number, period.lower)
    every = [number for number, day in opened.items() if day < G_LAST]
    place = _Places(random)
    for number in random.choices(every, k=NEW):
        row = place.agreement(number, _between(random, max(G_FIRST, opened[number]), G_LAST))
        if row["aftaleStatus"] == "VENTER":
            row["oprettet"] = _between(random, today - timedelta(days=45), today).isoformat()
        yield row


class _Places:
    """Draws a system and a service for an institution; one living agreement for each at most."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[tuple[str, str, str]] = set()
        self._offers = [
            (vendor, system, service)
            for vendor, systems in VENDORS.items()
            for system in systems
            for service in system[2].split()
        ]

    def agreement(self, number: str, day: date) -> Row:
        """An agreement of an institution that nobody has yet."""
        while True:
            (name, cvr), (code, title, _services), service = self._random.choice(self._offers)
            if (number, code, service) not in self._taken:
                break
        self._taken.add((number, code, service))
        return {
            "institutionsNummer": number, "udbyderNavn": name, "udbyderCvr": cvr, "udbydersystemId": code,
            "udbydersystemNavn": title, "servicekode": service, "serviceNavn": SERVICES[service],
            "aftaleStatus": self._random.choice(STATUSES), "oprettet": day.isoformat(),
        }  # fmt: skip


def _between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(0, (last - first).days))
