"""The start page's panels: each app adds its own, so that none must know of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on the start page: a template of its own with what it shows, and where one sees it all."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    link_text: str | Promise = ""
    wide: bool = False


type MakePanel = Callable[[HttpRequest], Panel | None]

_makers: dict[str, tuple[int, MakePanel]] = {}


def add(order: int) -> Callable[[MakePanel], MakePanel]:
    """Put a panel on the start page; the lowest order stands first."""

    def keep(make_panel: MakePanel) -> MakePanel:
        _makers[f"{make_panel.__module__}.{make_panel.__qualname__}"] = (order, make_panel)
        return make_panel

    return keep


def make(request: HttpRequest) -> list[Panel]:
    """Every panel, in order; one that has nothing to say is left out."""
    made = [make_panel(request) for _order, make_panel in sorted(_makers.values(), key=lambda one: one[0])]
    return [panel for panel in made if panel]
