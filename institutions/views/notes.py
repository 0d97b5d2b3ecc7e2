"""What other apps tell a person who is signed in on a municipality's page, so that institutions never import them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from institutions.models import Municipality


@dataclass(frozen=True, slots=True)
class Note:
    """A template of its own with what it shows."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


type MakeNote = Callable[[HttpRequest, Municipality], Note | None]
_makers: dict[str, MakeNote] = {}


def add(make_note: MakeNote) -> MakeNote:
    """Put a note on every municipality's page."""
    _makers[f"{make_note.__module__}.{make_note.__qualname__}"] = make_note
    return make_note


def make(request: HttpRequest, municipality: Municipality) -> list[Note]:
    """Every note; none for a stranger."""
    if not request.user.is_authenticated:
        return []
    made = [maker(request, municipality) for _name, maker in sorted(_makers.items())]
    return [note for note in made if note]
