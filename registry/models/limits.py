"""How much each caller has called lately."""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """What a caller has taken of its calls until the window ends; see `registry.limits`, which alone writes it.

    Unlogged: it costs no disk, and a crash of the database forgives everyone the last minute.
    """

    who = models.CharField(max_length=80, primary_key=True)
    ends_at = models.DateTimeField()
    spent = models.PositiveIntegerField()

    class Meta:
        db_table = "registry_throttle"

    def __str__(self) -> str:
        return f"{self.who} {self.spent}"
