"""A data agreement's states and lawful transitions, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.keys import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from institutions.keys import InstitutionKey
    from institutions.models import Institution


class Status(models.TextChoices):
    """The statuses that Tilslutning shows."""

    VENTER = "VENTER", gettext_lazy("Venter")
    GODKENDT = "GODKENDT", gettext_lazy("Godkendt")
    AFVIST = "AFVIST", gettext_lazy("Afvist")
    SLETTET = "SLETTET", gettext_lazy("Slettet")


# What a data owner may set it to. SLETTET is final: the row stays and can be listed.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    Status.VENTER: frozenset({Status.GODKENDT, Status.AFVIST, Status.SLETTET}),
    Status.GODKENDT: frozenset({Status.VENTER, Status.SLETTET}),
    Status.AFVIST: frozenset({Status.VENTER, Status.SLETTET}),
    Status.SLETTET: frozenset(),
}
# Asked for or in force: a system has one such agreement at most per service and institution.
LIVE = (Status.VENTER, Status.GODKENDT)


def END(  # noqa: N802 - a value like CASCADE or PROTECT
    key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
) -> Sequence[Change]:
    """A live agreement on the absorbed number ends. Of old: old migrations name it, `carrying.CARRY` took its place."""
    rows: Any = key.model._default_manager.filter(**{key.name: absorbed}, status__in=LIVE).order_by("pk")
    why = _("%(absorbed)s er konsolideret ind i %(survivor)s") % {
        "absorbed": absorbed.number,
        "survivor": survivor.number,
    }
    return [
        Change.of(row, subject=f"aftale:{row.number}", why=why, status=Status.SLETTET.value, ended_on=on)
        for row in rows.select_related("system", "service", "institution")
    ]
