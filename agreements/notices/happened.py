"""What has happened with a vendor's agreements, for one mail: decided, ended, carried over, told to change number."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements import lifecycle, listing, parties
from agreements.models import DataAgreement, Vendor
from agreements.notices import recipients
from agreements.notices.telling import REMIND, TELL
from agreements.states import Status
from institutions import consolidation
from institutions.models import Municipality
from registry.mail import XLSX, File, Letter, plain
from registry.models import Event
from registry.spreadsheets import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from agreements.notices.recipients import Recipient

# Agreements told in the mail itself; where there are more, a sheet has all.
MOST = 50
COLUMNS = (
    "aftaleId", "aftaleStatus", "udbydersystemId", "servicekode", "institutionsNummer", "institutionsNavn", "haendelse",
    "kommentar", "tidspunkt",
)  # fmt: skip


class Kind(models.TextChoices):
    """What may happen to an agreement."""

    APPROVED = "approved", gettext_lazy("Godkendt")
    REFUSED = "refused", gettext_lazy("Afvist")
    SET_BACK = "set back to waiting", gettext_lazy("Sat tilbage til venter")
    CARRIED = "carried over", gettext_lazy("Føres over til G-nummeret")
    MOVED = "moved to the G-number", gettext_lazy("Anmodningen er flyttet til G-nummeret")
    ENDED = "ended", gettext_lazy("Ophørt")
    TOLD = "to change number", gettext_lazy("Skal skifte til G-nummer")
    UNDONE = "consolidation undone", gettext_lazy("Konsolideringen er fortrudt")


DECIDED: Mapping[str, Kind] = {
    lifecycle.ACTIONS[Status.GODKENDT]: Kind.APPROVED, lifecycle.ACTIONS[Status.AFVIST]: Kind.REFUSED,
    lifecycle.ACTIONS[Status.VENTER]: Kind.SET_BACK, lifecycle.ACTIONS[Status.SLETTET]: Kind.ENDED,
    lifecycle.END: Kind.ENDED, consolidation.UNDO: Kind.UNDONE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """The last that happened to an agreement, and what its data owner said to it."""

    kind: Kind
    agreement: DataAgreement
    name: str
    event: Event

    @property
    def said(self) -> str:
        """The comment on one line, or why a consolidation did it; why it had done so is no longer true once undone."""
        why = "" if self.kind == Kind.UNDONE else self.event.data.get("why")
        return " ".join(plain(str(why or self.event.reason)).split())


def letters(since: int, until: int, *, on: date) -> Iterator[Letter]:
    """A mail to each address of each vendor with agreements to which something happened in a part of the ledger."""
    by_vendor: dict[int, list[Happening]] = defaultdict(list)
    for one in _happenings(since, until):
        by_vendor[one.agreement.system.vendor_id].append(one)
    told = _told(since, until)
    concerned = {*by_vendor, *told}
    to = recipients.of_vendors(concerned)
    for vendor in Vendor.objects.filter(pk__in=concerned):
        for recipient in to.get(vendor.pk, ()):
            mine = [one for one in by_vendor[vendor.pk] if recipient.system in {None, one.agreement.system_id}]
            notices = told[vendor.pk] if recipient.system is None else []
            if mine or notices:
                yield _letter(vendor, recipient, mine, notices, on=on)


def _happenings(since: int, until: int) -> list[Happening]:
    """The last of each agreement, by kind and number."""
    wanted = Q(action__in=[*DECIDED, consolidation.EXECUTE], subject__startswith="aftale:")
    last: dict[int, tuple[Kind, Event]] = {}
    for event in Event.objects.filter(wanted, seq__gt=since, seq__lte=until):
        if kind := _kind(event):
            last[int(event.subject.partition(":")[2])] = kind, event
    rows = list(
        DataAgreement.objects.filter(number__in=last).select_related("system", "service", "institution", "carried_by")
    )
    named = listing.names(rows)
    order = list(Kind)
    found = []
    for one in rows:
        kind, event = last[one.number]
        found.append(Happening(kind, one, named.get(one.institution_id, ""), event))
    return sorted(found, key=lambda one: (order.index(one.kind), one.agreement.number))


def _kind(event: Event) -> Kind | None:
    """What an event is to the vendor; None for a successor that a consolidation made: its forerunner tells of it."""
    if event.action != consolidation.EXECUTE:
        return DECIDED[event.action]
    before, after = event.data.get("before") or {}, event.data.get("after") or {}
    if not before:
        return None
    if after.get("status") == Status.SLETTET:
        return Kind.ENDED
    if "institution_id" in after:
        return Kind.MOVED
    return Kind.CARRIED if after.get("carried_by_id") else Kind.APPROVED


def _told(since: int, until: int) -> dict[int, list[tuple[str, int]]]:
    """Of each notice a line and how many agreements it was about, by the vendor's primary key."""
    events = list(Event.objects.filter(action__in=[TELL, REMIND], seq__gt=since, seq__lte=until))
    named = Vendor.objects.filter(cvr_number__in={one.data["vendor"] for one in events})
    keys = dict(named.values_list("cvr_number", "pk"))
    names = dict(Municipality.objects.values_list("code", "long_name")) if events else {}
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for one in events:
        count = len(one.data["agreements"])
        told = ngettext("%(who)s: %(count)s aftale, se mailen fra kommunen",
                        "%(who)s: %(count)s aftaler, se mailen fra kommunen", count)  # fmt: skip
        line = told % {"who": names[one.data["municipality"]], "count": count}
        found[keys[one.data["vendor"]]].append((line, count))
    return found


