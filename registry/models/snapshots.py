"""The whole register as files, each set bound to a position in the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Snapshot(models.Model):
    """Files that say what was known at an event, and what of it was valid on a day. Never changed, later dropped."""

    position = models.BigIntegerField(_("løbenummer"))
    day = models.DateField(_("gælder den"))
    made_at = models.DateTimeField(_("lavet"), auto_now_add=True)

    class Meta:
        verbose_name = _("udtræk")
        verbose_name_plural = _("udtræk")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["position", "day"], name="one_snapshot_of_a_position_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.position} ({self.day})"


class SnapshotFile(models.Model):
    """One of the files, as it is downloaded: size in bytes and SHA-256 in hex are those of the packed file."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=60)
    media_type = models.CharField(max_length=100)
    rows = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "name"], name="one_file_of_a_name_in_a_snapshot"),
        ]

    def __str__(self) -> str:
        return self.name


class SnapshotPiece(models.Model):
    """A piece of a file's content: in the database, so that every server has it and a backup too."""

    file = models.ForeignKey(SnapshotFile, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["file", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "position"], name="one_piece_at_each_position_of_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.position}"
