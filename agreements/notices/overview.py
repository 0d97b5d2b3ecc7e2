"""A municipality's agreements on A-numbers, by vendor: the number that each should have, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agreements import owners, phasing, proposals
from agreements.models import DataAgreement, Notice, Vendor
from agreements.notices import recipients
from agreements.phasing import Asked, Phase
from institutions.models import Level
from registry.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agreements.notices.recipients import Recipient
    from agreements.phasing import Standing
    from agreements.proposals import Replacement
    from institutions.models import Municipality

# What the sheet says. Only a number that is decided stands in `nytInstitutionsNummer`.
SHEET = (
    "udbyderNavn", "udbyderCvr", "udbydersystemId", "udbydersystemNavn", "servicekode", "aftaleId", "aftaleStatus",
    "institutionsNummer", "institutionsNavn", "nytInstitutionsNummer", "nytInstitutionsNavn", "grundlag", "forslag",
    "fase", "siden", "frist",
)  # fmt: skip
# What a vendor has yet to do something about.
WAITS = (Phase.NOT_TOLD, Phase.TOLD)
# A vendor is reminded no sooner.
PAUSE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement on an A-number, where it stands, and what takes the number's place."""

    agreement: DataAgreement
    standing: Standing
    right: Replacement

    @property
    def waits(self) -> bool:
        """Whether the vendor has yet to ask on another number."""
        return self.standing.phase in WAITS


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it went out: its mails, and when the vendor opened one of them."""

    notice: Notice
    mails: Sequence[Message] = ()

    @property
    def opened_at(self) -> datetime | None:
        """When the vendor first opened it; None while nobody has."""
        return min((one.opened_at for one in self.mails if one.opened_at), default=None)

    @property
    def missed(self) -> list[Message]:
        """The mails that did not arrive."""
        return [one for one in self.mails if one.state in {Message.State.FAILED, Message.State.BOUNCED}]


@dataclass(slots=True)
class Group:
    """A vendor's agreements on A-numbers in a municipality, and what it has been told; the newest first."""

    vendor: Vendor
    rows: list[Row]
    told: list[Told] = field(default_factory=list)
    to: list[Recipient] = field(default_factory=list)

    @property
    def waiting(self) -> list[Row]:
        """What the vendor has yet to do something about."""
        return [one for one in self.rows if one.waits]

    @property
    def phases(self) -> list[tuple[Any, int]]:
        """How many stand where."""
        counts = Counter(one.standing.phase for one in self.rows)
        return [(phase.label, counts[phase]) for phase in Phase if counts[phase]]

    @property
    def again_at(self) -> datetime | None:
        """From when it may be reminded; None where it has not been told."""
        return self.told[0].notice.at + PAUSE if self.told else None

    @property
    def may_tell(self) -> bool:
        """Whether it may be told, or reminded, now."""
        return bool(self.waiting and self.to) and (self.again_at is None or self.again_at <= timezone.now())


def groups(municipality: Municipality, *, vendor: Vendor | None = None) -> list[Group]:
    """Those with something left on an A-number, or told of it, by the vendor's name. A fixed number of queries."""
    rows = _rows(municipality, vendor)
    made = [
        Group(vendor, list(own))
        for vendor, own in groupby(rows, key=lambda row: row.agreement.system.vendor)
    ]  # fmt: skip
    told = _told(municipality, [one.vendor.pk for one in made])
    to = recipients.of_vendors([one.vendor.pk for one in made])
    for one in made:
        one.told, one.to = told.get(one.vendor.pk, []), to.get(one.vendor.pk, [])
    return [one for one in made if one.told or any(row.standing.phase != Phase.ENDED for row in one.rows)]


def of_vendor(municipality: Municipality, vendor: Vendor) -> Group:
    """One vendor's, which may be empty."""
    return next(iter(groups(municipality, vendor=vendor)), Group(vendor, []))


def _rows(municipality: Municipality, vendor: Vendor | None) -> list[Row]:
    standing = {one.agreement: one for one in phasing.agreements(Asked.of(municipality, vendor))}
    # What has become a private unit's is no longer the municipality's to see.
    mine = owners.owned(municipalities=[municipality.pk], institutions=[])
    rests = DataAgreement.objects.filter(
        number__in=standing, institution__in=mine, institution__level=Level.UDENFOR
    ).select_related("system__vendor", "service", "institution")
    listed = list(rests.order_by("system__vendor__name", "system__vendor", "institution__number", "number"))
    right = proposals.replacements({one.institution_id for one in listed})
    order = {phase: place for place, phase in enumerate(Phase.values)}
    rows = [Row(one, standing[one.number], right[one.institution_id]) for one in listed]
    return sorted(rows, key=lambda row: (
        row.agreement.system.vendor.name, row.agreement.system.vendor_id, order[row.standing.phase],
        row.agreement.institution.number, row.agreement.number,
    ))  # fmt: skip


def _told(municipality: Municipality, vendors: Iterable[int]) -> dict[int, list[Told]]:
    notices = list(Notice.objects.filter(municipality=municipality, vendor__in=list(vendors)))
    about = [one.subject for one in notices]
    mails: dict[str, list[Message]] = {one: [] for one in about}
    for message in Message.objects.filter(about__in=about).defer("text", "text_en").order_by("pk"):
        mails[message.about].append(message)
    told: dict[int, list[Told]] = {}
    for one in notices:
        told.setdefault(one.vendor_id, []).append(Told(one, mails[one.subject]))
    return told


def sheet(rows: Iterable[Row]) -> Iterator[Sequence[object]]:
    """The rows of the columns in `SHEET`."""
    for row in rows:
        one, stands, right = row.agreement, row.standing, row.right
        sure = right.proposals[0] if right.sure else None
        yield (
            one.system.vendor.name, one.system.vendor.cvr_number, one.system.code, one.system.name, one.service.code,
            one.number, one.status, one.institution.number, stands.name, sure.number if sure else "",
            sure.name if sure else "", right.ground.value, "" if sure else "; ".join(map(str, right.proposals)),
            stands.phase, stands.since, stands.deadline or "",
        )  # fmt: skip
