"""An invented register with A-numbers, the true pairs of both, and agreements on both numbers of each pair."""

import random
from datetime import date
from pathlib import Path

from agreements.models import DataAgreement, Service, StatusPeriod, System, Vendor
from agreements.states import Status
from bench.material import invented, labelled
from institutions.consolidation import SURVIVORS
from institutions.models import Institution
from registry import periods

type Pair = tuple[Institution, Institution]

# As many as in the register of March 2026, and A-numbers enough for as many pairs as there.
REGISTER, LEGACY = 6_291, 2_000
# As the agreements on A-numbers are: four in five approved, some asked for, few refused or deleted.
_STATUSES = (Status.GODKENDT, Status.VENTER, Status.SLETTET, Status.AFVIST)
_SHARES = (81, 9, 6, 4)
_SYSTEMS = 12
_SERVICES = ("ws03", "ws10", "ws17")
_MOST_OF_ONE = 3
_SINCE = date(2020, 1, 1)


def lay_out(folder: Path, count: int) -> list[Pair]:
    """Make the tables hold them; gives so many pairs of A-number and unit, each unit once."""
    chance = random.Random(4)  # noqa: S311 - the same every time, no secret
    labelled.lay_out(invented.write(folder, REGISTER, LEGACY, 4))
    known = Institution.objects.in_bulk(field_name="number")
    pairs: dict[int, Pair] = {}
    for legacy, right in labelled.truth(folder).items():
        if right and known[right].level in SURVIVORS:
            pairs.setdefault(known[right].pk, (known[legacy], known[right]))
    chosen = list(pairs.values())[:count]
    _agree(chosen, chance)
    return chosen


def _agree(pairs: list[Pair], chance: random.Random) -> None:
    vendor, _made = Vendor.objects.get_or_create(cvr_number="10000000", defaults={"name": "Opfundet A/S"})
    systems = [
        System.objects.get_or_create(code=f"XB{nth:06d}", defaults={"name": f"System {nth}", "vendor": vendor})[0]
        for nth in range(_SYSTEMS)
    ]
    services = [Service.objects.get_or_create(code=code, defaults={"name": code})[0] for code in _SERVICES]
    rows = []
    for pair in pairs:
        for one in pair:
            for system in chance.sample(systems, chance.randint(1, _MOST_OF_ONE)):
                status = chance.choices(_STATUSES, _SHARES)[0]
                ended = _SINCE if status == Status.SLETTET else None
                rows.append(DataAgreement(system=system, service=chance.choice(services), institution=one,
                                          status=status, created_on=_SINCE, ended_on=ended))  # fmt: skip
    made = DataAgreement.objects.bulk_create(rows)
    StatusPeriod.objects.bulk_create(
        StatusPeriod(agreement=one, status=one.status, period=periods.since(_SINCE))
        for one in made
        if one.ended_on is None
    )
