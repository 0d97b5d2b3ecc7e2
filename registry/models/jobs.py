"""Background work that a person watches: a job, its rows, and the processes that do it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """Many rows of one kind of work, asked for by one person and done behind the scenes, a row at a time.

    Written by `registry.jobs` alone. How far it is follows from its rows.
    """

    class State(models.TextChoices):
        """Where it is. Only a running job takes rows."""

        WAITING = "venter", _("venter")
        RUNNING = "i_gang", _("i gang")
        STOPPING = "stopper", _("stopper")
        STOPPED = "stoppet", _("stoppet")
        DONE = "faerdig", _("færdig")

    what = models.CharField(_("opgave"), max_length=200)
    work = models.CharField(_("arbejde"), max_length=200)
    actor = models.CharField(_("hvem"), max_length=150)
    on_behalf_of = models.CharField(_("på vegne af"), max_length=150, blank=True)
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("rækker"))
    # Why it stopped by itself; empty where a person stopped it.
    error = models.TextField(_("fejl"), blank=True)
    created_at = models.DateTimeField(_("bestilt"), auto_now_add=True)
    started_at = models.DateTimeField(_("begyndt"), null=True)
    ended_at = models.DateTimeField(_("sluttet"), null=True)

    class Meta:
        verbose_name = _("baggrundsopgave")
        verbose_name_plural = _("baggrundsopgaver")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state"], condition=~Q(state="faerdig"), name="jobs_that_are_not_done"),
        ]

    def __str__(self) -> str:
        return f"{self.what} ({self.pk})"


class JobRow(models.Model):
    """One row of a job: what it is about, what the work is given, and what came of it."""

    class State(models.TextChoices):
        """A row is done once: what it did and this state are committed together."""

        WAITING = "venter", _("venter")
        DONE = "udfoert", _("udført")
        FAILED = "afvist", _("afvist")

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField(_("nr."))
    subject = models.CharField(_("genstand"), max_length=200)
    data = models.JSONField(_("indhold"))
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.WAITING)
    code = models.CharField(_("kode"), max_length=60, blank=True)
    told = models.TextField(_("besked"), blank=True)
    at = models.DateTimeField(_("tidspunkt"), null=True)

    class Meta:
        verbose_name = _("række")
        verbose_name_plural = _("rækker")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "position"], name="one_row_at_each_position_of_a_job"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["job", "state", "position"], name="rows_of_a_job_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.subject}"


class Worker(models.Model):
    """A process that does background work, and when it last said that it lives."""

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("arbejdsproces")
        verbose_name_plural = _("arbejdsprocesser")

    def __str__(self) -> str:
        return self.id
