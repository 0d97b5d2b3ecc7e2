# ruff: noqa: S608 - put together from constants; every value is a parameter
"""Systems that used to call and have fallen silent: told once for each silence, to STIL and to those who can mend it.

A system with a municipal or outsourced institution's data may be silent for 30 days, one with those of selvejende and
private institutions alone for 180. One without agreements in force, or that has never called, alarms nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import parties
from agreements.coverage import IN_FORCE
from agreements.models import NotificationAddress, System
from agreements.owners import OWN, PLACES
from registry import ledger, mail, periods
from registry.ledger import Entry
from registry.mail import Letter
from registry.models import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry.ledger import Actor

MUNICIPAL, PRIVATE = timedelta(days=30), timedelta(days=180)
# Whether a system with agreements in force has any whose data owner is a municipality.
SYSTEMS = f"""
SELECT f.system, bool_or(p.ownership <> ALL(%(own)s)) FROM ({IN_FORCE}) f
JOIN ({PLACES}) p ON p.id = f.institution_id GROUP BY f.system
"""


@dataclass(frozen=True, slots=True)
class Silence:
    """A system that has been silent for longer than it may, since when, and for how many days at most."""

    system: System
    reader: Reader
    limit: timedelta


def limits() -> Mapping[str, timedelta]:
    """For how long each system with agreements in force may be silent, by its code. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SYSTEMS, {"on": periods.today(), "own": list(OWN)})
        return {code: MUNICIPAL if municipal else PRIVATE for code, municipal in cursor.fetchall()}


def silent() -> list[Silence]:
    """Those who are silent now, longest first. Three queries."""
    may, now = limits(), timezone.now()
    readers = [
        one
        for one in Reader.objects.filter(system__in=may).order_by("called_at")
        if now - one.called_at > may[one.system]
    ]
    systems = {
        one.code: one
        for one in System.objects.filter(code__in=[one.system for one in readers], passive=False).select_related(
            "vendor"
        )
    }
    return [Silence(systems[one.system], one, may[one.system]) for one in readers if one.system in systems]


@transaction.atomic
def alarm(*, actor: Actor) -> list[Silence]:
    """Tell of each silence that has not been told of. Gives them. A system that calls again and falls silent is new."""
    untold = Reader.objects.select_for_update().filter(
        Q(silence_told_at=None) | Q(silence_told_at__lt=F("called_at")), pk__in=[one.reader.pk for one in silent()]
    )
    held = set(untold.values_list("pk", flat=True))
    new = [one for one in silent() if one.reader.pk in held]
    Reader.objects.filter(pk__in=[one.reader.pk for one in new]).update(silence_told_at=timezone.now())
    entries = [
        Entry("system.silent", parties.subject(one.system),
              {"since": one.reader.called_at.isoformat(), "days": one.limit.days})
        for one in new
    ]  # fmt: skip
    mail.write_all((letter for one in new for letter in _letters(one)), actor=actor)
    ledger.record(entries, actor=actor)
    return new


def _letters(one: Silence) -> Iterator[Letter]:
    told = {"system": one.system, "since": f"{timezone.localtime(one.reader.called_at):%d.%m.%Y}"}
    text = _(
        "%(system)s har ikke kaldt registeret siden den %(since)s. Systemet har godkendte dataaftaler, og det læser "
        "derfor næppe de institutioner, som de gælder.\n\n"
        "Er systemet taget ud af brug, så bed STIL om at gøre det passivt. Ellers: se, om nøglen er udløbet, og om "
        "kaldene bliver afvist; /api/v1/mig/status/ siger det."
    )
    of_either = Q(system=one.system) | Q(vendor=one.system.vendor)
    addresses = NotificationAddress.objects.filter(of_either, active=True)
    for address in sorted(set(addresses.values_list("email", flat=True))):
        yield Letter(
            to=address, title=_("%(system)s er tavs") % {"system": one.system}, text=text % told,
            about=parties.subject(one.system), to_name=one.system.vendor.name,
            key=f"tavs:{one.system.code}:{one.reader.called_at.isoformat()}:{address}"[:200],
        )  # fmt: skip
