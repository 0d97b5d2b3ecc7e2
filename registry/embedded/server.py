"""Start and stop. Whatever was killed at whatever moment, the next start puts it right."""

import contextlib
import fcntl
import os
import shlex
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from registry.embedded import home
from registry.trouble import DISK_FULL, Unavailable

PATIENCE = 60  # seconds for a start, recovery after a kill included
ROOM = 200 * 2**20  # bytes that a new cluster and its first log segments need
LOG_LIMIT = 10 * 2**20  # bytes; a longer log is begun anew at the next start

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # A commit is handed to the kernel before it is answered, so killing every process loses nothing. What is given
    # up is the wait for the disk itself: after a power cut this database may have to be built again. It is a
    # development machine's; a real register has DATABASE_URL.
    "synchronous_commit": "on",
    "fsync": "off",
    "full_page_writes": "off",
    # Nothing follows this server, so it need not write for followers.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Parallel workers share memory through /dev/shm, which containers keep at 64 MB.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    # The server's own affairs, but not each refusal that a test expects.
    "log_min_messages": "log",
}


def start() -> None:
    """Return when the server answers and has its database; at once where it already does."""
    with _alone():
        if not _answers():
            _revive()
        _make_database()


def stop() -> bool:
    """Stop the server. False if it was not running."""
    if not (home.directory() / "secret").exists():
        return False
    with _alone():
        owner = home.owner()
        data = home.server(owner) / "data"
        running = _postmaster(data) is not None
        if running:
            _halt(owner, data)
        shutil.rmtree(home.sockets(), ignore_errors=True)
        return running


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time starts or stops; the kernel lets go of the lock when its holder is killed."""
    home.secret()
    with (home.directory() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(home.sockets()), port=home.PORT, user=home.ROLE, dbname="postgres", autocommit=True, connect_timeout=5
    )


def _answers() -> bool:
    try:
        _connect().close()
    except psycopg.OperationalError:
        return False
    return True


def _revive() -> None:
    """From any state to a server that answers."""
    owner = home.owner()
    place = home.server(owner)
    data = place / "data"
    if _postmaster(data) is not None:
        # Still on its way up (whoever started it may have been killed), or listening under an earlier name.
        if _answers_within(PATIENCE if _sockets(data) == home.sockets() else 0):
            return
        _halt(owner, data)
    _check_room(place)
    if not (data / "PG_VERSION").exists():
        _create(owner, place)
    _clear_traces(owner, data)
    _launch(owner, place)


def _postmaster(data: Path) -> int | None:
    """The process that serves this very folder. The pid file alone proves nothing: it outlives a kill, its number
    may be another process's by now, and in a copied checkout it names the original's server.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(data) else None
    except (OSError, ValueError):
        return None


def _sockets(data: Path) -> Path:
    """Where the running server listens: not where we look, once its checkout was moved."""
    return Path((data / "postmaster.pid").read_text().split("\n")[4])


def _answers_within(seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _answers():
            return True
        time.sleep(0.1)
    return False


def _check_room(place: Path) -> None:
    if shutil.disk_usage(place).free < ROOM:
        message = f"The disk holding {place} is full: PostgreSQL needs {ROOM // 2**20} MB. Free some space."
        raise Unavailable(message)


def _create(owner: home.Owner, place: Path) -> None:
    """A new cluster, made under another name and moved into place whole.

    Text is compared by code point and cased by Unicode's rules, both built into the server: nothing depends on the
    machine's libc or ICU, whose orders differ between releases and would corrupt indexes.
    """
    for leftover in (place / "making", place / "data"):  # of a kill during an earlier attempt
        shutil.rmtree(leftover, ignore_errors=True)
    made = owner.run(
        home.binaries(owner) / "initdb",
        *("--pgdata", place / "making", "--username", home.ROLE, "--auth", "trust", "--encoding", "UTF8"),
        *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--no-sync", "--no-instructions"),
    )
    if made.returncode != 0:
        raise Unavailable(_words("could not make its data folder", made.stdout + made.stderr, place))
    (place / "making").rename(place / "data")


def _clear_traces(owner: home.Owner, data: Path) -> None:
    """Remove what a killed or copied server left; safe, because no process serves this folder now."""
    data.chmod(0o700)
    (data / "postmaster.pid").unlink(missing_ok=True)
    sockets = home.sockets()
    owner.takes(sockets)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != (os.geteuid() if owner.user is None else owner.user):
        message = f"{sockets} belongs to another user. Remove it, then run the command again."
        raise Unavailable(message)
    sockets.chmod(0o700)
    for name in (f".s.PGSQL.{home.PORT}", f".s.PGSQL.{home.PORT}.lock"):
        (sockets / name).unlink(missing_ok=True)


def _launch(owner: home.Owner, place: Path) -> None:
    """Start, and try again while the workers of a killed server are still letting go of its memory."""
    log = place / "log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    options = OPTIONS | {"unix_socket_directories": str(home.sockets())}
    command = (
        *(home.binaries(owner) / "pg_ctl", "start", "--wait", "--silent", f"--timeout={PATIENCE}"),
        # Relative, because pg_ctl hands these to a shell between double quotes.
        *("--pgdata", "data", "--log", "log"),
        *("--options", shlex.join(f"--{name}={value}" for name, value in options.items())),
    )
    until = time.monotonic() + PATIENCE
    while True:
        began = log.stat().st_size if log.exists() else 0
        if owner.run(*command, folder=place).returncode == 0:
            return
        said = log.read_bytes()[began:].decode(errors="replace") if log.exists() else ""
        if "shared memory block" not in said or time.monotonic() > until:
            raise Unavailable(_words("did not start", said, place))
        time.sleep(0.2)


def _halt(owner: home.Owner, data: Path) -> None:
    """Stop in good order, or, where that takes too long, at once: the next start recovers."""
    listened = _sockets(data)
    for mode in ("fast", "immediate"):
        command = (home.binaries(owner) / "pg_ctl", "stop", "--wait", "--timeout=20", "--mode", mode, "--pgdata", data)
        if owner.run(*command).returncode == 0:
            with contextlib.suppress(OSError):  # gone already, or no folder of ours
                listened.rmdir()
            return
    message = f"The embedded PostgreSQL in {data} does not stop. Kill process {_postmaster(data)} and try again."
    raise Unavailable(message)


def _make_database() -> None:
    """The cluster may have been made by a process that was killed before it came this far."""
    with _connect() as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [home.DATABASE])
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(home.DATABASE)))


def _words(what: str, said: str, place: Path) -> str:
    if "No space left on device" in said:
        return DISK_FULL
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
    return f"The embedded PostgreSQL {what}: {last.strip()}\nMore in {place / 'log'}."
