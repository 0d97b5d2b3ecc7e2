"""Municipalities, institutions and what held for them when.

Identity and state are two tables: `Institution` is the number, `Version` what held in a period.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from institutions.keys import STAY, InstitutionKey
from registry.models import Event


def _sql(function: str, expression: Any, *arguments: str) -> Func:  # noqa: ANN401
    return Func(expression, *map(Value, arguments), function=function, output_field=TextField())


def _plain(expression: Any) -> Func:  # noqa: ANN401
    """Small letters, without accents; independent of the server's collations, æ ø å kept."""
    small = _sql("lower", _sql("translate", expression, "ÆØÅÄÖÜÉÈ", "æøåæøyee"))
    return _sql("translate", small, "äöüéèá", "æøyeea")


def _danish(expression: Any) -> Func:  # noqa: ANN401
    """Danish alphabetical order as bytes: … z æ ø å, aa as å.

    Server collations differ between builds and corrupt indexes when upgraded; this never does.
    """
    return _sql("translate", _sql("replace", _plain(expression), "aa", "å"), "æøå", "{|}")


def _folded(expression: Any) -> Func:  # noqa: ANN401
    """Text to search in: æ ø å as ae oe aa. `institutions.search.fold` is its twin."""
    aa = _sql("replace", _plain(expression), "å", "aa")
    return _sql("replace", _sql("replace", aa, "æ", "ae"), "ø", "oe")


class Municipality(models.Model):
    """One of the 98 kommuner. `code` has three digits, as in the register's files; DAR writes four."""

    code = models.CharField(_("kommunekode"), max_length=3, unique=True)
    name = models.CharField(_("navn"), max_length=60)
    long_name = models.CharField(_("langt navn"), max_length=80)
    sort_key = models.GeneratedField(
        expression=_danish(F("name")), output_field=TextField(db_collation="C"), db_persist=True
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
        expression=_danish(F("name")), output_field=TextField(db_collation="C"), db_persist=True
    )
    search_text = models.GeneratedField(
        expression=_folded(
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


class Candidate(models.Model):
    """A proposed pair: an A-number and the institution in the register that it may be."""

    legacy = InstitutionKey(on_consolidate=STAY, related_name="candidates", verbose_name=_("A-nummer"))
    proposed = InstitutionKey(on_consolidate=STAY, related_name="proposed_for", verbose_name=_("foreslået"))
    score = models.FloatField(_("score"))
    reasons = models.JSONField(_("grunde"), default=list)

    class Meta:
        verbose_name = _("dubletkandidat")
        verbose_name_plural = _("dubletkandidater")
        ordering: ClassVar = ["-score", "legacy", "proposed"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["legacy", "proposed"], name="a_pair_is_proposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.legacy} → {self.proposed}"


class MatchKey(models.Model):
    """A key under which an institution is found when duplicates are looked for (institutions/duplicates/keys.py).

    Derived from what holds today; no history. `legacy` says that it is an A-number's.
    """

    pk = models.CompositePrimaryKey("institution", "value")
    # Derived, and no institution is ever deleted: a million rows need no look-up each.
    institution = InstitutionKey(on_consolidate=STAY, related_name="match_keys", db_index=False, db_constraint=False)
    kind = models.PositiveSmallIntegerField(_("slags"))
    value = models.BigIntegerField(_("værdi"))
    legacy = models.BooleanField(_("A-nummer"))

    class Meta:
        verbose_name = _("nøgle til dubletter")
        verbose_name_plural = _("nøgler til dubletter")
        indexes: ClassVar = [
            models.Index(fields=["value"], include=["institution", "kind", "legacy"], name="institutions_by_match_key"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.kind} {self.value}"


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
