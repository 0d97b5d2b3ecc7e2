"""Questions that the server plans once."""

from __future__ import annotations

import pytest
from django.db import DataError, Error, connection, transaction

from registry import prepared

KEPT = "SELECT count(*) FROM pg_prepared_statements"
HALF = "SELECT 1 / %(by)s::int"


def ended() -> None:
    """The server hangs up, as it does when it starts anew; then another request begins."""
    with connection.get_new_connection(connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    connection.close_if_unusable_or_obsolete()


@pytest.mark.django_db
def test_a_statement_is_kept_by_the_server_and_its_values_are_not() -> None:
    before = prepared.rows(KEPT, {}, keep=False)[0][0]
    assert [prepared.rows("SELECT %(one)s::text", {"one": one}) for one in ("a", "b'; --", None)] == [
        [("a",)], [("b'; --",)], [(None,)],
    ]  # fmt: skip
    assert prepared.rows(KEPT, {}, keep=False)[0][0] == before + 1


@pytest.mark.usefixtures("own_database")
def test_a_connection_that_the_server_has_ended_is_opened_anew() -> None:
    prepared.rows("SELECT 1", {})
    ended()
    assert prepared.rows("SELECT %(one)s::int", {"one": 2}) == [(2,)]


@pytest.mark.usefixtures("own_database")
def test_in_a_transaction_nothing_is_asked_again() -> None:
    prepared.rows("SELECT 1", {})

    def half() -> None:
        with transaction.atomic():
            prepared.rows("SELECT 1", {})
            ended()
            prepared.rows("SELECT 1", {})

    with pytest.raises(Error):
        half()
    assert prepared.rows("SELECT 1", {}) == [(1,)]


@pytest.mark.usefixtures("own_database")
def test_a_question_that_cannot_be_answered_is_refused_as_django_refuses() -> None:
    connection.close_if_unusable_or_obsolete()
    for _time in range(2):
        with pytest.raises(DataError):
            prepared.rows(HALF, {"by": 0})
    assert prepared.rows(HALF, {"by": 1}) == [(1,)]
