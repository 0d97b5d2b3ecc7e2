"""Vendors, their systems, STIL's services, and the agreements between them and the institutions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.states import END, LIVE, Status
from institutions.keys import InstitutionKey


class Vendor(models.Model):
    """An udbyder, registered by STIL."""

    name = models.CharField(_("navn"), max_length=132)
    cvr_number = models.CharField(_("CVR-nummer"), max_length=8, unique=True)
    p_number = models.CharField(_("P-nummer"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("udbyder")
        verbose_name_plural = _("udbydere")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """A vendor's udbydersystem. Its code has two letters and six digits."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="systems", verbose_name=_("udbyder"))
    code = models.CharField(_("systemid"), max_length=8, unique=True)
    name = models.CharField(_("navn"), max_length=132)
    passive = models.BooleanField(_("passiv"), default=False)

    class Meta:
        verbose_name = _("udbydersystem")
        verbose_name_plural = _("udbydersystemer")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}[0-9]{6}$"), name="a_system_code_has_two_letters_and_six_digits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Service(models.Model):
    """One of STIL's services that a system may call."""

    code = models.CharField(_("servicekode"), max_length=20, unique=True)
    name = models.CharField(_("navn"), max_length=132)

    class Meta:
        verbose_name = _("tjeneste")
        verbose_name_plural = _("tjenester")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ConnectionAgreement(models.Model):
    """A tilslutningsaftale: a system's agreement with STIL for one service. It comes first."""

    system = models.ForeignKey(System, models.PROTECT, related_name="connections", verbose_name=_("system"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="connections", verbose_name=_("tjeneste"))

    class Meta:
        verbose_name = _("tilslutningsaftale")
        verbose_name_plural = _("tilslutningsaftaler")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "service"], name="one_connection_per_system_and_service")
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.service.code}"


class DataAgreement(models.Model):
    """A dataaftale: a system's request for, then right to, an institution's data through one service."""

    number = models.BigIntegerField(_("aftale-id"), unique=True)
    system = models.ForeignKey(System, models.PROTECT, related_name="data_agreements", verbose_name=_("system"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="data_agreements", verbose_name=_("tjeneste"))
    institution = InstitutionKey(on_consolidate=END, related_name="data_agreements", verbose_name=_("institution"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.VENTER)
    created_on = models.DateField(_("oprettet"))
    ended_on = models.DateField(_("ophørt"), null=True, blank=True)

    class Meta:
        verbose_name = _("dataaftale")
        verbose_name_plural = _("dataaftaler")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "service", "institution"],
                condition=Q(status__in=LIVE),
                name="one_live_agreement_per_system_service_and_institution",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.system.name} · {self.service.code} · {self.institution.number}"

    @property
    def subject(self) -> str:
        """The agreement's name in the ledger."""
        return f"aftale:{self.number}"
