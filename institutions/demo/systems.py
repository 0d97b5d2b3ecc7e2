"""Systems at work in the demo: a key that anyone may use, what they have reported, and how far each has read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from institutions import deliveries, mandates
from institutions.models import Level, Municipality, Verb, Version
from registry import callers, calls, credentials, ledger
from registry.callers import Caller
from registry.models import Credential, Reader, Scope

if TYPE_CHECKING:
    from datetime import date

    from registry.ledger import Actor

SYSTEM, OTHER = "SH000101", "PK000101"
# Open to all, as the demo is; no other register has a key of that name.
KEY = (f"{SYSTEM}-demo", "kun-til-demoen")
MUNICIPALITIES = {SYSTEM: "751", OTHER: "461"}
FEED, LIST, OWN = "/api/v1/haendelser/?efter=0&antal=1000", "/api/v1/institutioner/?farve=1", "/api/v1/mig/status/"
# Of each system: by which schema it reads, how many calls were answered and how many refused, how far it is behind
# (None: it has never said), and the days since it called.
READERS = {
    SYSTEM: (2, 24, 1, 0, 0),
    OTHER: (0, 12, 2, 40, 0),
    "GK000101": (1, 9, 0, 3, 0),
    "FI000101": (0, 1, 6, None, 0),
    "RL000101": (2, 3, 0, 25, 12),
}


def report(*, today: date, actor: Actor) -> None:
    """Give a system its key and two their mandates, and let them report: applied, partly refused, waiting, a trial."""
    credentials.issue(SYSTEM, scopes=Scope.values, actor=actor, name=_("Demo"), known_as=KEY)
    for system, code in MUNICIPALITIES.items():
        municipality = Municipality.objects.get(code=code)
        mandates.give(system, verbs=Verb.values, since=today, municipality=municipality, actor=actor)
    own, others = (_units(code, today) for code in MUNICIPALITIES.values())
    phones = [{"institutionsNummer": one, "telefonNummer": f"8940{place:04}"} for place, one in enumerate(own[:4])]
    wrong = [{"institutionsNummer": own[5], "instType3": "6099"}, {"institutionsNummer": "G99999", "navn": "Kornet"}]
    mails = [{"institutionsNummer": one, "email": f"{one.lower()}@aarhus.example"} for one in own[6:9]]
    _deliver(SYSTEM, "alt-eller-intet", phones, on=today, apply=True)
    _deliver(SYSTEM, "raekkevis", [*mails, *wrong], on=today, apply=True)
    _deliver(SYSTEM, "alt-eller-intet", [{"institutionsNummer": own[10], "navn": "Vuggestuen Nordstjernen"}], on=today)
    _deliver(OTHER, "validering", [{"institutionsNummer": one, "pNummer": "12"} for one in others[:2]], on=today)


def read() -> None:
    """Let systems have read the register, each in its own way."""
    for system, (schema, answered, refused, behind, days) in READERS.items():
        for _each in range(answered):
            calls.note(system, method="GET", path=FEED, status=200, schema=schema)
        for _each in range(refused):
            calls.note(system, method="GET", path=LIST, status=400, code="ugyldig_forespoergsel", schema=schema)
        if behind is not None:
            calls.acknowledge(system, ledger.head() - behind)
        if days:
            then = timezone.now() - timedelta(days=days)
            Reader.objects.filter(system=system).update(called_at=then, moved_at=then, second_schema_at=then)


def key() -> tuple[str, str] | None:
    """The demo's key and its secret; None in any register but a demo."""
    held = Credential.objects.filter(client_id=KEY[0]).first()
    return KEY if held and held.holds else None


def _deliver(system: str, mode: str, rows: list[dict[str, str]], *, on: date, apply: bool = False) -> None:
    caller = Caller(callers.find(system), "", frozenset(Scope.values))
    lines = list(enumerate(rows, start=1))
    asked = deliveries.Request(mode=mode, on=on, rows=lines, body_hash="", reason=_("Demo"))
    made = deliveries.receive(asked, caller=caller)
    if apply:
        deliveries.perform(made, fingerprint=made.fingerprint, caller=caller)


def _units(code: str, today: date) -> list[str]:
    """The municipality's own units that are open and change no more, by number."""
    here = Version.objects.filter(
        institution__level=Level.ANVISNINGSENHED, administrative_municipality__code=code, ownership="1",
        period__startswith__lte=today, period__endswith=None,
    )  # fmt: skip
    return list(here.order_by("institution__number").values_list("institution__number", flat=True))
