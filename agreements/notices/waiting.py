"""What waits for a data owner, for one mail, where something new does."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import lifecycle, owners
from agreements.models import DataAgreement
from agreements.notices import recipients
from agreements.states import Status
from institutions.models import Institution, Municipality
from registry.mail import Letter, plain
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

# Systems that are named.
MOST = 20


def letters(since: int, until: int, *, on: date) -> Iterator[Letter]:
    """A mail to each address of each data owner for whom something waits that a part of the ledger brought."""
    new = _brought(since, until)
    if not new:
        return
    rows = list(DataAgreement.objects.filter(status=Status.VENTER).select_related("system__vendor", "institution"))
    waits = _by_party(rows)
    fresh = {party: sum(one.number in new for one in mine) for party, mine in waits.items()}
    wanted = [party for party, count in fresh.items() if count]
    to = recipients.of_owners(
        [key for kind, key in wanted if kind == "kommune"], [key for kind, key in wanted if kind == "institution"]
    )
    addresses = {"kommune": to.municipalities, "institution": to.institutions}
    called = {
        "kommune": dict(Municipality.objects.values_list("pk", "code")),
        "institution": dict(Institution.objects.filter(pk__in=to.institutions).values_list("pk", "number")),
    }
    for kind, key in wanted:
        for email in addresses[kind].get(key, ()):
            yield _letter(email, called[kind][key], waits[kind, key], fresh[kind, key], on=on)


def _brought(since: int, until: int) -> set[int]:
    """The agreements that came to wait then, by number; not by their data owner's own act."""
    events = Event.objects.filter(
        seq__gt=since, seq__lte=until, subject__startswith="aftale:", data__after__status=str(Status.VENTER)
    ).exclude(action=lifecycle.ACTIONS[Status.VENTER])
    return {int(subject.partition(":")[2]) for subject in events.values_list("subject", flat=True)}


def _by_party(rows: Sequence[DataAgreement]) -> Mapping[tuple[str, int], list[DataAgreement]]:
    """The agreements of each municipality and institution that decides them."""
    found: dict[tuple[str, int], list[DataAgreement]] = defaultdict(list)
    deciders = owners.deciders(one.institution_id for one in rows)
    for one in rows:
        decider = deciders.get(one.institution_id)
        if decider and decider.municipality:
            found["kommune", decider.municipality].append(one)
        for key in decider.institutions if decider else ():
            found["institution", key].append(one)
    return found


def _letter(email: str, party: str, waits: Sequence[DataAgreement], fresh: int, *, on: date) -> Letter:
    title = ngettext("%s ny anmodning om data venter på jer", "%s nye anmodninger om data venter på jer", fresh) % fresh
    told = ngettext(
        "%(all)s anmodning venter i alt på jeres svar.", "%(all)s anmodninger venter i alt på jeres svar.", len(waits)
    ) % {"all": len(waits)}
    counts = Counter(f"{one.system.vendor.name}, {one.system.name}" for one in waits)
    lines = [f"- {count} {name}" for name, count in counts.most_common(MOST)]
    if len(counts) > MOST:
        lines.append(_("- … og %s systemer til") % (len(counts) - MOST))
    page = f"{settings.SITE_URL}{reverse('agreements:list')}?status={Status.VENTER}"
    return Letter(
        to=email, title=title, about=f"dataejer:{party}", key=f"venter/{on}/{party}/{email}",
        text=plain("\n\n".join([f"{title}. {told}", "\n".join(lines), _("Se og afgør dem: %s") % page])),
        text_en=f"{fresh} new request(s) for data wait for you, {len(waits)} in all. See and decide them: {page}",
    )  # fmt: skip
