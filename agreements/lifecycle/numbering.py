"""The numbers of data agreements: from a sequence, never used again."""

from __future__ import annotations

from django.db import connection

SEQUENCE = "agreements_number"
# More than are issued between two statements; fewer than take long to draw.
SLACK = 1000


def take_number() -> int:
    """The next agreement number; never used again."""
    return take_numbers(1)[0]


def take_numbers(count: int) -> list[int]:
    """The next agreement numbers, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCE, count])
        return sorted(int(row[0]) for row in cursor.fetchall())


def continue_after(number: int) -> None:
    """Let agreement numbers go on after this one; they never go back."""
    with connection.cursor() as cursor:
        # Only ever ahead, and by drawing at the end: setval alone could take back what is issued meanwhile.
        ahead = f"FROM {SEQUENCE} WHERE last_value < %s"
        cursor.execute(f"SELECT setval(%s, %s) {ahead}", [SEQUENCE, max(1, number - SLACK), number - SLACK])
        cursor.execute(
            f"SELECT count(nextval(%s)) FROM generate_series((SELECT last_value FROM {SEQUENCE}) + 1, %s)",  # noqa: S608
            [SEQUENCE, number],
        )
