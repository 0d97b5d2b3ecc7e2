"""Consolidations, as the ledger tells them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models import Event


class ConsolidationManager(models.Manager["Consolidation"]):
    """The events that executed a consolidation."""

    def get_queryset(self) -> models.QuerySet[Consolidation]:
        """Those of the absorbed number: the agreements that it ended have lines of their own."""
        return super().get_queryset().filter(action="consolidation.execute", subject__startswith="A")


class Consolidation(Event):
    """A consolidation, read from the ledger: its list of changes is stored there and nowhere else.

    So undoing one leaves every other table as it was. Its id is the event's `seq`.
    """

    objects: ClassVar = ConsolidationManager()

    class Meta:
        proxy = True
        verbose_name = _("konsolidering")
        verbose_name_plural = _("konsolideringer")
        ordering: ClassVar = ["-seq"]
