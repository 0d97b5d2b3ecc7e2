"""Data agreements as spreadsheets, in Tilslutning's own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from agreements import importing
from agreements.importing import COLUMNS
from registry.admin.spreadsheets import VerdictResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from agreements.models import DataAgreement
    from registry.ledger import Actor
    from registry.verdicts import Report


class AgreementResource(VerdictResource):
    """Data agreements."""

    columns: ClassVar[Sequence[str]] = COLUMNS
    title = _("Dataaftaler")

    def take_in(self, content: bytes, *, actor: Actor, trial: bool, despite: str = "") -> Report:
        """Through the import of agreements, which holds nothing back."""
        del despite
        return importing.take_in(content, actor=actor, trial=trial)

    def give_out(self, queryset: QuerySet[DataAgreement]) -> Iterator[Sequence[Any]]:
        """Those of the list, in order of number."""
        fields = (
            "number", "institution__number", "system__vendor__name", "system__vendor__cvr_number", "system__code",
            "system__name", "service__code", "service__name", "status", "created_on",
        )  # fmt: skip
        return queryset.order_by("number").values_list(*fields).iterator()
