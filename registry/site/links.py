"""Where the row of a job leads in the admin: each app says it of its own work, so that jobs must know of none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.jobs import Work

type Lead = Callable[[Mapping[str, Any]], str]

_leads: dict[str, Lead] = {}


def add(work: Work) -> Callable[[Lead], Lead]:
    """Let the rows of a work lead somewhere: the address, from what the row's work was given."""

    def keep(lead: Lead) -> Lead:
        _leads[work.path] = lead
        return lead

    return keep


def of(path: str, given: Mapping[str, Any]) -> str:
    """The address; empty where nobody has said one."""
    lead = _leads.get(path)
    return lead(given) if lead else ""
