"""Institutions and A-numbers as spreadsheets, in the register's own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from institutions import asof, importing
from institutions.admin import overview
from institutions.asof import Filters
from institutions.columns import COLUMNS, LEGACY_COLUMNS, LEGACY_FACTS
from institutions.exporting.cells import cells
from institutions.models import Level
from registry import periods
from registry.admin.spreadsheets import VerdictResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from institutions.models import Institution
    from registry.ledger import Actor
    from registry.verdicts import Report


class RegisterResource(VerdictResource):
    """The three levels, parents before children."""

    columns: ClassVar[Sequence[str]] = COLUMNS
    title = _("Institutioner i registeret (registerets kolonner)")

    def take_in(self, content: bytes, *, actor: Actor, trial: bool, despite: str = "") -> Report:
        """Through the register's import."""
        return importing.register(content, actor=actor, trial=trial, despite=despite)

    def give_out(self, queryset: QuerySet[Institution]) -> Iterator[Sequence[Any]]:
        """As they stand today."""
        numbers = tuple(queryset.exclude(level=Level.UDENFOR).order_by().values_list("number", flat=True))
        if not numbers:
            return iter(())
        return map(cells, asof.stream(periods.today(), filters=Filters(numbers=numbers)))


class LegacyResource(VerdictResource):
    """Institutions outside the register."""

    columns: ClassVar[Sequence[str]] = LEGACY_COLUMNS
    title = _("A-numre uden for registeret")

    def take_in(self, content: bytes, *, actor: Actor, trial: bool, despite: str = "") -> Report:
        """Through the import of A-numbers, which holds nothing back."""
        del despite
        return importing.legacy(content, actor=actor, trial=trial)

    def give_out(self, queryset: QuerySet[Institution]) -> Iterator[Sequence[Any]]:
        """Those of the list, as they stand today or stood last."""
        today = periods.today()
        for institution in queryset.filter(level=Level.UDENFOR).order_by("number"):
            version = overview.judged(institution, today)[1]
            facts = [getattr(version, LEGACY_FACTS[column]) for column in LEGACY_COLUMNS[1:]]
            yield [institution.number, *facts]
