"""A municipality tells a vendor which numbers its agreements should rest on, and reminds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Notice
from agreements.notices import overview, texts
from institutions.models import Municipality
from registry import ledger, mail
from registry.ledger import Actor, Entry
from registry.mail import Letter
from registry.problems import Refused

if TYPE_CHECKING:
    from agreements.models import Vendor
    from agreements.notices.overview import Group

TELL, REMIND = "notice.tell", "notice.remind"


@transaction.atomic
def tell(municipality: Municipality, vendor: Vendor, *, contact: str, actor: Actor, comment: str = "") -> Notice:
    """Tell a vendor, or remind it where it has been told: a mail to each of its addresses.

    `contact` is whom it may ask. Raises Refused `intet_at_varsle`, `ingen_modtager`, and `netop_varslet` where it was
    told some days ago at most: a second click sends nothing.
    """
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    group = overview.of_vendor(municipality, vendor)
    _check(group)
    before = group.told[0].notice if group.told else None
    acting = Actor(actor.name, actor.door, municipality.long_name)
    notice = Notice.objects.create(
        municipality=municipality, vendor=vendor, reminds=before, at=timezone.now(), by=actor.name
    )
    wanted = letters(municipality, group, contact=contact, comment=comment, notice=notice)
    told = {
        "municipality": municipality.code, "vendor": vendor.cvr_number,
        "agreements": {str(row.agreement.number): row.right.numbers for row in group.waiting},
    }  # fmt: skip
    ledger.record([Entry(REMIND if before else TELL, notice.subject, told)], actor=acting)
    mail.write_all(wanted, actor=acting)
    return notice


def letters(
    municipality: Municipality, group: Group, *, contact: str, comment: str = "", notice: Notice | None = None
) -> list[Letter]:
    """The mails that go out, one to each address that something concerns; without a notice as they would be."""
    subject = notice.subject if notice else "varsel:0"
    found = []
    for recipient in group.to:
        rows = [row for row in group.waiting if recipient.system in {None, row.agreement.system_id}]
        if rows:
            found.append(Letter(
                to=recipient.email, to_name=mail.plain(group.vendor.name), about=subject,
                key=f"{subject}/{recipient.system or ''}/{recipient.email}" if notice else "",
                title=texts.title(municipality, rows, again=bool(group.told))[:200],
                text=mail.plain(texts.danish(municipality, rows, contact=contact, comment=comment)),
                text_en=mail.plain(texts.english(municipality, rows, contact=contact)), files=(texts.file(rows),),
            ))  # fmt: skip
    return found


def _check(group: Group) -> None:
    names = {"vendor": group.vendor.name}
    if not group.waiting:
        raise Refused("intet_at_varsle", _("%(vendor)s har intet udestående på A-numre.") % names)
    if group.again_at and group.again_at > timezone.now():
        raise Refused("netop_varslet", _("%(vendor)s fik besked den %(at)s og kan mindes om det fra den %(again)s.") % {
            **names, "at": f"{timezone.localtime(group.told[0].notice.at):%d.%m.%Y kl. %H.%M}",
            "again": f"{timezone.localtime(group.again_at):%d.%m.%Y}",
        })  # fmt: skip
    concerned = {row.agreement.system_id for row in group.waiting}
    if not any(one.system is None or one.system in concerned for one in group.to):
        raise Refused("ingen_modtager", _("%(vendor)s har ingen notifikationsmodtager.") % names)
