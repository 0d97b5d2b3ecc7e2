"""Pairs that may be one institution: how they are found, proposed and decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from institutions.keys import STAY, InstitutionKey


class Proposal(models.TextChoices):
    """What is to become of a pair, if it is one institution."""

    CONSOLIDATION = "konsolidering", _("konsolidering")
    MERGER = "sammenlægning", _("sammenlægning")
    TAKEOVER = "overtagelse", _("overtagelse")


class Candidate(models.Model):
    """A proposed pair: the one that would go, and the one that it may be. Derived; `Verdict` remembers.

    An A-number would be consolidated. A second number inside the register would be closed with the other as its
    successor, as merged or as taken over.
    """

    kind = models.CharField(_("forslag"), max_length=20, choices=Proposal, default=Proposal.CONSOLIDATION)
    leaving = InstitutionKey(on_consolidate=STAY, related_name="candidates", verbose_name=_("ophører"))
    staying = InstitutionKey(on_consolidate=STAY, related_name="proposed_for", verbose_name=_("består"))
    score = models.FloatField(_("score"))
    reasons = models.JSONField(_("grunde"), default=list)

    class Meta:
        verbose_name = _("dubletkandidat")
        verbose_name_plural = _("dubletkandidater")
        ordering: ClassVar = ["-score", "leaving", "staying"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leaving", "staying"], name="a_pair_is_proposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leaving} → {self.staying}"


class Answer(models.TextChoices):
    """What a person says of a pair."""

    SAME = "ens", _("ens")
    DIFFERENT = "forskellige", _("forskellige")
    UNSURE = "usikker", _("usikker")


class Verdict(models.Model):
    """What people have decided of a pair, as it stands. Empty `answer`: taken back. The ledger keeps every one.

    `seen` is what both records said when it was given, by number; `codes` the evidence that weighed then. `changed`
    lists the fields that mattered and have changed since: while it holds any, the pair is asked about again.
    """

    first = InstitutionKey(on_consolidate=STAY, related_name="verdicts", verbose_name=_("den ene"))
    second = InstitutionKey(on_consolidate=STAY, related_name="verdicts_as_second", verbose_name=_("den anden"))
    answer = models.CharField(_("afgørelse"), max_length=20, choices=Answer, blank=True)
    by = models.CharField(_("af"), max_length=150)
    at = models.DateTimeField(_("tidspunkt"))
    reason = models.TextField(_("begrundelse"), blank=True)
    score = models.FloatField(_("score"))
    codes = models.JSONField(_("grunde"), default=list)
    seen = models.JSONField(_("set"), default=dict)
    changed = models.JSONField(_("ændret siden"), default=list)
    event = models.BigIntegerField(_("hændelse"))

    class Meta:
        verbose_name = _("afgørelse")
        verbose_name_plural = _("afgørelser")
        ordering: ClassVar = ["-event"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_has_one_verdict"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="nothing_is_compared_with_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"

    @property
    def subject(self) -> str:
        """The pair's name in the ledger."""
        return f"par:{self.first.number}:{self.second.number}"


class Position(models.Model):
    """How far in the ledger something derived has been brought."""

    what = models.CharField(_("hvad"), max_length=20, unique=True)
    seq = models.BigIntegerField(_("hændelse"))

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positioner")

    def __str__(self) -> str:
        return f"{self.what}: {self.seq}"


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
