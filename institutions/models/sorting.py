"""Danish order and search text as generated columns, independent of the server's collations."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, TextField, Value


def _sql(function: str, expression: Any, *arguments: str) -> Func:  # noqa: ANN401
    return Func(expression, *map(Value, arguments), function=function, output_field=TextField())


def plain(expression: Any) -> Func:  # noqa: ANN401
    """Small letters, without accents; independent of the server's collations, æ ø å kept."""
    small = _sql("lower", _sql("translate", expression, "ÆØÅÄÖÜÉÈ", "æøåæøyee"))
    return _sql("translate", small, "äöüéèá", "æøyeea")


def danish(expression: Any) -> Func:  # noqa: ANN401
    """Danish alphabetical order as bytes: … z æ ø å, aa as å.

    Server collations differ between builds and corrupt indexes when upgraded; this never does.
    """
    return _sql("translate", _sql("replace", plain(expression), "aa", "å"), "æøå", "{|}")


def folded(expression: Any) -> Func:  # noqa: ANN401
    """Text to search in: æ ø å as ae oe aa. `institutions.search.fold` is its twin."""
    aa = _sql("replace", plain(expression), "å", "aa")
    return _sql("replace", _sql("replace", aa, "æ", "ae"), "ø", "oe")
