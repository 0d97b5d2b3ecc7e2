"""Vendors, their systems, STIL's services, and the agreements between them and the institutions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from agreements.carrying import CARRY, Way
from agreements.states import LIVE, Status
from institutions.keys import STAY, InstitutionKey
from institutions.models import Municipality
from registry import periods
from registry.models import Message, User


def _one_of(*names: str) -> Q:
    """Exactly one of these columns is filled."""
    return reduce(or_, (Q(**{f"{name}__isnull": name != filled for name in names}) for filled in names))


class Next(Func):
    """The next agreement number: for a row that is made without one."""

    template = "nextval('agreements_number')"
    output_field = models.BigIntegerField()


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
    """A tilslutningsaftale: a system's agreement with STIL for one service, in a period. It comes first."""

    system = models.ForeignKey(System, models.PROTECT, related_name="connections", verbose_name=_("system"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="connections", verbose_name=_("tjeneste"))
    period = DateRangeField(_("gælder"), default=periods.always)

    class Meta:
        verbose_name = _("tilslutningsaftale")
        verbose_name_plural = _("tilslutningsaftaler")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_connection_per_system_service_and_day",
                expressions=[
                    ("system", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.service.code}"


class DataAgreement(models.Model):
    """A dataaftale: a system's request for, then right to, an institution's data through one service.

    `processor_agreement` is the vendor's statement that a databehandleraftale exists; None where an old row does
    not say. What the status was on a day is in `StatusPeriod`; `ended_on` ends all of it. `carried_by`
    is its successor on another number, until whose decision it stays in force (see `carrying`).
    """

    number = models.BigIntegerField(_("aftale-id"), unique=True, db_default=Next())
    system = models.ForeignKey(System, models.PROTECT, related_name="data_agreements", verbose_name=_("system"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="data_agreements", verbose_name=_("tjeneste"))
    institution = InstitutionKey(on_consolidate=CARRY, related_name="data_agreements", verbose_name=_("institution"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.VENTER)
    processor_agreement = models.BooleanField(_("databehandleraftale"), null=True, blank=True)
    created_on = models.DateField(_("oprettet"))
    ended_on = models.DateField(_("ophørt"), null=True, blank=True)
    carried_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carries", verbose_name=_("føres over i")
    )

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


class StatusPeriod(models.Model):
    """An agreement's status in a period, as its data owner decided. SLETTET has none: `ended_on` says it.

    So a consolidation ends an agreement, and takes the end back, without touching a row of this table.
    """

    agreement = models.ForeignKey(DataAgreement, models.PROTECT, related_name="status_periods")
    status = models.CharField(_("status"), max_length=8, choices=Status)
    period = DateRangeField(_("gælder"))

    class Meta:
        verbose_name = _("statusperiode")
        verbose_name_plural = _("statusperioder")
        ordering: ClassVar = ["agreement", "period"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_status_per_agreement_and_day",
                expressions=[("agreement", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="a_status_holds_for_a_day_at_least"),
            models.CheckConstraint(condition=~Q(status=Status.SLETTET), name="the_end_is_a_day_of_the_agreement"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.status} {self.period}"


class Affiliation(models.Model):
    """Whom a person acts for, in a period: a municipality, an institution (and what stands under it) or a vendor.

    A municipality's and an institution's people are data owners (dataansvarlige); a vendor's are udbydere. What they
    may decide follows from the register on the day (agreements/owners.py).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="affiliations", verbose_name=_("person"))
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kommune")
    )
    institution = InstitutionKey(
        on_consolidate=STAY, null=True, blank=True, related_name="affiliations", verbose_name=_("institution")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="affiliations", verbose_name=_("udbyder")
    )
    period = DateRangeField(_("gælder"))

    class Meta:
        verbose_name = _("tilknytning")
        verbose_name_plural = _("tilknytninger")
        ordering: ClassVar = ["user", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_one_of("municipality", "institution", "vendor"), name="an_affiliation_is_with_one_party"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.party}"

    @property
    def party(self) -> str:
        """Whom the person acts for."""
        return str(self.municipality.long_name if self.municipality else self.institution or self.vendor)


class NotificationAddress(models.Model):
    """A notifikationsmodtager: an address that is told of a vendor's, a system's or a data owner's agreements."""

    email = models.EmailField(_("e-mail"), max_length=132)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kommune")
    )
    institution = InstitutionKey(
        on_consolidate=STAY, null=True, blank=True, related_name="notification_addresses",
        verbose_name=_("institution"),
    )  # fmt: skip
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="notification_addresses", verbose_name=_("udbyder")
    )
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="notification_addresses", verbose_name=_("system")
    )
    active = models.BooleanField(_("i brug"), default=True)

    class Meta:
        verbose_name = _("notifikationsmodtager")
        verbose_name_plural = _("notifikationsmodtagere")
        ordering: ClassVar = ["email", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_one_of("municipality", "institution", "vendor", "system"), name="an_address_is_of_one_party"
            ),
            models.UniqueConstraint(
                fields=["email", "municipality", "institution", "vendor", "system"], nulls_distinct=False,
                name="an_address_is_named_once_for_each_party",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.email


class Case(models.Model):
    """A case of consolidation: an A-number and the institution of the register that it is to become.

    What was prepared is here; whether it is executed or undone the ledger tells, so that undoing leaves every other
    table as it was.
    """

    absorbed = InstitutionKey(on_consolidate=STAY, related_name="cases", verbose_name=_("A-nummer"))
    survivor = InstitutionKey(on_consolidate=STAY, related_name="cases_as_survivor", verbose_name=_("bliver til"))
    notified_on = models.DateField(_("varslet"), null=True, blank=True)
    ready = models.BooleanField(_("klar"), default=False)
    dropped = models.BooleanField(_("opgivet"), default=False)
    deadline = models.DateField(_("frist"), null=True, blank=True)

    class Meta:
        verbose_name = _("konsolideringssag")
        verbose_name_plural = _("konsolideringssager")
        ordering: ClassVar = ["absorbed__number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(dropped=False), name="one_case_per_number_that_is_not_dropped"
            ),
            models.CheckConstraint(condition=~Q(absorbed=models.F("survivor")), name="nothing_becomes_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed.number} → {self.survivor.number}"

    @property
    def subject(self) -> str:
        """The case's name in the ledger."""
        return f"sag:{self.absorbed.number}"


class Choice(models.Model):
    """What a case says of one agreement: another way than by default, or the data owner's approval in advance.

    It holds while the agreement has the status that it had then.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="choices", verbose_name=_("sag"))
    agreement = models.ForeignKey(DataAgreement, models.PROTECT, related_name="choices", verbose_name=_("aftale"))
    status = models.CharField(_("status, da det blev sagt"), max_length=8, choices=Status)
    way = models.CharField(_("hvad der sker"), max_length=20, choices=Way, blank=True)
    reason = models.TextField(_("begrundelse"), blank=True)
    by = models.CharField(_("valgt af"), max_length=150, blank=True)
    approved_by = models.CharField(_("godkendt på forhånd af"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("valg")
        verbose_name_plural = _("valg")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "agreement"], name="a_case_says_one_thing_of_an_agreement"),
            models.CheckConstraint(condition=~Q(way=Way.END) | ~Q(reason=""), name="who_ends_an_agreement_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.agreement.number}"


class Notice(models.Model):
    """A municipality has told a vendor which of its agreements rest on A-numbers, and what they should rest on.

    The mails about its `subject` hold what it said, and when one of them was first opened. `reminds` is the notice
    before it to the same vendor.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("kommune"))
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="notices", verbose_name=_("udbyder"))
    reminds = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reminded_by", verbose_name=_("påminder om")
    )
    at = models.DateTimeField(_("tidspunkt"))
    by = models.CharField(_("af"), max_length=150)

    class Meta:
        verbose_name = _("varsel til udbyder")
        verbose_name_plural = _("varsler til udbydere")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "vendor"], condition=Q(reminds=None), name="a_vendor_is_first_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} → {self.vendor}"

    @property
    def subject(self) -> str:
        """The notice's name in the ledger, and what its mails are about."""
        return f"varsel:{self.pk}"

    @property
    def mails(self) -> models.QuerySet[Message]:
        """The mails that it went out as."""
        return Message.objects.filter(about=self.subject)
