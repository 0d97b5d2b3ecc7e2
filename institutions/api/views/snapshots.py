"""The newest snapshot, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions import snapshots
from institutions.api import described
from registry import snapshots as kept
from registry.api import conditional
from registry.api.reading import Reading
from registry.models import SnapshotFile
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from registry.models import Snapshot

# Under its name a file never changes; it is dropped after some nights.
FOR_EVER = {"Cache-Control": "public, max-age=86400, immutable"}


@described.snapshot
class NewestSnapshot(Reading):
    """What the newest snapshot holds, and from where the feed goes on."""

    def get(self, request: Request) -> HttpResponseBase:
        """The manifest."""
        self.asked(request)
        return conditional.answer(request, _manifest(request, snapshots.newest()))


@described.snapshot_file
class SnapshotContent(Reading):
    """A file of a snapshot, packed with gzip."""

    field_names: ClassVar[Mapping[str, str]] = {}

    def get(self, request: Request, udtraek: int, navn: str) -> HttpResponseBase:
        """The bytes. Raises Refused `ikke_fundet`."""
        self.asked(request)
        file = SnapshotFile.objects.filter(snapshot=udtraek, name=navn).first()
        if file is None:
            raise Refused("ikke_fundet", _("Udtrækket eller filen findes ikke (mere). Hent det seneste."), field="navn")
        headers = {**FOR_EVER, "ETag": f'"{file.sha256}"'}
        if unchanged := conditional.unchanged(request, headers["ETag"]):
            return unchanged
        headers |= {
            "Content-Length": str(file.size), "Content-Disposition": f'attachment; filename="{file.name}"',
        }  # fmt: skip
        return StreamingHttpResponse(kept.content(file), content_type="application/gzip", headers=headers)


def _manifest(request: Request, made: Snapshot) -> dict[str, Any]:
    feed = f"{request.build_absolute_uri(reverse('api:feed'))}?efter={made.position}"
    return {
        "position": made.position,
        "tidspunkt": timezone.localtime(made.made_at).isoformat(),
        "gaeldende": made.day.isoformat(),
        "haendelser": feed,
        "filer": [
            {
                "navn": one.name,
                "indhold": one.media_type,
                "raekker": one.rows,
                "stoerrelse": one.size,
                "sha256": one.sha256,
                "url": request.build_absolute_uri(reverse("api:snapshot_file", args=[made.pk, one.name])),
            }
            for one in made.files.all()
        ],
    }
