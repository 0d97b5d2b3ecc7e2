"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.test import Client


def test_the_process_lives_without_a_database(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_means_every_migration(client: Client) -> None:
    assert client.get("/readyz").status_code == 200
    MigrationRecorder.Migration.objects.filter(app="registry").latest("name").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations\n")
