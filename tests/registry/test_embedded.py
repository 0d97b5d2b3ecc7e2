"""The embedded PostgreSQL comes up from any state, and no two checkouts meet."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from registry.embedded import home, server
from registry.embedded.base import DatabaseWrapper
from registry.trouble import Unavailable

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="what root's server does")


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that any user may enter; servers started in it by `use` end with the test."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    folder.chmod(0o755)
    yield folder
    for secret in folder.rglob("secret"):
        use(monkeypatch, secret.parent)
        server.stop()
        shutil.rmtree(home.server(home.owner()))
    shutil.rmtree(folder)


def use(monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    monkeypatch.setenv("REGISTRY_POSTGRES_DIR", str(place))
    return place


def connect() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(home.sockets()), port=home.PORT, user=home.ROLE, dbname=home.DATABASE)


def ask(question: str) -> object:
    with connect() as opened:
        found = opened.execute(question.encode()).fetchone()
    return found[0] if found else None


def write(name: str) -> None:
    with connect() as opened:
        opened.execute("CREATE TABLE IF NOT EXISTS names (name text)")
        opened.execute("INSERT INTO names VALUES (%s)", [name])


def data() -> Path:
    return home.server(home.owner()) / "data"


def kill_everything() -> None:
    """Every process of this server, postmaster first, as the kernel would when memory runs out."""
    postmaster = int((data() / "postmaster.pid").read_text().split("\n", 1)[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for process in (postmaster, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_it_starts_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    server.start()
    assert ask("SELECT current_database()") == "registry"
    assert ask("SHOW listen_addresses") == ""
    server.start()
    assert server.stop()
    assert not server.stop()


def test_text_does_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    server.start()
    how = "SELECT concat_ws(' ', datlocprovider, datlocale, pg_encoding_to_char(encoding)) FROM pg_database"
    assert ask(f"{how} WHERE datname = 'registry'") == "b C.UTF-8 UTF8"
    assert ask("SELECT upper('æøå')") == "ÆØÅ"


def test_what_was_committed_survives_a_kill_of_everything(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    server.start()
    for name in ("Solsikken", "Mælkebøtten"):
        write(name)
        kill_everything()
        server.start()
    assert ask("SELECT string_agg(name, ', ' ORDER BY name) FROM names") == "Mælkebøtten, Solsikken"


def test_a_connection_starts_a_killed_server(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    own = {"NAME": home.DATABASE, "USER": home.ROLE, "OPTIONS": {}}
    engine = DatabaseWrapper(connection.settings_dict | own, alias="own")
    for _attempt in range(2):
        with engine.get_new_connection(engine.get_connection_params()) as opened:
            assert opened.execute("SELECT 1").fetchone() == (1,)
        kill_everything()


def test_a_half_made_cluster_is_made_anew(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    for part in ("making", "data"):
        (data().parent / part / "base").mkdir(parents=True)
    server.start()
    assert ask("SELECT 1") == 1


def test_a_pid_file_that_names_another_process_is_no_hindrance(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    server.start()
    traces = [(path, path.read_text()) for path in (data() / "postmaster.pid", home.sockets() / ".s.PGSQL.5432.lock")]
    server.stop()
    home.owner().takes(home.sockets())
    for path, words in traces:
        path.write_text("\n".join([str(os.getpid()), *words.split("\n")[1:]]))
    server.start()
    assert ask("SELECT 1") == 1


def test_a_copied_folder_has_a_server_of_its_own(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    original = use(monkeypatch, ground / "postgres")
    server.start()
    write("Solsikken")
    copy = shutil.copytree(original, ground / "copy", symlinks=True)
    use(monkeypatch, copy)
    server.start()
    write("Mælkebøtten")
    assert ask("SELECT count(*) FROM names") == 2
    use(monkeypatch, original)
    assert ask("SELECT count(*) FROM names") == 1


def test_a_moved_folder_keeps_its_data(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    place = use(monkeypatch, ground / "postgres")
    server.start()
    write("Solsikken")
    use(monkeypatch, place.rename(ground / "moved"))
    server.start()
    assert ask("SELECT name FROM names") == "Solsikken"


@pytest.mark.parametrize("name", ["deep/" * 50 + "postgres", 'it\'s a "folder" with $HOME in it'])
def test_any_path_will_do(monkeypatch: pytest.MonkeyPatch, ground: Path, name: str) -> None:
    use(monkeypatch, ground / name)
    server.start()
    assert ask("SELECT 1") == 1


def test_two_processes_at_once_start_one_server_and_hold_no_pipe(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    command = [sys.executable, "-m", "registry.embedded", "start"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _each in range(2)]
    # Reads to the end of the pipe: the server would keep it open if it had inherited it.
    assert [(process.communicate(timeout=60)[0], process.returncode) for process in started] == [(b"", 0)] * 2
    assert ask("SELECT 1") == 1


def test_a_full_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    use(monkeypatch, ground / "postgres")
    monkeypatch.setattr(server, "ROOM", 2**62)
    with pytest.raises(Unavailable, match="is full"):
        server.start()


@only_root
def test_root_s_server_lives_outside_a_folder_that_its_user_cannot_enter(
    monkeypatch: pytest.MonkeyPatch, ground: Path
) -> None:
    (ground / "locked").mkdir(mode=0o700)
    use(monkeypatch, ground / "locked" / "postgres")
    server.start()
    assert data().is_relative_to(home.OUTSIDE)
    assert data().stat().st_uid != 0
    write("Solsikken")
    kill_everything()
    server.start()
    assert ask("SELECT name FROM names") == "Solsikken"


@only_root
def test_root_s_server_gives_the_checkout_s_owner_his_data(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    os.chown(ground, 65534, 65534)
    use(monkeypatch, ground / "postgres")
    server.start()
    assert data().stat().st_uid == 65534
    assert data().is_relative_to(ground)
