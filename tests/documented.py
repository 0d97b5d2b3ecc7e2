"""A register for which the examples of the OpenAPI document hold: its numbers are there, and may be sent as they stand.

One vendor has what another may never see; its `markers` stand in it, and nowhere else.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from agreements import parties
from agreements.models import System
from institutions import consolidation, snapshots
from institutions.models import Delivery, DeliveryRow, ExternalId
from registry.models import Event, Hook, HookCall
from tests import builders, calling, reporting
from tests.builders import ACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.models import Institution

VENDOR, FOREIGN = "AB123456", "CD654321"
WHO = ("anyone", "vendor", "foreign")
DELIVERY = "5b0c9a3e-6f0e-4b58-9d8b-3c1a7e2f4d60"
CALL = "msg_5b0c9a3e6f0e4b589d8b3c1a7e2f4d60"
# The next number of each kind, from which the examples' own are issued.
NEXT = {"institutions_d_number": 10041, "institutions_g_number": 23218, "agreements_number": 100042}
BORN = date(2019, 8, 1)


class World:
    """The register, and the headers of whoever calls."""

    def __init__(self) -> None:
        # Made anew each time: what stands in the code is among what is tried.
        self.external, self.name, self.host, self.secret = self.markers = tuple(
            f"{word}{secrets.token_hex(6)}" for word in ("enhed-", "Reden ", "skjult-", "whsec_")
        )
        self.private = f"mor-{secrets.token_hex(6)}@example.dk"
        self._at_the_examples_positions()
        self.unit = self._institutions()
        systems = {code: builders.system(code) for code in (VENDOR, FOREIGN)}
        for kommune in ("707", "751"):
            reporting.mandate(VENDOR, kommune=kommune)
        reporting.mandate(FOREIGN, kommune="101")
        for one in systems.values():
            builders.connect(one, builders.service("ws10"))
        builders.agreement(self.unit, by=systems[VENDOR])
        builders.agreement(self.unit, by=systems[FOREIGN])
        self.headers: Mapping[str, dict[str, str]] = {
            "anyone": {}, "vendor": calling.headers(system=VENDOR), "foreign": calling.headers(system=FOREIGN),
        }  # fmt: skip
        self._reported()
        snapshots.make()
        self.hook = Hook.objects.create(
            system=VENDOR, url=f"https://{self.host}.example/vaek", secret=self.secret, position=0
        )
        HookCall.objects.create(
            hook=self.hook, message_id=CALL, body='{"data": {"hoved": 4700}}', state=HookCall.State.TAKEN, attempts=1
        )

    @staticmethod
    def _at_the_examples_positions() -> None:
        with connection.cursor() as cursor:
            for sequence, number in NEXT.items():
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {number}")
            cursor.execute("ALTER TABLE registry_snapshot ALTER COLUMN id RESTART WITH 31")
            cursor.execute("ALTER TABLE registry_hook ALTER COLUMN id RESTART WITH 7")
        Event.objects.create(
            seq=4700, transaction=1, at=timezone.now(), actor="kirsten", door="admin", action="fixture", subject="-",
            data={}, correlation=uuid.uuid4(), hash="0" * 64,
        )  # fmt: skip

    def _institutions(self) -> Institution:
        """D10041 with G23218 and G23219, D10042 beside it, and A10001 that has become G23218."""
        top = builders.daginstitution(on=BORN, kommune="751", name="Område Midt")
        unit = builders.unit(top, on=BORN, name="Børnehuset Solstrålen")
        builders.unit(top, on=BORN, name="Månestrålen", street="Månevej", p_number="1012345679")
        builders.daginstitution(on=BORN, kommune="751", name="Område Nord")
        plan = consolidation.plan(unit, builders.legacy("A10001", email=self.private))
        consolidation.execute(plan, fingerprint=plan.fingerprint, actor=ACTOR)
        builders.legacy("A10002", name="Zinkhytten", street="Ukendtvej 4", email=self.private)
        return unit

    def _reported(self) -> None:
        """A plan of the vendor's under the example's id, and another with its secrets."""
        reporter = reporting.Reporter(VENDOR, kommune="")
        sent = reporter.send({"institutionsNummer": self.unit.number, "navn": "Solstrålen"})
        new = {
            "niveau": "anvisningsenhed", "daginstitutionsNummer": "D10042", "eksternId": self.external,
            "navn": self.name, "instType3": "6012", "vejNavn": "Havnegade", "husNummer": "3", "postNummer": "8000",
            "byNavn": "Aarhus C", "pNummer": "1012345680",
        }  # fmt: skip
        assert reporter.send(new).status_code == 202
        with transaction.atomic():
            made = Delivery.objects.filter(pk=sent.json()["id"])
            made.get().rows.update(delivery=DELIVERY)
            made.update(id=DELIVERY)

    @staticmethod
    def owned() -> list[list[Any]]:
        """All that is the vendor's, as the database has it."""
        system = System.objects.get(code=VENDOR)
        found = [
            Delivery.objects.filter(system=VENDOR), DeliveryRow.objects.filter(delivery__system=VENDOR),
            ExternalId.objects.filter(vendor=parties.subject(system.vendor)), Hook.objects.filter(system=VENDOR),
            HookCall.objects.filter(hook__system=VENDOR), system.data_agreements.all(),
        ]  # fmt: skip
        return [list(one.order_by("pk").values_list()) for one in found]
