"""Institutions and what held for them when.

Identity and state are two tables: `Institution` is the number, `Version` what held in a period.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from institutions.keys import STAY, InstitutionKey
from institutions.models.municipalities import Municipality
from institutions.models.sorting import danish, folded


class Level(models.TextChoices):
    """The three levels, and what lies outside the register."""

    DAGINSTITUTION = "daginstitution", _("daginstitution")
    ANVISNINGSENHED = "anvisningsenhed", _("anvisningsenhed")
    ALTERNATIV_ADRESSE = "alternativ adresse", _("alternativ adresse")
    UDENFOR = "uden for registeret", _("uden for registeret")


class Cause(models.TextChoices):
    """Why an institution closed."""

    CLOSED = "nedlagt", _("nedlagt")
    MERGED = "sammenlagt", _("sammenlagt med en anden")
    SPLIT = "opdelt", _("opdelt i flere")
    TAKEN_OVER = "overtaget", _("overtaget af en anden ejer")
    CONSOLIDATED = "konsolideret", _("konsolideret")
    IN_ERROR = "fejloprettet", _("oprettet ved en fejl")


class Institution(models.Model):
    """Anything with an institution number. Only `absorbed_into` ever changes."""

    number = models.CharField(_("institutionsnummer"), max_length=6, unique=True)
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    absorbed_into = InstitutionKey(
        to="self", on_consolidate=STAY, null=True, blank=True, related_name="absorbed",
        verbose_name=_("konsolideret ind i"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutioner")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[ADG][0-9A-Z]{5}$"), name="a_number_has_six_characters"
            ),
            models.CheckConstraint(
                name="a_number_has_the_prefix_of_its_level",
                condition=Q(level=Level.DAGINSTITUTION, number__startswith="D")
                | Q(level__in=[Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE], number__startswith="G")
                | Q(level=Level.UDENFOR, number__startswith="A"),
            ),
            models.CheckConstraint(condition=~Q(absorbed_into=F("pk")), name="nothing_is_absorbed_into_itself"),
        ]

    def __str__(self) -> str:
        return self.number


class Version(models.Model):
    """What held for an institution in a period. The periods of one institution never overlap."""

    institution = InstitutionKey(on_consolidate=STAY, related_name="versions")
    period = DateRangeField(_("gyldig"))
    parent = InstitutionKey(
        on_consolidate=STAY, null=True, blank=True, related_name="child_versions", verbose_name=_("overordnet")
    )
    name = models.CharField(_("navn"), max_length=132)
    institution_type = models.CharField(_("institutionstype"), max_length=8, blank=True)
    ownership = models.CharField(_("ejerform"), max_length=8, blank=True)
    legal_ground = models.CharField(_("lovgrundlag"), max_length=8, blank=True)
    legal_ground_derived = models.BooleanField(_("lovgrundlaget er udledt"), default=False)
    administrative_municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("administrativ kommune"),
    )  # fmt: skip
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kommune")
    )
    municipality_text = models.CharField(_("kommune, som skrevet"), max_length=132, blank=True)
    street = models.CharField(_("vejnavn"), max_length=132, blank=True)
    house_number = models.CharField(_("husnummer"), max_length=10, blank=True)
    floor = models.CharField(_("etage"), max_length=10, blank=True)
    door = models.CharField(_("dør"), max_length=10, blank=True)
    postcode = models.CharField(_("postnummer"), max_length=10, blank=True)
    town = models.CharField(_("by"), max_length=132, blank=True)
    supplementary_town = models.CharField(_("supplerende bynavn"), max_length=132, blank=True)
    dar_id = models.CharField(_("DAR-id"), max_length=36, blank=True)
    latitude = models.FloatField(_("breddegrad"), null=True, blank=True)
    longitude = models.FloatField(_("længdegrad"), null=True, blank=True)
    cvr_number = models.CharField(_("CVR-nummer"), max_length=8, blank=True)
    p_number = models.CharField(_("P-nummer"), max_length=10, blank=True)
    email = models.CharField(_("e-mail"), max_length=132, blank=True)
    phone = models.CharField(_("telefon"), max_length=132, blank=True)
    closing_cause = models.CharField(_("lukket, fordi"), max_length=20, choices=Cause, blank=True)
    sort_key = models.GeneratedField(
        expression=danish(F("name")), output_field=TextField(db_collation="C"), db_persist=True
    )
    search_text = models.GeneratedField(
        expression=folded(
            Concat(
                "name", Value(" "), "street", Value(" "), "house_number", Value(" "), "postcode", Value(" "),
                "town", Value(" "), "supplementary_town",
                output_field=TextField(),
            )
        ),
        output_field=TextField(db_collation="C"),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versioner")
        ordering: ClassVar = ["institution", "period"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_version_per_institution_and_day",
                expressions=[("institution", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="a_version_holds_for_a_day_at_least"),
            models.CheckConstraint(condition=~Q(name=""), name="every_version_has_a_name"),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="versions_by_words"),
            models.Index(fields=["administrative_municipality", "sort_key"], name="versions_of_a_municipality"),
            models.Index(fields=["cvr_number"], name="versions_by_cvr", condition=~Q(cvr_number="")),
            models.Index(fields=["p_number"], name="versions_by_p_number", condition=~Q(p_number="")),
            # Lists in Danish order, page by page.
            models.Index(fields=["sort_key", "institution"], name="versions_in_danish_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """A closed institution's successor: where its children went."""

    institution = InstitutionKey(on_consolidate=STAY, related_name="successions")
    successor = InstitutionKey(on_consolidate=STAY, related_name="predecessions")
    kind = models.CharField(_("slags"), max_length=20, choices=Cause)
    on = models.DateField(_("fra"))

    class Meta:
        verbose_name = _("efterfølger")
        verbose_name_plural = _("efterfølgere")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "successor", "on"], name="a_successor_is_named_once"),
            models.CheckConstraint(condition=~Q(institution=F("successor")), name="nothing_succeeds_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} → {self.successor}"
