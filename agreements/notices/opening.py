"""Whose look at a notice's mail is not its vendor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements import access
from agreements.models import Notice
from registry import mail

if TYPE_CHECKING:
    from registry.models import Message, User


@mail.bystander
def sends_notices(person: User, message: Message) -> bool:
    """A person who acts for somebody else than the vendor that the notice is for, as the municipality's own do."""
    kind, _colon, key = message.about.partition(":")
    if kind != "varsel":
        return False
    vendor = Notice.objects.filter(pk=key).values_list("vendor", flat=True).first()
    return vendor not in {one.vendor_id for one in access.affiliations_of(person)}
