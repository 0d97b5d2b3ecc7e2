"""The ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One line in the ledger. Append-only: a trigger refuses every UPDATE, DELETE and TRUNCATE.

    Written by `registry.ledger.record` alone, under a lock, so that `seq` is the order of
    commit, without gaps, and each line carries the hash of the one before it.
    """

    seq = models.BigIntegerField(_("løbenummer"), primary_key=True)
    transaction = models.BigIntegerField(_("transaktion"))
    at = models.DateTimeField(_("tidspunkt"))
    actor = models.CharField(_("hvem"), max_length=150)
    on_behalf_of = models.CharField(_("på vegne af"), max_length=150, blank=True)
    door = models.CharField(_("dør"), max_length=20)
    action = models.CharField(_("handling"), max_length=60)
    subject = models.CharField(_("genstand"), max_length=40)
    data = models.JSONField(_("før og efter"))
    reason = models.TextField(_("begrundelse"), blank=True)
    correlation = models.UUIDField(_("sammenhæng"))
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("hændelse")
        verbose_name_plural = _("hændelser")
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            # A subject's history, and its last event before a moment.
            models.Index(fields=["subject", "seq"], name="history_of_a_subject"),
            models.Index(fields=["action", "seq"], name="events_of_an_action"),
            models.Index(fields=["correlation"], name="events_of_one_act"),
            # The seq known at a moment: the ledger's `at` never goes backwards.
            models.Index(fields=["at"], name="events_by_moment"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="events_count_from_one"),
            models.CheckConstraint(condition=~Q(actor=""), name="every_event_has_an_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"
