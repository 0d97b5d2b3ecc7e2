"""Mail that the register has written: what was said to whom, whether it came there, and what hung on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One mail to one address. Written by `registry.mail` alone, in the transaction of what it tells of."""

    class State(models.TextChoices):
        """How far it is. Failed and bounced ones wait for a person, until somebody says how it was settled."""

        WAITING = "venter", _("venter")
        SENT = "sendt", _("sendt")
        FAILED = "fejlet", _("kunne ikke sendes")
        BOUNCED = "returneret", _("kom retur")

    # The same notice is never made twice; empty for what may be.
    key = models.CharField(_("nøgle"), max_length=200, blank=True)
    # Whoever has it may read the mail's page: it is in the mail itself and nowhere else.
    token = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField(_("til"))
    to_name = models.CharField(_("navn"), max_length=150, blank=True)
    title = models.CharField(_("emne"), max_length=200)
    text = models.TextField(_("tekst"))
    text_en = models.TextField(_("engelsk tekst"), blank=True)
    about = models.CharField(_("om"), max_length=40)
    actor = models.CharField(_("hvem"), max_length=150)
    on_behalf_of = models.CharField(_("på vegne af"), max_length=150, blank=True)
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("forsøg"), default=0)
    error = models.TextField(_("seneste fejl"), blank=True)
    settled = models.TextField(_("afsluttet med"), blank=True)
    created_at = models.DateTimeField(_("skrevet"), auto_now_add=True)
    next_at = models.DateTimeField(_("næste forsøg"), null=True)
    sent_at = models.DateTimeField(_("sendt"), null=True)
    opened_at = models.DateTimeField(_("åbnet"), null=True)

    class Meta:
        verbose_name = _("besked")
        verbose_name_plural = _("post")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="the_same_notice_is_made_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["about"], name="mail_about_a_subject"),
            models.Index(
                fields=["state"], condition=Q(state__in=["fejlet", "returneret"], settled=""),
                name="mail_that_did_not_arrive",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"


class Attachment(models.Model):
    """A file of a mail, as it was sent."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(_("filnavn"), max_length=150)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("vedhæftet fil")
        verbose_name_plural = _("vedhæftede filer")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="one_file_at_each_position_of_a_mail"),
        ]

    def __str__(self) -> str:
        return self.name
