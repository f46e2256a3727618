"""The databases of the Saleor suite: migrated once a version, cloned for each run.

Saleor has some 1,400 migrations, two to three minutes of them. So each version has a template with Saleor's own
migrations, named by their digest, and a second one with ours on top, named by the digest of both. A run works on
a clone of the second. Templates are never written again; clones are dropped after the run.
"""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from saleor_checkouts import PROJECT, SETTINGS, SETTINGS_WITHOUT_LOYALTY, SaleorCheckout, digest_of

_MIGRATE = """
import django
django.setup()
import saleor.graphql.api  # before the migrations: one of them imports a part of it, which fails by itself
from django.core.management import call_command
call_command("migrate", verbosity=0, run_syncdb=True)
"""


def database_url(server_url: str, name: str) -> str:
    """Return the server's address with another database name."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


@contextmanager
def _maintenance(server_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(server_url, "postgres"), autocommit=True) as connection:
        yield connection


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def clone_database(server_url: str, *, template: str | None, name: str) -> None:
    """Create the database, as a copy of the template if one is named; an earlier one of that name goes."""
    drop_database(server_url, name)
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with _maintenance(server_url) as connection:
        connection.execute(statement)


def database_exists(server_url: str, name: str) -> bool:
    with _maintenance(server_url) as connection:
        return _exists(connection, name)


def drop_database(server_url: str, name: str) -> None:
    with _maintenance(server_url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_abandoned_clones(server_url: str, *, prefix: str) -> None:
    """Drop the clones ``<prefix><process id>`` of runs that were killed before they could."""
    with _maintenance(server_url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()
    for (name,) in rows:
        process_id = name.removeprefix(prefix)
        if process_id.isdecimal() and not _is_alive(int(process_id)):
            drop_database(server_url, name)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _rename_database(server_url: str, old: str, new: str) -> None:
    with _maintenance(server_url) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def prepare_template(checkout: SaleorCheckout, *, server_url: str) -> str:
    """Return the name of the version's migrated template, created if it is not there yet.

    Two runs at the same time wait for each other (an advisory lock a version).
    """
    base = f"saleor_{checkout.slug}_{checkout.migration_digest()}"
    ours = digest_of((PROJECT / "saleor_loyalty" / "migrations").glob("*.*"), base=PROJECT)
    template = f"{base}_loyalty_{ours}"
    with _maintenance(server_url) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(f"saleor suite {checkout.version}".encode())])
        if not _exists(lock, base):
            _migrate(checkout, server_url=server_url, template=None, name=base, settings=SETTINGS_WITHOUT_LOYALTY)
        if not _exists(lock, template):
            _drop_outdated(server_url, base=base)
            _migrate(checkout, server_url=server_url, template=base, name=template, settings=SETTINGS)
    return template


def _migrate(checkout: SaleorCheckout, *, server_url: str, template: str | None, name: str, settings: str) -> None:
    unfinished = f"{name}_new"
    clone_database(server_url, template=template, name=unfinished)
    environment = checkout.environment(database_url=database_url(server_url, unfinished), settings=settings)
    subprocess.run([str(checkout.python), "-c", _MIGRATE], check=True, env=environment, cwd=PROJECT)
    _rename_database(server_url, unfinished, name)


def _drop_outdated(server_url: str, *, base: str) -> None:
    with _maintenance(server_url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{base}_loyalty_"]
        ).fetchall()
    for (name,) in rows:
        drop_database(server_url, name)
