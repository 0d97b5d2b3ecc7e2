"""The municipalities, the region that each lies in, and what they report."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, TextField
from django.utils.translation import gettext_lazy as _

from institutions.keys import STAY, InstitutionKey
from institutions.models.sorting import danish


class Municipality(models.Model):
    """One of the 98 kommuner. `code` has three digits, as in the register's files; DAR writes four."""

    code = models.CharField(_("kommunekode"), max_length=3, unique=True)
    name = models.CharField(_("navn"), max_length=60)
    long_name = models.CharField(_("langt navn"), max_length=80)
    sort_key = models.GeneratedField(
        expression=danish(F("name")), output_field=TextField(db_collation="C"), db_persist=True
    )

    class Meta:
        verbose_name = _("kommune")
        verbose_name_plural = _("kommuner")
        ordering: ClassVar = ["sort_key"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="a_municipality_code_has_three_digits")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The region that a municipality lies in, in a period."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="memberships")
    region = models.CharField(_("regionskode"), max_length=4)
    period = DateRangeField(_("periode"))

    class Meta:
        verbose_name = _("regionstilhør")
        verbose_name_plural = _("regionstilhør")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_region_per_municipality_and_day",
                expressions=[("municipality", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.region}"


class Report(models.Model):
    """What a municipality says is wrong in the register, for STIL to see to; open until somebody has answered."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="reports", verbose_name=_("kommune"))
    institution = InstitutionKey(
        on_consolidate=STAY, null=True, blank=True, related_name="reports", verbose_name=_("institution")
    )
    text = models.TextField(_("hvad der er forkert"))
    at = models.DateTimeField(_("meldt"))
    by = models.CharField(_("af"), max_length=150)
    answer = models.TextField(_("svar"), blank=True)
    answered_at = models.DateTimeField(_("besvaret"), null=True, blank=True)
    answered_by = models.CharField(_("besvaret af"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("fejlmelding")
        verbose_name_plural = _("fejlmeldinger")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["municipality"], condition=Q(answer=""), name="reports_without_an_answer")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.pk}"

    @property
    def subject(self) -> str:
        """The report's name in the ledger."""
        return f"melding:{self.pk}"
