"""A row of the register, and what may be asked of it.

`Known` is what was known at a moment, or at an event by its seq; None is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from institutions.models import Level

if TYPE_CHECKING:
    from datetime import date, datetime

    type Known = datetime | int | None

REGISTER: tuple[str, ...] = (Level.DAGINSTITUTION, Level.ANVISNINGSENHED, Level.ALTERNATIV_ADRESSE)


class Row(NamedTuple):
    """An institution as it was on a day. A missing text is empty; a missing number, day or coordinate is None.

    `valid_from` and `valid_to` are the version's, half-open; municipalities are codes of three digits.
    `closing_cause` with a `valid_to` ahead says that it will close then.
    """

    number: str
    level: str
    status: str
    daginstitution: str | None
    anvisningsenhed: str | None
    alternativ_adresse: str | None
    parent: str | None
    name: str
    institution_type: str
    institution_type_text: str
    ownership: str
    ownership_text: str
    legal_ground: str
    legal_ground_text: str
    legal_ground_derived: bool
    administrative_municipality: str
    administrative_municipality_name: str
    municipality: str
    municipality_name: str
    municipality_text: str
    street: str
    house_number: str
    floor: str
    door: str
    postcode: str
    town: str
    supplementary_town: str
    dar_id: str
    latitude: float | None
    longitude: float | None
    cvr_number: str
    p_number: str
    email: str
    phone: str
    valid_from: date | None
    valid_to: date | None
    closing_cause: str
    absorbed_into: str | None
    sort_key: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What to leave in: an empty value asks nothing. Without `levels`, the three of the register."""

    levels: tuple[str, ...] = REGISTER
    municipality: str = ""
    institution_type: str = ""
    ownership: str = ""
    legal_ground: str = ""
    status: str = ""
    cvr_number: str = ""
    p_number: str = ""
    numbers: tuple[str, ...] = ()
    without_types: tuple[str, ...] = ()
    without_ownerships: tuple[str, ...] = ()
    without_grounds: tuple[str, ...] = ()


EVERYTHING = Filters()
