"""The ledger: append-only, in order of commit, each line chained to the one before it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction

from registry import ledger
from registry.ledger import Actor, Break, Entry
from registry.models import Event, User

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
ACTOR = Actor("kirsten", "admin", on_behalf_of="Aarhus")
DATA = {"before": None, "after": {"name": "Lærkereden 😀", "latitude": 55.7, "versions": [{"from": "2026-01-01"}]}}
# For each column a change as small as it gets.
TAMPERED = {
    "seq": "seq + 1",
    "transaction": "transaction + 1",
    "at": "at + interval '1 microsecond'",
    "actor": "'Kirsten'",
    "on_behalf_of": "''",
    "door": "'api'",
    "action": "action || '.'",
    "subject": "'G10433'",
    "data": """jsonb_set(data, '{after,latitude}', '55.71')""",
    "reason": "reason || ' '",
    "correlation": "gen_random_uuid()",
    "hash": "translate(hash, '0123456789abcdef', '123456789abcdef0')",
}


def write(count: int = 1, **given: str) -> list[Event]:
    told = {"action": "test", "subject": "G10432", "reason": "fordi"} | given
    entry = Entry(told["action"], told["subject"], DATA, told["reason"])
    return ledger.record([entry for _each in range(count)], actor=ACTOR)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def tamper(statement: str) -> None:
    sql("ALTER TABLE registry_event DISABLE TRIGGER the_ledger_is_append_only")
    sql(statement)
    sql("ALTER TABLE registry_event ENABLE TRIGGER the_ledger_is_append_only")


def broken() -> list[Break]:
    return [one for one in ledger.verify() if isinstance(one, Break)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_event SET reason = ''",
        "UPDATE registry_event SET reason = reason",
        "DELETE FROM registry_event",
        "TRUNCATE registry_event",
        "TRUNCATE registry_event CASCADE",
    ],
)
def test_the_database_refuses_every_change(statement: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="The ledger is append-only"), transaction.atomic():
        sql(statement)
    assert Event.objects.count() == 1


def test_the_models_are_refused_too() -> None:
    event = write()[0]
    for change in (event.delete, event.save, Event.objects.all().delete):
        with pytest.raises(DatabaseError, match="The ledger is append-only"), transaction.atomic():
            change()


def test_lines_count_from_one_without_gaps_also_after_a_rollback() -> None:
    write(2)
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    assert [one.seq for one in write(2)] == [3, 4]
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]


def test_each_line_carries_the_hash_of_the_one_before() -> None:
    first, second = write(2)
    assert first.hash == ledger.digest(first, ledger.GENESIS)
    assert second.hash == ledger.digest(second, first.hash)
    assert broken() == []


def test_what_was_written_is_read_as_it_was_hashed() -> None:
    data = {"å": "😀\u2028\t", "tal": [0, -1, 55.123456789012, 1e-7, 12], "nej": False, "null": None, "tom": {}}
    ledger.record([Entry("test", "G10432", data)], actor=ACTOR)
    assert Event.objects.get().data == data
    assert broken() == []


@pytest.mark.parametrize("column", TAMPERED)
def test_one_byte_changed_in_any_column_is_found_and_named(column: str) -> None:
    write(3)
    tamper("DELETE FROM registry_event WHERE seq = 3")  # so that seq may be moved into free room
    tamper(f"UPDATE registry_event SET {column} = {TAMPERED[column]} WHERE seq = 2")  # noqa: S608
    assert broken() == [Break(2, "missing" if column == "seq" else "changed")]


def test_every_column_was_tampered_with() -> None:
    assert set(TAMPERED) == {column.name for column in Event._meta.concrete_fields}


def test_a_line_taken_out_is_named() -> None:
    write(3)
    tamper("DELETE FROM registry_event WHERE seq = 2")
    assert broken() == [Break(2, "missing")]


def test_a_line_put_in_between_is_named() -> None:
    write(2)
    tamper("UPDATE registry_event SET seq = 3 WHERE seq = 2")
    sql("INSERT INTO registry_event SELECT 2, transaction, at, actor, on_behalf_of, door, action, subject, data,"
        " reason, correlation, hash FROM registry_event WHERE seq = 1")  # fmt: skip
    assert broken() == [Break(2, "changed")]


def test_verify_tells_how_far_it_has_come() -> None:
    write(2001)
    assert list(ledger.verify()) == [1000, 2000]


def test_the_moment_never_goes_back_even_when_the_clock_does() -> None:
    write()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    tamper(f"UPDATE registry_event SET at = '{ahead.isoformat()}'")  # noqa: S608
    assert write()[0].at == ahead


def test_known_at_is_the_last_line_on_or_before_a_moment() -> None:
    first = write()[0].at
    assert ledger.known_at(first - timedelta(microseconds=1)) == 0
    assert ledger.known_at(first) == ledger.head() == 1


def test_a_page_ends_with_a_whole_transaction() -> None:
    write(5)  # all of this test is one transaction to the database
    assert [one.seq for one in ledger.since(0, limit=2)] == [1, 2, 3, 4, 5]
    tamper("UPDATE registry_event SET transaction = transaction + 1 WHERE seq >= 4")
    assert [one.seq for one in ledger.since(0, limit=2)] == [1, 2, 3]
    assert [one.seq for one in ledger.since(3, limit=1)] == [4, 5]
    assert ledger.since(5, limit=1) == []


def test_transactions_numbered_anew_after_a_restore_do_not_run_together() -> None:
    write(4)
    tamper("UPDATE registry_event SET transaction = seq % 2")  # 1 and 3 by chance the same number
    assert [one.seq for one in ledger.since(0, limit=1)] == [1]


def test_a_page_of_some_actions_holds_no_other() -> None:
    write(2)
    write(2, action="andet")
    assert [one.seq for one in ledger.since(0, limit=1, actions=["andet"])] == [3, 4]


def test_a_page_of_nothing_is_empty() -> None:
    write()
    assert ledger.since(0, limit=0) == []


def test_one_act_has_one_correlation_and_an_undo_may_share_it() -> None:
    one, other = write(2)
    assert one.correlation == other.correlation
    again = ledger.record([Entry("test", "G10432")], actor=ACTOR, correlation=one.correlation)[0]
    assert again.correlation == one.correlation
    assert write()[0].correlation not in {one.correlation, uuid.UUID(int=0)}


def test_nothing_to_tell_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert ledger.record([], actor=ACTOR) == []


def test_a_history_is_that_of_its_subjects_oldest_first() -> None:
    for subject in ("G10432", "D10001", "G10433"):
        write(subject=subject)
    assert [one.seq for one in ledger.history("G10433", "G10432")] == [1, 3]


def test_nobody_can_act_without_a_name(kirsten: User) -> None:
    assert ledger.person(kirsten, door="admin") == Actor("kirsten", "admin")
    with pytest.raises(PermissionError):
        ledger.person(AnonymousUser(), door="admin")
    with pytest.raises(DatabaseError, match="every_event_has_an_actor"), transaction.atomic():
        ledger.record([Entry("test", "G10432")], actor=Actor("", "admin"))
