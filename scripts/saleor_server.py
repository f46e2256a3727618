"""A PostgreSQL server for the Saleor suite: the one of ``DATABASE_URL``, or one whose data stays for the next run.

The embedded server of ``playground/database.py`` forgets its data when it stops, and the templates here take minutes
to make. This one keeps them in ``SALEOR_HOME/.loyalty-postgres``; where the server's user may not enter that folder
(root may not run PostgreSQL, and ``nobody`` cannot look into /root), in ``/var/tmp``. It listens on a unix socket
only. Two runs at the same time share it; the last one stops it.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
from playground.database import find_binaries  # noqa: E402

USER = "saleor"
# Saleor's tests ask for speed, not for durability; a template is renamed to its name only when it is complete.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100", "listen_addresses=''")


@contextmanager
def running_server() -> Iterator[str]:
    """Yield the address of a server on which databases can be made."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    server = _Server()
    with (server.home / "users.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server.start()
        try:
            yield server.url
        finally:
            if _is_last(lock):
                server.stop()


def _is_last(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Server:
    def __init__(self) -> None:
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._identity: dict[str, Any] = (
            {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        )
        self.binaries = find_binaries()
        self.home = self._find_home()
        if owner:
            os.chown(self.home, owner.pw_uid, owner.pw_gid)
        # The path of a socket may hold 107 bytes; the home may be deeper than that.
        self.sockets = Path(tempfile.gettempdir()) / f"saleor-suite-{os.geteuid()}"
        self.sockets.mkdir(mode=0o755, exist_ok=True)
        if owner:
            os.chown(self.sockets, owner.pw_uid, owner.pw_gid)

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{quote(str(self.sockets), safe='')}/{USER}"

    def _find_home(self) -> Path:
        saleor_home = Path(os.environ.get("SALEOR_HOME", "~/saleor")).expanduser()
        if self._run(["test", "-x", str(saleor_home)]) == 0:
            home = saleor_home / ".loyalty-postgres"
        else:
            home = Path("/var/tmp") / f"saleor-loyalty-{os.geteuid()}"
        home.mkdir(mode=0o700, exist_ok=True)
        return home

    def start(self) -> None:
        """Start the server unless another run has; the first time ever, make its cluster."""
        data = self.home / "data"
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (data / "PG_VERSION").exists():
                words = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
                self._check([str(self.binaries / "initdb"), "-D", str(data), *words])
            if self._run([str(self.binaries / "pg_ctl"), "status", "-D", str(data)]) != 0:
                options = f"-k {self.sockets} " + " ".join(f"-c {option}" for option in OPTIONS)
                command = [str(self.binaries / "pg_ctl"), "start", "-D", str(data), "-w", "-t", "120"]
                self._check([*command, "-l", str(self.home / "server.log"), "-o", options])

    def stop(self) -> None:
        self._run([str(self.binaries / "pg_ctl"), "stop", "-D", str(self.home / "data"), "-m", "fast", "-w"])

    def _run(self, command: list[str]) -> int:
        # Not through a pipe: the server inherits it, and it would stay open for as long as the server runs.
        nowhere = subprocess.DEVNULL
        return subprocess.run(
            command, cwd="/", stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False, **self._identity
        ).returncode

    def _check(self, command: list[str]) -> None:
        if self._run(command):
            raise SystemExit(f"{Path(command[0]).name} failed; see {self.home / 'server.log'}")
