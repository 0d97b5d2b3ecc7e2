"""The queue that STIL's staff work through: what waits, in the order in which it is worth asking about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    FloatField,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from institutions import access
from institutions.duplicates import candidates, stakes, verdicts
from institutions.models import Answer, Candidate, Institution, Level, Verdict
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from institutions.access import Person

WAITING, PARKED, AGREED = "venter", "usikre", "ens"
# The least likelihood that is asked about by itself; what lies under it is there for who looks for it.
ASKED = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come: A-numbers open, consolidated, and pairs by what was said of them."""

    outside: int
    consolidated: int
    waiting: int
    same: int
    different: int
    unsure: int

    @property
    def decided(self) -> int:
        """Pairs that somebody has said something of."""
        return self.same + self.different + self.unsure

    @property
    def all(self) -> int:
        """Those, and the pairs that wait."""
        return self.decided + self.waiting


def pairs(person: Person) -> QuerySet[Candidate]:
    """Every proposed pair that is not consolidated, with its verdict and its worth, for STIL's staff. Raises Refused.

    `worth` is the likelihood times the agreements that rest on the leaving number, and one for the number itself.
    """
    candidates.catch_up()
    own = Verdict.objects.exclude(answer="").filter(
        Q(first=OuterRef("leaving"), second=OuterRef("staying"))
        | Q(first=OuterRef("staying"), second=OuterRef("leaving"))
    )
    found = access.candidates(person).filter(leaving__absorbed_into__isnull=True)
    found = stakes.counted(found, "leaving_id").annotate(
        answer=Coalesce(Subquery(own.values("answer")[:1], output_field=CharField()), Value("")),
        changed=Subquery(own.values("changed")[:1], output_field=JSONField()),
        worth=F("score") * (F("stakes") + Value(1.0, output_field=FloatField())),
    )
    return found.order_by("-worth", "-score", "leaving__number", "staying__number")


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Candidate]:
    """Of pairs, those that wait for somebody, those that somebody was unsure of, or those that are said to be one."""
    if state == AGREED:
        return rows.filter(_said(Answer.SAME))
    if state == PARKED:
        return unsettled(rows.filter(_said(Answer.UNSURE)))
    # One that was different is proposed again only where a field that mattered has changed.
    return unsaid(unsettled(rows), [Answer.SAME, Answer.UNSURE])


def unsaid(rows: QuerySet[Any], answers: Sequence[str] = Answer.values) -> QuerySet[Candidate]:
    """Of pairs, those of which nobody has said any of these."""
    # Joins that a planner sees through, one for each order of the two: an OR of them would make it guess one row.
    forwards, backwards = _verdicts(answers)
    return rows.filter(~Exists(forwards), ~Exists(backwards))


def unsettled(rows: QuerySet[Any]) -> QuerySet[Candidate]:
    """Of pairs, those whose A-number nobody has said to be another one. Only an A-number is one alone."""
    other = Verdict.objects.filter(first=OuterRef("leaving"), first__level=Level.UDENFOR, answer=Answer.SAME)
    return rows.filter(~Exists(other.exclude(second=OuterRef("staying"))))


def _said(answer: str) -> Q:
    forwards, backwards = _verdicts([answer])
    return Q(Exists(forwards)) | Q(Exists(backwards))


def _verdicts(answers: Sequence[str]) -> tuple[QuerySet[Verdict], QuerySet[Verdict]]:
    said = Verdict.objects.filter(answer__in=answers)
    return (
        said.filter(first=OuterRef("leaving"), second=OuterRef("staying")),
        said.filter(first=OuterRef("staying"), second=OuterRef("leaving")),
    )


def waiting(person: Person) -> QuerySet[Candidate]:
    """The pairs that wait for somebody, most worth first, for STIL's staff. Raises Refused."""
    return in_state(pairs(person), WAITING)


def progress(person: Person) -> Progress:
    """How far the work has come. Raises Refused."""
    access.require_registrar(person)
    outside = Institution.objects.filter(level=Level.UDENFOR).aggregate(
        there=Count("pk", filter=Q(absorbed_into__isnull=True)), gone=Count("pk", filter=Q(absorbed_into__isnull=False))
    )
    said = dict(Verdict.objects.exclude(answer="").order_by().values_list("answer").annotate(Count("pk")))
    return Progress(
        outside["there"], outside["gone"], waiting(person).filter(score__gte=ASKED).count(),
        said.get(Answer.SAME, 0), said.get(Answer.DIFFERENT, 0), said.get(Answer.UNSURE, 0),
    )  # fmt: skip


def beside[Key](listed: Sequence[Key], here: Key) -> tuple[int, Key | None, Key | None]:
    """A pair's place in a list (from 1; 0 where it is not there), the one before it and the one after.

    From a pair that is not in the list one comes to its first.
    """
    if here not in listed:
        return 0, None, listed[0] if listed else None
    at = listed.index(here)
    return at + 1, listed[at - 1] if at else None, listed[at + 1] if at + 1 < len(listed) else None


def given_today(person: Person) -> int:
    """How many verdicts a person has given today."""
    began = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Event.objects.filter(actor=person.get_username(), at__gte=began)
    return mine.filter(action__in=verdicts.ACTIONS.values()).count()
