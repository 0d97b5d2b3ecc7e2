"""What DAR and CVR know in the demo: its own addresses and workplaces, some of them otherwise or not at all."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from institutions import checking
from institutions.demo.sheets import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from institutions.demo.opening import Row
    from institutions.demo.places import Address

DAR = ("dawaId", "vejNavn", "husNummer", "postNummer", "byNavn")
CVR = ("pNummer", "cvrNummer")
# Of so many rows one is otherwise there, and one is missing.
OTHERWISE, MISSING = 61, 97


def dar_id(address: Address) -> str:
    """An address's id: the same for the same address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{address.street} {address.house_number}, {address.town.postcode}"))


def know(rows: Sequence[Row]) -> None:
    """Write what the sources know where the settings look for it, and hold the register up against them."""
    for file, columns, other in (
        (settings.DAR_FILE, DAR, {"husNummer": "999"}),
        (settings.CVR_FILE, CVR, {"cvrNummer": "90799999"}),
    ):
        if file:
            place = Path(file)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(sheet(columns, _known(rows, columns, other)))
    if settings.DAR_FILE or settings.CVR_FILE:
        checking.queue()
        checking.look_up()


def _known(rows: Sequence[Row], columns: Sequence[str], other: Row) -> list[Row]:
    keyed = {row[columns[0]]: row for row in rows if row.get(columns[0])}
    told = [{name: row.get(name, "") for name in columns} for row in keyed.values()]
    found = [{**row, **other} if place % OTHERWISE == 1 else row for place, row in enumerate(told)]
    return [row for place, row in enumerate(found) if place % MISSING != 2]  # noqa: PLR2004 - not the same ones
