"""Rows in bulk through PostgreSQL's COPY: one path for one row and for a million.

Django's bulk_create sends a literal for each value; COPY took a fifth of its time at 10,000 rows.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection, connections
from django.db.models import BooleanField, CharField, FloatField, ForeignKey, GeneratedField, IntegerField, TextField
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Field, Model

# Fields whose values the driver sends as they are.
AS_THEY_ARE = (BooleanField, CharField, FloatField, ForeignKey, IntegerField, TextField)


def take_keys(model: type[Model], count: int) -> list[int]:
    """Take primary keys from the model's own sequence, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return sorted(row[0] for row in cursor.fetchall())


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert rows that have their primary keys already."""
    if rows:
        _copy(model._meta.db_table, _columns(model), rows)
        alias = connection.alias
        for row in rows:
            row._state.adding, row._state.db = False, alias  # noqa: SLF001 - as Django itself marks a saved row


def update(model: type[Model], rows: Sequence[Model], fields: Iterable[str]) -> None:
    """Write the named fields of rows that are there already."""
    if not rows:
        return
    key = model._meta.pk
    columns = [_column(model, name) for name in fields]
    table, news, own = sql.Identifier(model._meta.db_table), sql.Identifier("_news"), _named(key)
    names = sql.SQL(", ").join([_named(one) for one in (key, *columns)])
    assignments = sql.SQL(", ").join([sql.SQL("{0} = {1}.{0}").format(_named(one), news) for one in columns])
    make = sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(news, names, table)
    move = sql.SQL("UPDATE {0} SET {1} FROM {2} WHERE {0}.{3} = {2}.{3}").format(table, assignments, news, own)
    with connection.cursor() as cursor:
        cursor.execute(make)
        _copy("_news", [key, *columns], rows)
        cursor.execute(move)
        cursor.execute(sql.SQL("DROP TABLE {}").format(news))


def _copy(table: str, columns: Sequence[Field[Any, Any]], rows: Sequence[Model]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join([_named(column) for column in columns])
    )
    values_of = attrgetter(*(column.attname for column in columns))
    # Asking every field for every value took half of the time that a file's rows took to send.
    prepare = [
        (place, column.get_db_prep_save) for place, column in enumerate(columns) if not isinstance(column, AS_THEY_ARE)
    ]
    # The rows are sent outside of what Django wraps: its own exceptions must come out all the same.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        here = connections[connection.alias]
        for row in rows:
            values = list(values_of(row))
            for place, to_db in prepare:
                values[place] = to_db(values[place], here)
            copy.write_row(values)


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if name in {field.name, field.attname})


def _named(field: Field[Any, Any]) -> sql.Identifier:
    return sql.Identifier(str(field.column))
