"""Which systems may be given a key: those of the vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements import parties
from agreements.models import System
from registry import callers
from registry.callers import Known

if TYPE_CHECKING:
    from collections.abc import Sequence


class Systems:
    """The vendors' systems, for whoever knows only their codes."""

    def find(self, code: str) -> Known | None:
        """The system of a code."""
        found = System.objects.select_related("vendor").filter(code=code).first()
        return _known(found) if found else None

    def every(self) -> Sequence[Known]:
        """All that are not passive, by name."""
        return [_known(one) for one in System.objects.select_related("vendor").filter(passive=False)]


def _known(system: System) -> Known:
    return Known(
        code=system.code, name=system.name, subject=parties.subject(system),
        vendor=parties.subject(system.vendor), vendor_name=system.vendor.name,
    )  # fmt: skip


callers.use(Systems())
