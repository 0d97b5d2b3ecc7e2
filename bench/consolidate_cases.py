"""Cases of consolidation, previewed together and executed as a job does it, some in a transaction.

At 110 and at 767, to see that a case costs the same among many; and against the bare SQL of the same row changes, in a
transaction for each case, too, which plans nothing, compares nothing and tells no ledger.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field
from psycopg import sql
from psycopg.types.range import DateRange

from agreements import cases as desk
from agreements.cases import Item
from agreements.models import Case as OfOne
from bench.material import agreed, population
from bench.runner import Case, seconds
from registry import periods
from registry.ledger import Actor

FEW, ALL = 110, 767
# What a case may take where twenty are executed in a second.
A_CASE = 50  # ms
GROWTH, TO_BARE = 1.3, 10.0
ACTOR = Actor("maaling", "kommando")

type Statement = tuple[sql.Composed, list[Any]]


def cases() -> Iterator[Case]:
    """Milliseconds a case."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            pairs = agreed.lay_out(Path(scratch) / "register", ALL)
            made = [one.case for one in desk.open_many(pairs, actor=ACTOR) if one.case]
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            yield from _cases(_Work(made))
        finally:
            population.restore()


def _cases(work: "_Work") -> Iterator[Case]:
    yield Case(f"preview, {ALL} to {FEW}", work.preview(ALL), work.preview(FEW), GROWTH, "ms")
    yield Case(f"execution, {ALL} to {FEW}", work.execute(ALL), work.execute(FEW), GROWTH, "ms")
    yield Case(f"execution of {ALL}, to 20 a second", work.execute(ALL), lambda: A_CASE, 1.0, "ms")
    yield Case(f"execution of {ALL}, to bare SQL", work.execute(ALL), work.bare(ALL), TO_BARE, "ms")


class _Work:
    """Cases that are executed, and taken back before the next round; the latter is not timed."""

    def __init__(self, made: list[OfOne]) -> None:
        self.made = made
        self._told: list[Mapping[str, Any]] = []

    def preview(self, count: int) -> Callable[[], float]:
        """Preview so many."""
        return lambda: _each(count, lambda: desk.preview_many(self.made[:count]))

    def execute(self, count: int) -> Callable[[], float]:
        """Execute so many, previewed before."""

        def work() -> float:
            chosen = self.made[:count]
            desk.make_ready(chosen, deadline=periods.today() + timedelta(days=30), actor=ACTOR)
            items = [Item(one.case.pk, one.fingerprint, one.on) for one in desk.preview_many(chosen)]
            done: list[desk.Outcome] = []
            took = _each(count, lambda: done.extend(desk.execute_many(items, actor=ACTOR)))
            if failed := [one for one in done if one.code]:
                raise RuntimeError(failed[0])
            self._told = [one.done.data for one in done if one.done]
            for one in chosen:
                desk.undo(one, actor=ACTOR, reason="måling")
            desk.reopen(chosen, actor=ACTOR)
            return took

        return work

    def bare(self, count: int) -> Callable[[], float]:
        """The rows of so many changed as they were when they were last executed, and back."""

        def work() -> float:
            lots = [[_forwards(one) for one in told["changes"]] for told in self._told[:count]]
            took = _each(count, lambda: _run(lots))
            _run([[_backwards(one) for one in reversed(told["changes"])] for told in reversed(self._told[:count])])
            return took

        return work


def _each(count: int, work: Callable[[], object]) -> float:
    return 1000 * seconds(work) / count


def _run(lots: list[list[Statement]]) -> None:
    for lot in lots:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in lot:
                cursor.execute(statement, values)


def _forwards(change: Mapping[str, Any]) -> Statement:
    model = apps.get_model(change["model"])
    if change["before"]:
        return _update(change, change["after"])
    values = {model._meta.pk.attname: change["key"], **change["after"]}
    columns, given = _columns(change, values)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns),
        sql.SQL(", ").join([sql.Placeholder()] * len(given)),
    )  # fmt: skip
    return statement, given


def _backwards(change: Mapping[str, Any]) -> Statement:
    if change["before"]:
        return _update(change, change["before"])
    table = sql.Identifier(apps.get_model(change["model"])._meta.db_table)
    return sql.SQL("DELETE FROM {} WHERE id = %s").format(table), [change["key"]]


def _update(change: Mapping[str, Any], values: Mapping[str, Any]) -> Statement:
    table = sql.Identifier(apps.get_model(change["model"])._meta.db_table)
    columns, given = _columns(change, values)
    parts = sql.SQL(", ").join([sql.SQL("{} = %s").format(column) for column in columns])
    return sql.SQL("UPDATE {} SET {} WHERE id = %s").format(table, parts), [*given, change["key"]]


def _columns(change: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[list[sql.Identifier], list[Any]]:
    fields = {one.attname: one for one in apps.get_model(change["model"])._meta.concrete_fields}
    columns = [sql.Identifier(fields[name].column) for name in values]
    return columns, [_value(fields[name], value) for name, value in values.items()]


def _value(field: Field[Any, Any], value: Any) -> Any:  # noqa: ANN401
    if value is None or not hasattr(field, "range_type"):
        return value
    lower, upper = (date.fromisoformat(end) if end else None for end in json.loads(value))
    return DateRange(lower, upper)
