# ruff: noqa: S311 - a seed that repeats is the point
"""A register delivered by one system per municipality, killed at random points and repeated: as if nothing happened.

An invented register of all 98 municipalities always; REGISTRY_TEST_DELIVERIES=all takes the real register's file too.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from django.db import connection, transaction

from institutions import importing, timelines
from institutions.columns import PUBLIC
from institutions.deliveries import planning
from institutions.duplicates import candidates
from institutions.importing import wanted
from institutions.models import Delivery, ExternalId, Institution, Version
from registry import ledger, periods
from registry.models import Event
from registry.verdicts import Verdict
from tests import delivering, registers, serving
from tests.builders import ACTOR
from tests.reporting import Reporter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from django.db.models import QuerySet

    from tests.registers import Change

SEED = int(os.environ.get("REGISTRY_TEST_SEED", "98"))
FIRST = date(2026, 3, 27)
NUMBER = re.compile(r'"([DG][0-9]{5})"')
# The program and the server are killed so often each, after so many seconds of work at most.
KILLS, SECONDS = {"invented": 2, "real": 8}, {"invented": 0.9, "real": 2}
LEAST, LONGEST = 0.2, 900
_EACH = """
SELECT d.system, d.state, count(e.seq) FROM institutions_delivery d
LEFT JOIN registry_event e ON e.actor = d.system AND e.seq > %(head)s AND e.action LIKE 'lifecycle.%%'
GROUP BY d.id ORDER BY 1
"""
WHICH = [
    pytest.param("invented", id="invented"),
    pytest.param("real", id="real", marks=[
        pytest.mark.skipif(not registers.REAL.exists(), reason="../shared/data is not here"),
        pytest.mark.skipif(os.environ.get("REGISTRY_TEST_DELIVERIES") != "all", reason="REGISTRY_TEST_DELIVERIES=all"),
    ]),
]  # fmt: skip


def prepared(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The register as it was, and the deliveries that make it what it is to be: a system for each municipality."""
    importing.register(registers.before(changes), actor=ACTOR, on=FIRST)
    candidates.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    made = []
    for code, rows in registers.by_municipality(changes).items():
        vendor = Reporter(f"AB{code:0>6}", kommune=code)
        body = {"tilstand": "alt-eller-intet", "opretTrodsDublet": "Står sådan i registeret", "raekker": rows}
        made.append({
            "headers": vendor.headers, "body": json.dumps(body), "key": f"hele-{code}", "system": vendor.system,
        })  # fmt: skip
    return made


class Before:
    """Where everything began, and what has been done since."""

    def __init__(self) -> None:
        self.head = ledger.head()
        self.numbers = frozenset(Institution.objects.values_list("number", flat=True))

    def told(self, own: Mapping[str, str]) -> tuple[dict[str, str], Counter[tuple[str, str]]]:
        """The register and the changes, whatever numbers were issued; `own` has what the vendors call the new ones."""
        names, lines = self._names(own), timelines.load(Institution.objects.all())
        states = timelines.states(lines.values())
        register = {names[line.institution.number]: _said(states[key], names) for key, line in lines.items()}
        return register, Counter((one.action, _said(one.data, names)) for one in self.events())

    def events(self) -> QuerySet[Event]:
        """The public ones since."""
        return Event.objects.filter(PUBLIC, seq__gt=self.head).order_by("seq")

    def _names(self, own: Mapping[str, str]) -> dict[str, str]:
        """What each is called whatever number it got: by its vendor's id, or as what stands over such a one."""
        names = {number: number for number in self.numbers} | {number: text for text, number in own.items()}
        for child, above in Version.objects.values_list("institution__number", "parent__number"):
            if above:
                names.setdefault(above, f"over {names[child]}")
        return names

    def half_applied(self, expected: Mapping[str, int]) -> list[tuple[str, str, int]]:
        """The deliveries that are not what they say: all of their changes are there, or none. As at one moment."""
        with connection.cursor() as cursor:
            cursor.execute(_EACH, {"head": self.head})
            found = cursor.fetchall()
        return [(system, state, count) for system, state, count in found
                if count != (expected.get(system, 0) if state == Delivery.State.APPLIED else 0)]  # fmt: skip


