"""Where systems want to be woken when something has happened, and each call that was made there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Hook(models.Model):
    """An address of a system that is called when the feed has grown. Written by `registry.hooks` alone.

    The secret signs, so it is kept as it is; it is told once, to the system that made it.
    """

    system = models.CharField(_("system"), max_length=40)
    url = models.CharField(_("adresse"), max_length=500)
    secret = models.CharField(max_length=100)
    position = models.BigIntegerField(_("kaldt om"))
    made_at = models.DateTimeField(_("oprettet"), auto_now_add=True)
    ended_at = models.DateTimeField(_("afsluttet"), null=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["system", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "url"], condition=Q(ended_at=None), name="one_hook_of_a_system_at_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.url}"


class HookCall(models.Model):
    """A wake-up call: the same content under the same id, tried until it is taken or given up."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "venter", _("venter")
        TAKEN = "modtaget", _("modtaget")
        FAILED = "fejlet", _("opgivet")

    hook = models.ForeignKey(Hook, models.PROTECT, related_name="calls", verbose_name=_("webhook"))
    message_id = models.CharField(_("webhook-id"), max_length=60, unique=True)
    body = models.TextField(_("indhold"))
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("forsøg"), default=0)
    status = models.PositiveSmallIntegerField(_("HTTP-status"), null=True)
    error = models.CharField(_("seneste fejl"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("skrevet"), auto_now_add=True)
    next_at = models.DateTimeField(_("næste forsøg"), null=True)
    ended_at = models.DateTimeField(_("afsluttet"), null=True)

    class Meta:
        verbose_name = _("webhook-kald")
        verbose_name_plural = _("webhook-kald")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hook"], condition=Q(state="venter"), name="one_call_of_a_hook_waits_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
