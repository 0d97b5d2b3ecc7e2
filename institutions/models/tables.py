"""The official code tables, dated, and which codes may stand together."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _


class Table(models.TextChoices):
    """The official code tables, by the names of their columns in the register's files."""

    INSTITUTION_TYPE = "instType3", _("Institutionstype")
    OWNERSHIP = "ejerformKode", _("Ejerform")
    LEGAL_GROUND = "lovgrundlagKode", _("Lovgrundlag")
    REGION = "regionsKode", _("Region")


class CodeValue(models.Model):
    """A value of a code table and the period in which it may be used."""

    table = models.CharField(_("tabel"), max_length=20, choices=Table)
    code = models.CharField(_("kode"), max_length=8)
    text = models.CharField(_("tekst"), max_length=132)
    period = DateRangeField(_("periode"))
    description = models.TextField(_("beskrivelse"), blank=True)
    # Readers who ask for schema 1 are never told of what has a value of schema 2.
    schema = models.PositiveSmallIntegerField(_("fra skema"), choices=[(1, "1"), (2, "2")], default=1)

    class Meta:
        verbose_name = _("kodeværdi")
        verbose_name_plural = _("kodeværdier")
        ordering: ClassVar = ["table", "code", "period"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_text_per_code_and_day",
                expressions=[
                    ("table", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class LawfulCombination(models.Model):
    """An ownership, a legal ground and a type that may stand together in a period."""

    ownership = models.CharField(_("ejerform"), max_length=8)
    legal_ground = models.CharField(_("lovgrundlag"), max_length=8)
    institution_type = models.CharField(_("institutionstype"), max_length=8)
    period = DateRangeField(_("periode"))

    class Meta:
        verbose_name = _("lovlig kombination")
        verbose_name_plural = _("lovlige kombinationer")
        ordering: ClassVar = ["ownership", "legal_ground", "institution_type"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_combination_per_day",
                expressions=[
                    ("ownership", RangeOperators.EQUAL),
                    ("legal_ground", RangeOperators.EQUAL),
                    ("institution_type", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.ownership} · {self.legal_ground} · {self.institution_type}"
