"""What stands in the way of starting, in one or two sentences instead of a traceback."""

import errno

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError, OperationalError

DISK_FULL = "The disk is full. Free some space and run the command again; nothing half-written is kept."


class Unavailable(Exception):  # noqa: N818  (says a state, not a fault of ours)
    """Something the project needs is missing. The message says what, and what to do about it."""


def explain(trouble: BaseException) -> str | None:
    """Plain words for a missing or wrong surrounding; None for what is a fault of ours."""
    match trouble:
        case Unavailable() | ImproperlyConfigured():
            return str(trouble)
        case NotSupportedError() if "or later is required" in str(trouble):
            return f"The database behind DATABASE_URL is too old. {trouble}"
        case OperationalError(__cause__=psycopg.OperationalError() as cause):
            return _database_words(cause)
        case OSError(errno=errno.ENOSPC):
            return DISK_FULL
    return None


def _database_words(cause: psycopg.OperationalError) -> str | None:
    """Only what the surroundings did: a deadlock or a lost lock stays an error of the program."""
    if isinstance(cause, psycopg.errors.DiskFull):
        return DISK_FULL
    # psycopg gives no error class to a connection that never came about.
    if cause.sqlstate is None:
        first_line = (str(cause).strip() or type(cause).__name__).splitlines()[-1].strip()
        return f"No database answers: {first_line}\nIs the server running, and is DATABASE_URL right?"
    return None
