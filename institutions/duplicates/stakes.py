"""What is at stake when a number goes: other apps say how to count it, so that institutions never import them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import IntegerField, Value
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

# Each gives, for the name of a column with an institution's primary key, an expression that counts.
type Count = Callable[[str], Combinable]
_counts: dict[str, Count] = {}


def add(count: Count) -> Count:
    """Let something that rests on a number count; in the order of the modules' names."""
    _counts[f"{count.__module__}.{count.__qualname__}"] = count
    return count


def counted[Rows: QuerySet](rows: Rows, column: str) -> Rows:  # type: ignore[type-arg]
    """Rows with `stakes`: how much rests on the institution in a column."""
    total: Combinable = Value(0, output_field=IntegerField())
    for _name, count in sorted(_counts.items()):
        total = total + Coalesce(count(column), 0)
    return rows.annotate(stakes=total)
