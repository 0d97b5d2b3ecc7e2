"""The municipalities, and the region that each lies in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, TextField
from django.utils.translation import gettext_lazy as _

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
