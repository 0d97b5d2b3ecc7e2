"""What systems report: the mandates under which they do it, their deliveries row by row, their own names for things."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institutions.keys import STAY, InstitutionKey
from institutions.models.municipalities import Municipality


class Verb(models.TextChoices):
    """What is done to an institution."""

    OPEN = "opret", _("oprette")
    CORRECT = "ret", _("rette")
    MOVE = "flyt", _("flytte")
    CLOSE = "nedlaeg", _("nedlægge")
    REOPEN = "genaabn", _("genåbne")


class Mandate(models.Model):
    """A system may report for a municipality, or for a private owner's institution and what stands under it.

    Written by `institutions.mandates` alone; `system` is the system's code.
    """

    system = models.CharField(_("system"), max_length=40)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kommune")
    )
    institution = InstitutionKey(
        on_consolidate=STAY, null=True, blank=True, related_name="mandates", verbose_name=_("privat institution")
    )
    verbs = ArrayField(models.CharField(max_length=20, choices=Verb), verbose_name=_("må"))
    period = DateRangeField(_("gælder"))

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandater")
        ordering: ClassVar = ["system", "pk"]
        indexes: ClassVar = [models.Index(fields=["system"], name="mandates_of_a_system")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(municipality=None) ^ Q(institution=None), name="a_mandate_is_given_by_one_party"
            ),
            models.CheckConstraint(condition=~Q(verbs=[]), name="a_mandate_is_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.party}"

    @property
    def party(self) -> str:
        """Who gave it."""
        return str(self.municipality.long_name if self.municipality else self.institution)


class ExternalId(models.Model):
    """What a vendor calls an institution. It follows the number, whatever becomes of that."""

    vendor = models.CharField(_("udbyder"), max_length=40)
    text = models.CharField(_("udbyderens id"), max_length=64)
    institution = InstitutionKey(on_consolidate=STAY, related_name="external_ids", verbose_name=_("institution"))

    class Meta:
        verbose_name = _("udbyders id")
        verbose_name_plural = _("udbyderes id’er")
        ordering: ClassVar = ["vendor", "text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "text"], name="a_vendor_calls_one_thing_by_one_name"),
        ]

    def __str__(self) -> str:
        return self.text


class Delivery(models.Model):
    """An indberetning: what a system wants, and the plan that it leads to. Applied whole, in one transaction.

    Written by `institutions.deliveries` alone. `fingerprint` names the plan exactly.
    """

    class Mode(models.TextChoices):
        """How much is applied."""

        TRIAL = "validering", _("kun validering")
        WHOLE = "alt-eller-intet", _("alt eller intet")
        ROWS = "raekkevis", _("rækkevis")

    class State(models.TextChoices):
        """Whether it is applied: written in the transaction that applies it."""

        PLANNED = "planlagt", _("planlagt")
        APPLIED = "udfoert", _("udført")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.CharField(_("system"), max_length=40)
    key = models.CharField(_("Idempotency-Key"), max_length=200, blank=True)
    body_hash = models.CharField(max_length=64)
    mode = models.CharField(_("tilstand"), max_length=20, choices=Mode)
    on = models.DateField(_("gælder fra"))
    reason = models.TextField(_("begrundelse"), blank=True)
    despite = models.TextField(_("oprettes trods dublet"), blank=True)
    rows_given = models.JSONField(_("rækker"))
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.PLANNED)
    on_behalf_of = models.CharField(_("på vegne af"), max_length=150, blank=True)
    fingerprint = models.CharField(max_length=64)
    counts = models.JSONField(_("udfald"), default=dict)
    touched = models.JSONField(_("berører"), default=dict)
    created_at = models.DateTimeField(_("modtaget"), auto_now_add=True)
    applied_at = models.DateTimeField(_("udført"), null=True)

    class Meta:
        verbose_name = _("indberetning")
        verbose_name_plural = _("indberetninger")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["system", "-created_at"], name="deliveries_of_a_system")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "key"], condition=~Q(key=""), name="one_delivery_for_each_key_of_a_system"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DeliveryRow(models.Model):
    """What one row of a delivery leads to. `place` is the order in which the rows are applied."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("rækkefølge"))
    line = models.PositiveIntegerField(_("række"))
    outcome = models.CharField(_("udfald"), max_length=20)
    level = models.CharField(_("niveau"), max_length=20, blank=True)
    number = models.CharField(_("nummer"), max_length=6, blank=True)
    external = models.CharField(_("udbyderens id"), max_length=64, blank=True)
    name = models.CharField(_("navn"), max_length=200, blank=True)
    changes = models.JSONField(_("ændringer"), default=list)
    problems = models.JSONField(_("fejl"), default=list)

    class Meta:
        verbose_name = _("række")
        verbose_name_plural = _("rækker")
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "place"], name="one_row_at_each_place_of_a_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.outcome}"


class Answered(models.Model):
    """What an act answered, under the Idempotency-Key that it was asked for with. See `institutions.repeating`."""

    system = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "key"], name="one_answer_under_a_systems_key"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.key}"


class Check(models.Model):
    """An address or a P-number held up against its source, as the register had it then. See `institutions.checking`."""

    class Source(models.TextChoices):
        """Who knows."""

        DAR = "DAR", _("DAR (adresser)")
        CVR = "CVR", _("CVR (P-numre)")

    class State(models.TextChoices):
        """What came of it."""

        WAITING = "venter", _("venter på kilden")
        AGREES = "stemmer", _("stemmer")
        DIFFERS = "afviger", _("afviger")
        UNKNOWN = "ukendt", _("ukendt hos kilden")

    institution = InstitutionKey(on_consolidate=STAY, related_name="checks", verbose_name=_("institution"))
    source = models.CharField(_("kilde"), max_length=3, choices=Source)
    key = models.CharField(_("nøgle"), max_length=36)
    facts = models.JSONField(_("i registeret"))
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.WAITING)
    differs = models.JSONField(_("afvigelser"), default=list)
    tried_at = models.DateTimeField(_("spurgt"), null=True)

    class Meta:
        verbose_name = _("kontrol af kilde")
        verbose_name_plural = _("kontrol af adresser og P-numre")
        ordering: ClassVar = ["institution__number", "source"]
        indexes: ClassVar = [models.Index(fields=["state", "source"], name="checks_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "source"], name="one_check_of_an_institution_at_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.institution.number} {self.source}"
