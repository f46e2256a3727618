"""Where the demo keeps its tables: a database of its own beside the given one, in which nothing is touched.

It is dropped when the demo starts and when it ends. Two demos beside one database refuse each other.
The role needs CREATEDB, as it does for running the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

SUFFIX = "_playground"


class NoScratchDatabase(RuntimeError):
    """The demo's database cannot be made."""


@contextmanager
def scratch_database() -> Iterator[None]:
    """Point the default connection at an empty database of our own, and remove it afterwards."""
    settings = connections["default"].settings_dict
    arguments: dict[str, Any] = connections["default"].get_connection_params()
    arguments = {name: arguments[name] for name in ("dbname", "user", "password", "host", "port") if name in arguments}
    name = settings["NAME"] + SUFFIX
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(**arguments, autocommit=True) as connection:
        # The lock lasts as long as this connection.
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if not (row and row[0]):
            raise NoScratchDatabase("Another demo is running beside this database.")
        try:
            connection.execute(drop)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise NoScratchDatabase(f"The role of DATABASE_URL cannot make the database {name}: {error}") from error
        connections["default"].close()
        settings["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            connection.execute(drop)
