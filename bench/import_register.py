"""`import_register` into an empty register, against django-import-export into one flat table of the same columns.

Ours makes of each row an institution, a version and an event, and of a unit without a parent a daginstitution too.
Ours also reads, decides and tells of every row through the command.
"""

import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import tablib
from django.core.management import call_command
from django.db import connection, models
from import_export.resources import ModelResource, modelresource_factory

from bench.material import flat, population, register_file
from bench.runner import Case, seconds

ROUNDS = 5


def cases() -> Iterator[Case]:
    """Bulk mode, one INSERT for a thousand rows; and default mode, one INSERT for each."""
    name, content = register_file.content()
    header = content.decode("utf-8-sig").splitlines()[0].split(";")
    model = flat.table(header)
    with tempfile.TemporaryDirectory() as folder, flat.there(model):
        path = Path(folder) / "register.csv"
        path.write_bytes(content)
        ours = _ours(path)
        yield Case(f"{name}, bulk mode", ours, _theirs(path, model, use_bulk=True), 3.0, rounds=ROUNDS)
        # At its very quickest it shows nobody what it will do; ours has a verdict for each row all the same.
        quickest = _theirs(path, model, use_bulk=True, skip_diff=True)
        yield Case(f"{name}, bulk mode, no differences", ours, quickest, 3.0, rounds=ROUNDS)
        yield Case(f"{name}, default mode", ours, _theirs(path, model), 1.0, rounds=2)
    population.empty()


def _ours(path: Path) -> Callable[[], float]:
    def work() -> float:
        population.empty()
        return seconds(lambda: call_command("import_register", str(path), stdout=StringIO()))

    return work


def _theirs(path: Path, model: type[models.Model], **options: bool) -> Callable[[], float]:
    # No look-up of rows that cannot be there: with one, each row costs it a query.
    meta = {"force_init_instance": True, "exclude": ["id"], "import_id_fields": ["anvisningsenhedsNummer"], **options}
    resource: ModelResource = modelresource_factory(model, meta_options=meta)()

    def take_in() -> None:
        dataset = tablib.Dataset().load(path.read_text(encoding="utf-8-sig"), format="csv", delimiter=";")
        resource.import_data(dataset, raise_errors=True)

    def work() -> float:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {flat.TABLE}")
        return seconds(take_in)

    return work
