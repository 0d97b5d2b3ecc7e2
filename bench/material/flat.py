"""One flat table with a file's columns, every one a text: what a spreadsheet package would fill."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models

TABLE = "bench_flat"


def table(columns: Sequence[str]) -> type[models.Model]:
    """The table's model. It lives here only: `there` makes the table in the scratch database."""
    meta = type("Meta", (), {"app_label": "institutions", "managed": False, "db_table": TABLE})
    fields = {column: models.CharField(max_length=200, blank=True) for column in columns}
    return type("Flat", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


@contextmanager
def there(model: type[models.Model]) -> Iterator[None]:
    """The table, while a benchmark needs it."""
    with connection.schema_editor() as editor:
        editor.create_model(model)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(model)