def _said(told: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401
    return NUMBER.sub(lambda found: f'"{names[found[1]]}"', json.dumps(told, sort_keys=True))


def whole(before: Before, deliveries: Sequence[dict[str, Any]]) -> Any:  # noqa: ANN401
    """What all the rows come to as one later file, taken in at once; and how many changes are each system's."""
    given = [row for one in deliveries for row in json.loads(one["body"])["raekker"]]
    held = Delivery(system="AB000000", on=periods.today(), rows_given=list(enumerate(given, start=1)))
    with transaction.atomic():
        load = wanted.Load(planning.wanted_rows(held, vendor=""), on=held.on, despite="Står sådan i registeret")
        assert load.decide().counts[Verdict.REFUSED] == 0
        load.apply(actor=ACTOR)
        found = before.told({row.external: row.number for row in load.rows if row.external})
        by_system = Counter(
            f"AB{one.data['after']['versions'][-1]['administrative_municipality'][-3:]:0>6}" for one in before.events()
        )
        transaction.set_rollback(True)
    return *found, by_system


class Killing:
    """The vendor's program and the server, each killed now and then."""

    def __init__(self, server: serving.Server, file: Path, chance: random.Random) -> None:
        self.server, self.file, self.chance = server, file, chance
        self.kills = 0

    def deliver(self, *, kills: int, seconds: float = 0, check: Callable[[], None]) -> None:
        """Until all is delivered, however often it was begun."""
        victims = ["server", "program"] * kills
        self.chance.shuffle(victims)
        program = self._begin()
        try:
            while self._goes_on(program, self.chance.uniform(LEAST, seconds) if victims else LONGEST):
                assert victims, "in vain"
                self.kills += 1
                if victims.pop() == "server":
                    self.server.kill()
                    check()
                    self.server.begin()
                else:
                    program.kill()
                    program.wait()
                    check()
                    program = self._begin()
            assert program.returncode == 0
        finally:
            program.kill()
            program.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, delivering.__file__, self.server.address, str(self.file)])

    @staticmethod
    def _goes_on(program: subprocess.Popen[bytes], seconds: float) -> bool:
        try:
            program.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return True
        return False


def feed(address: str, position: int) -> list[int]:
    """The numbers of all events that the feed tells after a position."""
    found: list[int] = []
    while True:
        with urlopen(f"{address}/api/v1/haendelser/?efter={position}&antal=500") as answer:  # noqa: S310 - our own
            page = json.load(answer)
        found += [one["nummer"] for one in page["haendelser"]]
        position = page["til"]
        if page["ajour"]:
            return found


@pytest.mark.slow
@pytest.mark.parametrize("which", WHICH)
def test_killed_and_repeated_it_is_as_if_nothing_had_happened(own_database: str, which: str, tmp_path: Path) -> None:
    print(f"REGISTRY_TEST_SEED={SEED}")  # noqa: T201 - shown with a failure
    chance = random.Random(SEED)
    changes = registers.real(chance) if which == "real" else registers.invented(chance)
    deliveries = prepared(changes)
    assert len(deliveries) == 98
    before = Before()
    register, changed, by_system = whole(before, deliveries)
    assert sum(by_system.values()) > 98

    def check() -> None:
        assert before.half_applied(by_system) == []

    file = tmp_path / "deliveries.json"
    file.write_text(json.dumps(deliveries), encoding="utf-8")
    server = serving.Server(own_database)
    try:
        killing = Killing(server, file, chance)
        killing.deliver(kills=KILLS[which], seconds=SECONDS[which], check=check)
        assert killing.kills >= KILLS[which]
        assert Delivery.objects.filter(state=Delivery.State.APPLIED).count() == len(deliveries)
        assert before.told(called()) == (register, changed)
        assert Counter(before.events().values_list("actor", flat=True)) == by_system
        assert feed(server.address, before.head) == list(before.events().values_list("seq", flat=True))
        head = ledger.head()
        killing.deliver(kills=0, check=check)
        again = deliveries if which == "real" else deliveries[::4]
        file.write_text(json.dumps([{**one, "key": f"{one['key']}-igen"} for one in again]), encoding="utf-8")
        killing.deliver(kills=0, check=check)
        assert ledger.head() == head
    finally:
        server.end()
    is_as_it_was_to_be(changes)


def called() -> dict[str, str]:
    """The numbers of the new ones by what their vendors call them."""
    return dict(ExternalId.objects.values_list("text", "institution__number"))


def is_as_it_was_to_be(changes: Sequence[Change]) -> None:
    """Each row of the file holds today, under its number or what its vendor calls it; what was to close is gone."""
    own = called()
    today = Version.objects.filter(period__contains=periods.today()).select_related("institution", "parent")
    held = {one.institution.number: one for one in today}
    for change in changes:
        version = held.get(own.get(registers.called(change.number), change.number))
        if change.fate == "closed":
            assert version is None
            continue
        assert version is not None
        assert version.name == change.row["dagtilbudsNavn"]
        if change.parent:
            assert version.parent is not None
            assert version.parent.number == own.get(registers.called(change.parent), change.parent)
