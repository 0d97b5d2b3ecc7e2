"""The yearly duty: a municipality confirms that the register is as its organisation is, or reports what is wrong.

A confirmation is a line in the ledger alone: who, when, and the position up to which they had seen the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.columns import EVENT_NAMES
from institutions.models import Institution, Municipality, Report
from registry import ledger
from registry.ledger import Actor, Entry
from registry.models import Event
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

CONFIRM, REPORT, ANSWER = "municipality.confirm", "report.add", "report.answer"
# How long a confirmation holds.
TERM = timedelta(days=365)
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a municipality has confirmed the register as it stood at a position of the ledger."""

    position: int
    at: datetime
    by: str

    @property
    def stale(self) -> bool:
        """Whether it is more than a year old."""
        return self.at < timezone.now() - TERM

    @property
    def due(self) -> datetime:
        """When the next is due."""
        return self.at + TERM


def subject(municipality: Municipality) -> str:
    """The municipality's name in the ledger."""
    return f"kommune:{municipality.code}"


def last(municipality: Municipality) -> Confirmation | None:
    """The last confirmation of a municipality; None where there is none."""
    found = Event.objects.filter(subject=subject(municipality), action=CONFIRM).order_by("-seq").first()
    return _confirmation(found) if found else None


def latest() -> Mapping[str, Confirmation]:
    """The last confirmation of each municipality that has made one, by its code. One query."""
    events = Event.objects.filter(action=CONFIRM).order_by("subject", "-seq").distinct("subject")
    return {one.subject.partition(":")[2]: _confirmation(one) for one in events}


def _confirmation(event: Event) -> Confirmation:
    return Confirmation(int(event.data["position"]), event.at, event.actor)


def changes(municipality: Municipality, *, since: int) -> QuerySet[Event]:
    """What has happened after a position to what is, or was, the municipality's; newest first."""
    mine = Institution.objects.filter(versions__administrative_municipality=municipality).values("number")
    return Event.objects.filter(seq__gt=since, action__in=EVENT_NAMES, subject__in=mine).order_by("-seq")


@transaction.atomic
def confirm(municipality: Municipality, *, seen: int, actor: Actor) -> Confirmation:
    """Confirm the register as it stood at the position `seen`. A second click confirms nothing anew.

    Raises Refused `har_flyttet_sig` where the municipality's part has changed since, `ugyldig_vaerdi`.
    """
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    if not 0 <= seen <= ledger.head():
        raise Refused("ugyldig_vaerdi", _("Siden er ikke læst rigtigt. Hent den igen."), field="set", value=seen)
    moved = changes(municipality, since=seen).count()
    if moved:
        raise Refused("har_flyttet_sig", _("Registeret er ændret, siden du åbnede siden: %s hændelser.") % moved)
    before = last(municipality)
    if before and before.position >= seen and before.by == actor.name:
        return before
    acting = Actor(actor.name, actor.door, municipality.long_name)
    (event,) = ledger.record([Entry(CONFIRM, subject(municipality), {"position": seen})], actor=acting)
    return _confirmation(event)


@transaction.atomic
def report(municipality: Municipality, *, text: str, actor: Actor, institution: Institution | None = None) -> Report:
    """Report what is wrong, for STIL to see to. The same again, while nobody has answered it, is the same report.

    Raises Refused `ugyldig_vaerdi`.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Refused("ugyldig_vaerdi", _("Skriv, hvad der er forkert, i højst %s tegn.") % LONGEST, field="tekst")
    ledger.check_text(text)
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    same = {"municipality": municipality, "institution": institution, "text": text, "answer": ""}
    if found := Report.objects.filter(**same).first():
        return found
    made = Report.objects.create(**same, at=timezone.now(), by=actor.name)
    told = {"municipality": municipality.code, **({"institution": institution.number} if institution else {})}
    acting = Actor(actor.name, actor.door, municipality.long_name)
    ledger.record([Entry(REPORT, made.subject, told, text)], actor=acting)
    return made


@transaction.atomic
def answer(report: Report, *, text: str, actor: Actor) -> Report:
    """Close a report with an answer, which the municipality reads. Raises Refused `ugyldig_vaerdi`, `er_besvaret`."""
    held = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if held.answer:
        raise Refused("er_besvaret", _("Meldingen er besvaret af %(by)s.") % {"by": held.answered_by})
    if not text.strip():
        raise Refused("ugyldig_vaerdi", _("Skriv, hvad der er gjort."), field="answer")
    ledger.check_text(text)
    held.answer, held.answered_at, held.answered_by = text.strip(), timezone.now(), actor.name
    held.save(update_fields=["answer", "answered_at", "answered_by"])
    ledger.record([Entry(ANSWER, held.subject, {}, held.answer)], actor=actor)
    return held
