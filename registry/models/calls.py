"""What systems have asked, and how far each has read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Call(models.Model):
    """A call with a token: what was asked and what came of it. Kept for a month."""

    system = models.CharField(_("system"), max_length=40)
    at = models.DateTimeField(_("tidspunkt"), auto_now_add=True)
    method = models.CharField(_("metode"), max_length=10)
    path = models.CharField(_("adresse"), max_length=300)
    status = models.PositiveSmallIntegerField(_("HTTP-status"))
    code = models.CharField(_("problem"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("kald")
        verbose_name_plural = _("kald")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["system", "-id"], name="calls_of_a_system"),
            models.Index(fields=["at"], name="calls_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.method} {self.path} {self.status}"


class Reader(models.Model):
    """A system that has called: when it did last, and how far it says that it has taken in the feed."""

    system = models.CharField(_("system"), max_length=40, primary_key=True)
    called_at = models.DateTimeField(_("sidste kald"))
    position = models.BigIntegerField(_("position"), null=True)
    moved_at = models.DateTimeField(_("position sat"), null=True)
    silence_told_at = models.DateTimeField(_("tavshed meldt"), null=True)
    # By which schema it has read, when last.
    unsaid_schema_at = models.DateTimeField(_("læst uden skema"), null=True)
    first_schema_at = models.DateTimeField(_("læst med skema 1"), null=True)
    second_schema_at = models.DateTimeField(_("læst med skema 2"), null=True)

    class Meta:
        verbose_name = _("læser")
        verbose_name_plural = _("læsere")
        ordering: ClassVar = ["system"]

    def __str__(self) -> str:
        return self.system