def _letter(
    vendor: Vendor, recipient: Recipient, mine: Sequence[Happening], notices: Sequence[tuple[str, int]], *, on: date
) -> Letter:
    counts = Counter(one.kind for one in mine) + Counter({Kind.TOLD: sum(count for _line, count in notices)})
    listed = [(kind, counts[kind]) for kind in Kind if counts[kind]]
    parts = [_("Det er sket med jeres dataaftaler siden sidst:"), *_sections(mine, notices)]
    if len(mine) > MOST:
        parts.append(_("… og %s aftaler til: det vedhæftede regneark har dem alle.") % (len(mine) - MOST))
    parts.append(_("Alle jeres aftaler: %s") % f"{settings.SITE_URL}{reverse('agreements:list')}")
    title = ", ".join(f"{count} {kind.label[:1].lower()}{kind.label[1:]}" for kind, count in listed)
    return Letter(
        to=recipient.email, to_name=plain(vendor.name), about=parties.subject(vendor),
        key=f"dagspost/{on}/{vendor.pk}/{recipient.system or ''}/{recipient.email}",
        title=(_("Dataaftaler: %s") % title)[:200], text=plain("\n\n".join(parts)),
        text_en=f"Your data agreements since the last mail: "
                f"{', '.join(f'{count} {kind.value}' for kind, count in listed)}. The list above has each of them.",
        files=(File(f"aftaler-{on}.xlsx", XLSX, workbook.write(COLUMNS, _sheet(mine))),) if len(mine) > MOST else (),
    )  # fmt: skip


def _sections(mine: Sequence[Happening], notices: Sequence[tuple[str, int]]) -> Iterator[str]:
    shown = mine[:MOST]
    for kind in Kind:
        lines = [_line(one) for one in shown if one.kind == kind]
        if kind == Kind.TOLD:
            lines = [f"- {line}" for line, _count in notices]
        if lines:
            yield "\n".join([f"{kind.label}:", *lines])


def _line(one: Happening) -> str:
    agreement = one.agreement
    # A unit that decides for itself has been named already.
    owner = one.event.on_behalf_of
    named = f" ({owner})" if owner and agreement.institution.number not in owner else ""
    successor = _(" → aftale %s") % agreement.carried_by.number if agreement.carried_by else ""
    said = f"\n  »{one.said}«" if one.said else ""
    return (
        f"- {agreement.number} {agreement.system.name} {agreement.service.code}, {agreement.institution.number}"
        f" {one.name}{named}{successor}{said}"
    )


def _sheet(mine: Sequence[Happening]) -> Iterator[Sequence[Any]]:
    for one in mine:
        agreement = one.agreement
        yield (
            agreement.number, agreement.status, agreement.system.code, agreement.service.code,
            agreement.institution.number, one.name, one.kind.label, one.said, one.event.at,
        )  # fmt: skip
