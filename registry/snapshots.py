"""Snapshots: packed files of the whole register at a position in the ledger, kept for whoever begins to read it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from django.db import transaction

from registry.models import Snapshot, SnapshotFile, SnapshotPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

PIECE = 1 << 20  # bytes
KEPT = 7  # snapshots: a week of nights, so that nobody loses one in the middle of a download


@dataclass(frozen=True, slots=True)
class Part:
    """A file to be made: its name before packing, what it is, and what writes it, yielding the rows so far."""

    name: str
    media_type: str
    write: Callable[[IO[bytes]], Iterator[int]]


@transaction.atomic
def keep(position: int, day: date, parts: Sequence[Part]) -> Snapshot:
    """Write and pack the files of a position and a day, and drop what is old."""
    made = Snapshot.objects.create(position=position, day=day)
    for part in parts:
        _pack(made, part)
    old = list(Snapshot.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:])
    Snapshot.objects.filter(pk__in=old).delete()
    return made


def newest() -> Snapshot | None:
    """The newest snapshot; None while there is none."""
    return Snapshot.objects.order_by("-pk").prefetch_related("files").first()


def content(file: SnapshotFile) -> Iterator[bytes]:
    """The file's bytes, a piece at a time; nothing is held between two pieces."""
    pieces = SnapshotPiece.objects.filter(file=file)
    position = 0
    while (piece := pieces.filter(position=position).values_list("content", flat=True).first()) is not None:
        yield bytes(piece)
        position += 1


def _pack(snapshot: Snapshot, part: Part) -> None:
    with TemporaryFile() as packed:
        # Without a name and a time of its own: the same content is the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as out:
            rows = 0
            for rows in part.write(out):  # type: ignore[arg-type] # noqa: B007 - the last one is the count
                pass
        size = packed.tell()
        packed.seek(0)
        file = SnapshotFile.objects.create(
            snapshot=snapshot, name=f"{part.name}.gz", media_type=part.media_type, rows=rows, size=size,
            sha256=hashlib.file_digest(packed, "sha256").hexdigest(),
        )  # fmt: skip
        packed.seek(0)
        for position, piece in enumerate(iter(lambda: packed.read(PIECE), b"")):
            SnapshotPiece.objects.create(file=file, position=position, content=piece)
