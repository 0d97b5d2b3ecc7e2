"""The keys that systems call with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication


class Scope(models.TextChoices):
    """What a key may be used for."""

    READ = "laes", _("læse det, der er systemets eget")
    WRITE = "skriv", _("indberette")
    AGREEMENTS = "aftaler", _("dataaftaler")


class Credential(AbstractApplication):
    """A key of a system: a client id, and a secret that is kept as a hash and shown once.

    A system may have several at a time, so that one takes the place of another without a break. Written by
    `registry.credentials` alone. `system` is the system's code: another app knows what it stands for.
    """

    system = models.CharField(_("system"), max_length=40)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("må bruges til"))
    made_by = models.CharField(_("udstedt af"), max_length=150)
    ends_at = models.DateTimeField(_("gælder til"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("sidst brugt"), null=True)

    class Meta(AbstractApplication.Meta):
        abstract = False
        verbose_name = _("nøgle")
        verbose_name_plural = _("nøgler")
        ordering: ClassVar = ["system", "-pk"]
        indexes: ClassVar = [models.Index(fields=["system"], name="keys_of_a_system")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="a_key_is_good_for_something"),
            models.CheckConstraint(condition=Q(hash_client_secret=True), name="a_secret_is_kept_as_a_hash"),
        ]

    def __str__(self) -> str:
        return self.client_id

    @property
    def holds(self) -> bool:
        """Whether the key can be used now."""
        return self.ends_at is None or self.ends_at > timezone.now()

    def is_usable(self, request: object) -> bool:
        """Whether a token is given for it: the authorization server asks."""
        del request
        return self.holds
