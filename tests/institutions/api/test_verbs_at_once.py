"""Two who act on one institution at once wait for each other in one order, so never both for the other."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING

from django.db import connection, transaction

from institutions.models import Institution
from tests import at_once, builders
from tests.reporting import Reporter
from tests.working import until

if TYPE_CHECKING:
    from typing import Any


def somebody_waits() -> bool:
    """Whether a connection to this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_correction_holds_what_stands_above_it_first(own_database: str) -> None:
    del own_database
    top, unit, _away = builders.tree()
    vendor, held = Reporter(), Event()
    address = f"/api/v1/institutioner/{unit.number}/"
    etag = vendor.get(address)["ETag"]

    def hold() -> None:
        """As every rule does: in the order of the numbers."""
        with transaction.atomic():
            for one in (top, unit):
                list(Institution.objects.select_for_update(no_key=True).filter(pk=one.pk).values_list("pk"))
                held.set()
                until(somebody_waits)

    def correct() -> Any:  # noqa: ANN401
        held.wait(timeout=30)
        return vendor.patch(address, json.dumps({"navn": "Solsikken"}), **{"If-Match": etag}).status_code

    assert at_once.run(hold, correct) == [None, 200]
