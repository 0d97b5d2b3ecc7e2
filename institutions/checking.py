"""Addresses and P-numbers held up against DAR and CVR, after the change: no source can stop a lawful one.

The ledger is the queue. What was changed since the last time is written down as waiting; each that waits is looked up
when its source answers, now or another day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from institutions import addresses, timelines
from institutions.addresses import Unavailable
from institutions.columns import NAMES
from institutions.models import Check, Institution, Level, Position
from registry import ledger, periods
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from institutions.addresses import Known, Source
    from institutions.models import Version

POSITION = "kilder"
# By what each source is asked.
FACTS = {Check.Source.DAR: "dar_id", Check.Source.CVR: "p_number"}
WATCHED = (
    "lifecycle.open", "lifecycle.correct", "lifecycle.close", "lifecycle.reopen", "lifecycle.withdraw",
    "lifecycle.take_effect",
)  # fmt: skip
LOT = 1000


@transaction.atomic
def queue() -> int:
    """Write down what waits to be looked up since the last time. Gives how many there were."""
    position = Position.objects.select_for_update().get_or_create(what=POSITION, defaults={"seq": 0})[0]
    head = ledger.head()
    since = Event.objects.filter(seq__gt=position.seq, seq__lte=head, action__in=WATCHED)
    changed = Institution.objects.filter(number__in=since.values("subject")).exclude(level=Level.UDENFOR)
    made = [check for line in timelines.load(changed).values() for check in _wanted(line.at(periods.today()))]
    Check.objects.filter(institution__in=changed).delete()
    Check.objects.bulk_create(made, batch_size=LOT)
    position.seq = head
    position.save(update_fields=["seq"])
    return len(made)


def _wanted(version: Version | None) -> list[Check]:
    if version is None:
        return []
    told = {name: getattr(version, name) for name in (*addresses.DAR_COLUMNS.values(), "cvr_number")}
    keys = {source: getattr(version, fact).lower() for source, fact in FACTS.items()}
    of = version.institution
    return [Check(institution=of, source=source, key=key, facts=told) for source, key in keys.items() if key]


def look_up() -> dict[str, int]:
    """Ask the sources for all that waits. Gives how many came to what; those of a source that is down wait on."""
    counts = dict.fromkeys(Check.State.values, 0)
    for name, source in ((Check.Source.DAR, addresses.dar()), (Check.Source.CVR, addresses.cvr())):
        while waiting := list(Check.objects.filter(source=name, state=Check.State.WAITING).order_by("pk")[:LOT]):
            if not _ask(source, waiting):
                counts[Check.State.WAITING] += Check.objects.filter(source=name, state=Check.State.WAITING).count()
                break
            for one in waiting:
                counts[one.state] += 1
    return counts


def _ask(source: Source, waiting: Sequence[Check]) -> bool:
    """Judge some by what their source says. False where it cannot be asked."""
    now = timezone.now()
    try:
        found = source.find({one.key for one in waiting})
    except Unavailable:
        Check.objects.filter(pk__in=[one.pk for one in waiting]).update(tried_at=now)
        return False
    for one in waiting:
        known = found.get(one.key)
        one.differs = list(_differences(one.facts, known)) if known else []
        one.state = Check.State.UNKNOWN if known is None else Check.State.DIFFERS if one.differs else Check.State.AGREES
        one.tried_at = now
    Check.objects.bulk_update(waiting, ["state", "differs", "tried_at"])
    return True


def _differences(facts: dict[str, Any], known: Known) -> Iterable[dict[str, str]]:
    """What the source says otherwise; what the register leaves empty is no difference."""
    for name, theirs in known.facts.items():
        ours = str(facts.get(name) or "")
        if ours and ours.casefold().strip() != theirs.casefold().strip():
            yield {"felt": NAMES[name], "registeret": ours, "kilden": theirs}
