"""What systems ask, and how each stands: written down call by call, so that nobody must guess why one is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import ledger
from registry.models import Call, Event, Reader
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

KEPT = timedelta(days=31)
DAY = timedelta(days=1)
REJECTED = 400  # the first HTTP status that is a refusal
SCHEMAS = {0: "unsaid_schema_at", 1: "first_schema_at", 2: "second_schema_at"}


def note(system: str, *, method: str, path: str, status: int, code: str = "", schema: int | None = None) -> None:
    """Write a call down; `schema` is the one that the register was read by: 0 where the reader did not say,
    None where it was not read. Two queries.
    """
    made = Call.objects.create(system=system, method=method, path=path[:300], status=status, code=code)
    moments = {"called_at": made.at} | ({SCHEMAS[schema]: made.at} if schema is not None and status < REJECTED else {})
    Reader.objects.bulk_create(
        [Reader(system=system, **moments)], update_conflicts=True, unique_fields=["system"], update_fields=[*moments]
    )


@transaction.atomic
def acknowledge(system: str, position: int) -> Reader:
    """A system has taken in the feed up to a position. Raises Refused `ugyldig_vaerdi` for one that is not reached."""
    head = ledger.head()
    if not 0 <= position <= head:
        raise Refused(
            "ugyldig_vaerdi", _("Position %(position)s er ikke nået: den sidste hændelse har nummer %(head)s.")
            % {"position": position, "head": head}, field="position", value=position, suggestions=[str(head)],
        )  # fmt: skip
    now = timezone.now()
    reader, _made = Reader.objects.update_or_create(
        system=system, defaults={"position": position, "moved_at": now}, create_defaults={
            "position": position, "moved_at": now, "called_at": now,
        },
    )  # fmt: skip
    return reader


def forget() -> int:
    """Drop the calls that are older than a month. Gives how many."""
    count, _by_model = Call.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return count


@dataclass(frozen=True, slots=True)
class Readiness:
    """The systems that have read lately: without saying by which schema, by schema 1, and by schema 2 alone."""

    unsaid: Sequence[str]
    first: Sequence[str]
    ready: Sequence[str]


def readiness() -> Readiness:
    """Who would meet a code of schema 2 unprepared, who would not be told of it, and who is ready. One query."""
    since = timezone.now() - KEPT

    def lately(moment: datetime | None) -> bool:
        return moment is not None and moment > since

    readers = list(Reader.objects.order_by("system"))
    unsaid = [one.system for one in readers if lately(one.unsaid_schema_at)]
    first = [one.system for one in readers if lately(one.first_schema_at)]
    others = {*unsaid, *first}
    return Readiness(
        unsaid, first, [one.system for one in readers if lately(one.second_schema_at) and one.system not in others]
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a system stands: its calls of the last day, what was refused by code, and how far it is behind."""

    reader: Reader | None
    head: int
    calls: int
    refused: Sequence[Any]
    oldest_unread: datetime | None

    @property
    def health(self) -> str:
        """In a word: `tavs` for a day, `afvist` where more is refused than not, `bagud` by a day, or `ok`."""
        now = timezone.now()
        if self.reader is None or self.reader.called_at < now - DAY:
            return "tavs"
        if sum(one["count"] for one in self.refused) * 2 > self.calls:
            return "afvist"
        if self.oldest_unread and self.oldest_unread < now - DAY:
            return "bagud"
        return "ok"


def standing(system: str) -> Standing:
    """How a system stands now. Five queries."""
    reader = Reader.objects.filter(system=system).first()
    lately = Call.objects.filter(system=system, at__gt=timezone.now() - DAY)
    refused = (
        lately.filter(status__gte=REJECTED).order_by().values("code").annotate(count=Count("pk"), last=Max("at"))
    )  # fmt: skip
    unread = None
    if reader and reader.position is not None:
        after = Event.objects.filter(seq__gt=reader.position).order_by("seq")
        unread = after.values_list("at", flat=True).first()
    return Standing(reader, ledger.head(), lately.count(), list(refused.order_by("-count", "code")), unread)
