"""`InstitutionKey`: a foreign key that says what a consolidation does with its row."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.core import checks
from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from django.apps import AppConfig

    from institutions.models import Institution

INSTITUTION = "institutions.institution"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that a consolidation changes: column values before and after, and why.

    The values are as JSON holds them, so that a list of changes can be stored, compared with
    what a person saw, and applied backwards. `subject` is the row's name in the ledger; a row without
    one has no line of its own there.

    A change without `before` makes a row: `key` is 0 until it is applied, and `$handle` stands for the key
    in later changes. Backwards it takes the row away again.
    """

    model: str
    key: int
    subject: str
    label: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    why: str
    handle: str = ""
    # False for a part of another row, which tells of it.
    told: bool = True

    @classmethod
    def of(cls, row: models.Model, *, subject: str, why: str, **after: Any) -> Change:  # noqa: ANN401
        """The change of a row's columns (by attribute name) to new values."""
        fields = {name: row._meta.get_field(name) for name in after}
        return cls(
            row._meta.label_lower,
            row.pk,
            subject,
            str(row),
            {name: _plain(getattr(row, name)) for name, field in fields.items()},
            {name: _plain(after[name]) for name, field in fields.items()},
            why,
        )

    @classmethod
    def make(cls, model: type[models.Model], *, handle: str, label: str, why: str, **after: Any) -> Change:  # noqa: ANN401
        """The change that makes a row with these columns; a value `$handle` is the key of a row made before."""
        return cls(model._meta.label_lower, 0, "", label, {}, {column: _plain(one) for column, one in after.items()},
                   why, handle)  # fmt: skip

    @property
    def makes(self) -> bool:
        """Whether it makes a row rather than changing one."""
        return not self.before

    def backwards(self) -> Change:
        """The change that takes this one back."""
        return replace(self, before=self.after, after=self.before)

    def apply(self) -> bool:
        """Compare and swap: write the row if it still is as `before` says. False where it is not."""
        return self.swap({}) is not None

    def swap(self, made: dict[str, int]) -> Change | None:
        """Compare and swap; gives the change as it was done, with the key of a row that it made, or None.

        `made` holds the keys of the rows made so far, by handle.
        """
        model: type[models.Model] = apps.get_model(self.model)
        if self.makes:
            return self._insert(model, made)
        after = _resolved(self.after, made)
        still = _columns(model, self.before)
        row = model._default_manager.filter(pk=self.key, **still)
        if not self.after:
            return self if row.delete()[0] == 1 else None
        return replace(self, after=after) if row.update(**_columns(model, after)) == 1 else None

    def _insert(self, model: type[models.Model], made: dict[str, int]) -> Change:
        row = model(**_columns(model, _resolved(self.after, made)))
        # What the database gives it comes back with the key: that counts too, when it is to be taken away again.
        row.save(force_insert=True)
        made[self.handle] = row.pk
        stored = {
            field.attname: _plain(getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
        return replace(self, key=row.pk, subject=getattr(row, "subject", ""), after=stored)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """A column's value as JSON holds it."""
    if isinstance(value, Range):
        return json.dumps([value.lower, value.upper], default=str)
    return value.isoformat() if isinstance(value, date) else value


def _resolved(values: Mapping[str, Any], made: Mapping[str, int]) -> dict[str, Any]:
    return {
        column: made[value[1:]] if column.endswith("_id") and isinstance(value, str) and value[:1] == "$" else value
        for column, value in values.items()
    }


def _columns(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _python(model._meta.get_field(name), value) for name, value in values.items()}


def _python(field: Any, value: Any) -> Any:  # noqa: ANN401
    """A column's value from how JSON holds it."""
    if value is not None and hasattr(field, "range_type"):
        return field.range_type(*(field.base_field.to_python(end) for end in json.loads(value)))
    return value if value is None or field.is_relation else field.to_python(value)


class OnConsolidate(Protocol):
    """What to do with the rows that point to the absorbed through one key."""

    def __call__(
        self, key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
    ) -> Sequence[Change]:
        """Read only: give the changes."""


_together: dict[OnConsolidate, Callable[[Sequence[tuple[Institution, Institution]]], OnConsolidate]] = {}


def together(
    rule: OnConsolidate, prepare: Callable[[Sequence[tuple[Institution, Institution]]], OnConsolidate]
) -> None:
    """Let a rule be asked of many pairs of survivor and absorbed: `prepare` reads for all of them at once."""
    _together[rule] = prepare


def for_many(rule: OnConsolidate, pairs: Sequence[tuple[Institution, Institution]]) -> OnConsolidate:
    """A rule that answers for these pairs, having asked for all at once where it can."""
    return _together[rule](pairs) if rule in _together else rule


def MOVE(  # noqa: N802 - a value like CASCADE or PROTECT
    key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
) -> Sequence[Change]:
    """The row follows to the survivor."""
    del on
    rows = key.model._default_manager.filter(**{key.name: absorbed}).order_by("pk")
    why = f"følger med til {survivor.number}"
    return [Change.of(row, subject=survivor.number, why=why, **{key.attname: survivor.pk}) for row in rows]


def STAY(  # noqa: N802
    key: InstitutionKey[Any, Any], *, survivor: Institution, absorbed: Institution, on: date
) -> Sequence[Change]:
    """The row stays: it is history of the absorbed."""
    del key, survivor, absorbed, on
    return ()


class InstitutionKey[ST, GT](models.ForeignKey[ST, GT]):
    """A foreign key to an institution. `on_delete` is always PROTECT; `on_consolidate` is required."""

    def __init__(self, *, on_consolidate: OnConsolidate, to: Any = "institutions.Institution", **kwargs: Any) -> None:  # noqa: ANN401
        kwargs["on_delete"] = models.PROTECT
        super().__init__(to, **kwargs)
        self.on_consolidate = on_consolidate

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep `on_consolidate`: Django clones fields and writes migrations through this."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["on_delete"]
        kwargs["on_consolidate"] = self.on_consolidate
        return name, path, args, kwargs


def keys_to_institution() -> Iterator[InstitutionKey[Any, Any]]:
    """Every InstitutionKey of every installed model, in an order that never varies."""
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label_lower):
        if model._meta.proxy:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, InstitutionKey):
                yield field


@checks.register(checks.Tags.models)
def every_key_to_an_institution_is_an_institution_key(
    app_configs: Sequence[AppConfig] | None,
    **kwargs: Any,  # noqa: ANN401
) -> Iterable[checks.CheckMessage]:
    """A plain relation to Institution would be forgotten by a consolidation, so it is refused."""
    del kwargs
    wanted = None if app_configs is None else {config.label for config in app_configs}
    for model in apps.get_models(include_auto_created=True):
        if wanted is not None and model._meta.app_label not in wanted:
            continue
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = getattr(field.remote_field, "model", None)
            # The model behind a proxy: a key to a proxy is a key to the same table.
            behind = getattr(getattr(target, "_meta", None), "concrete_model", None)
            if behind is None or behind._meta.label_lower != INSTITUTION:
                continue
            if not isinstance(field, InstitutionKey):
                yield checks.Error(
                    f"{model._meta.label}.{field.name} points to Institution but is no InstitutionKey.",
                    hint="Use institutions.keys.InstitutionKey and say what a consolidation does with the row.",
                    obj=field,
                    id="institutions.E001",
                )
