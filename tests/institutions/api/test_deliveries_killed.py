"""Killed half-way a delivery is afterwards applied or not, and says which; asked for at once it is applied once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection

from institutions.models import Delivery, Institution
from registry import ledger
from tests import at_once, builders
from tests.reporting import SYSTEM, Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# A process of its own that applies a plan; it waits, with everything done, for the commit that never comes.
APPLY = """
import sys, time
import django
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from institutions import deliveries
from institutions.deliveries import performing
from institutions.models import Delivery
from registry import callers
from registry.callers import Caller
held = Delivery.objects.get(pk=sys.argv[2])
done = performing._apply
def apply_and_wait(*given):
    done(*given)
    print("done", flush=True)
    time.sleep(60)
performing._apply = apply_and_wait
caller = Caller(callers.find(held.system), "", frozenset({"skriv"}))
deliveries.perform(held, fingerprint=held.fingerprint, caller=caller)
"""


def killed_half_way(database: str, delivery: str) -> None:
    """Kill the process that applies a delivery when all is written and nothing committed."""
    started = subprocess.Popen(
        [sys.executable, "-c", APPLY, database, delivery], cwd=settings.BASE_DIR, stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings"}, text=True,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "done\n"
        started.send_signal(signal.SIGKILL)
        assert started.wait(timeout=30) == -signal.SIGKILL
    finally:
        started.kill()
        if started.stdout is not None:
            started.stdout.close()


def others_are_gone() -> Iterator[int]:
    """How many other connections the database has, until there is none."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            count = cursor.fetchone()[0]
        yield count
        if not count:
            return
        time.sleep(0.1)


@pytest.mark.slow
def test_killed_before_the_commit_it_is_not_applied_and_can_be_applied_again(own_database: str) -> None:
    builders.system(SYSTEM)
    vendor = Reporter()
    top = {
        "niveau": "daginstitution", "eksternId": "klynge-3", "navn": "Klynge Syd", "ejerformKode": "1",
        "lovgrundlagKode": "10", "admKommuneKode": "101",
    }  # fmt: skip
    sent: Any = vendor.send(top)
    before = ledger.head()
    killed_half_way(own_database, sent.json()["id"])
    list(others_are_gone())
    assert (vendor.get(sent["Location"]).json()["status"], ledger.head()) == ("planlagt", before)
    assert Institution.objects.count() == 0
    assert vendor.apply(sent).json()["status"] == "udfoert"
    assert (Institution.objects.count(), Delivery.objects.get().state) == (1, "udfoert")


def test_two_who_apply_one_plan_at_once_apply_it_once(own_database: str) -> None:
    del own_database
    unit = builders.unit()
    vendor = Reporter()
    sent: Any = vendor.send({"institutionsNummer": unit.number, "navn": "Solsikken"})
    before = ledger.head()
    answers = at_once.run(*[lambda: vendor.apply(sent).status_code] * 3)
    assert (answers, ledger.head()) == ([200, 200, 200], before + 1)


def test_one_key_at_once_is_one_delivery(own_database: str) -> None:
    del own_database
    unit = builders.unit()
    vendor = Reporter()
    row = {"institutionsNummer": unit.number, "navn": "Solsikken"}
    answers = at_once.run(*[lambda: vendor.send(row, key="a").json()["id"]] * 3)
    assert answers == [str(Delivery.objects.get().pk)] * 3


def test_two_plans_for_one_thing_at_once_one_is_refused(own_database: str) -> None:
    del own_database
    unit = builders.unit()
    vendor = Reporter()
    plans: Any = [vendor.send({"institutionsNummer": unit.number, "navn": name}) for name in ("Solsikken", "Rævehulen")]
    answers = at_once.run(*[partial(vendor.apply, one) for one in plans])
    assert sorted(one.status_code for one in answers) == [200, 412]
