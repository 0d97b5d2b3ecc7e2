"""Where two institutions lie, as far as the register can tell: for a little map.

An A-number has no coordinates. The register knows addresses, and whoever has the same one lies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians
from statistics import fmean
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institutions.duplicates import addresses, placing, text
from institutions.models import Municipality, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from institutions.duplicates.addresses import Address

# Metres to a degree of latitude (WGS 84, at Denmark's 56°).
DEGREE = 111_320
MOST_NEAR = 60
OWN = _("egne koordinater")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in degrees (WGS 84); `spread` is how far off it may be, in metres, and `how` says why it is there."""

    latitude: float
    longitude: float
    spread: float = 0.0
    how: str | Promise = OWN
    name: str = ""


def of(version: Version | None) -> Spot | None:
    """Where an institution lies by what holds of it: its coordinates, else its address, street or postcode."""
    if version is None:
        return None
    if version.latitude is not None and version.longitude is not None:
        return Spot(version.latitude, version.longitude)
    address = addresses.parse(f"{version.street} {version.house_number}".strip(), version.postcode, version.town)
    neighbours = [(one, _address(one)) for one in _round(version, address)]
    street = [pair for pair in neighbours if address.street and placing.same_street(address, pair[1])]
    house = [pair for pair in street if address.number and pair[1].number == address.number]
    for found, how in (
        (house, _("en anden på samme adresse")),
        (street, _("midt i vejens andre")),
        (neighbours if address.postcode else [], _("midt i postnummeret")),
    ):
        if found:
            return _middle([one for one, _address in found], how)
    return None


def near(spots: Sequence[Spot], *, besides: Iterable[int] = ()) -> list[Spot]:
    """Other institutions round these places."""
    south, north = (end(one.latitude for one in spots) for end in (min, max))
    west, east = (end(one.longitude for one in spots) for end in (min, max))
    reach = max(0.004, (north - south) / 2)
    found = _placed().filter(
        latitude__range=(south - reach, north + reach), longitude__range=(west - 2 * reach, east + 2 * reach)
    )
    others = found.exclude(institution__in=list(besides)).order_by("institution__number")[:MOST_NEAR]
    return [
        Spot(one.latitude, one.longitude, name=f"{one.institution.number} {one.name}")
        for one in others
        if one.latitude is not None and one.longitude is not None
    ]


def metres(one: Spot, other: Spot) -> float:
    """How far it is between two places: flat, which is exact enough inside a country."""
    north = (other.latitude - one.latitude) * DEGREE
    east = (other.longitude - one.longitude) * DEGREE * cos(radians(one.latitude))
    return hypot(north, east)


def _round(version: Version, address: Address) -> list[Version]:
    """Those of the postcode; where none is written, those of the town or of the municipality that is named."""
    if address.postcode:
        return list(_placed().filter(postcode=address.postcode))
    if not address.street:
        return []
    home = text.place(version.municipality_text)
    named = [one.pk for one in Municipality.objects.all() if home and text.place(one.name) == home]
    there = Q(municipality__in=named)
    if version.town:
        there |= Q(town__iexact=version.town)
    return list(_placed().filter(there))


def _placed() -> QuerySet[Version]:
    return Version.objects.filter(
        period__contains=periods.today(), latitude__isnull=False, longitude__isnull=False
    ).select_related("institution")


def _address(version: Version) -> Address:
    return addresses.parse(f"{version.street} {version.house_number}".strip(), version.postcode, version.town)


def _middle(found: Sequence[Version], how: str | Promise) -> Spot:
    middle = Spot(fmean(one.latitude or 0 for one in found), fmean(one.longitude or 0 for one in found))
    spread = max(metres(middle, Spot(one.latitude or 0, one.longitude or 0)) for one in found)
    return Spot(middle.latitude, middle.longitude, spread, how)
