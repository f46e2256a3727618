"""Where the demo keeps its tables: a PostgreSQL schema of its own, so that it touches nothing else in a database.

The schema is dropped when the demo starts and when it ends. Two demos in one database refuse each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

SCHEMA = "saleor_loyalty_playground"


class AlreadyRunning(RuntimeError):
    """Another demo uses this database."""


@contextmanager
def scratch_schema() -> Iterator[None]:
    """Point the default connection at an empty schema of our own, and remove it afterwards."""
    settings = connections["default"].settings_dict
    arguments: dict[str, Any] = connections["default"].get_connection_params()
    arguments = {name: arguments[name] for name in ("dbname", "user", "password", "host", "port") if name in arguments}
    with psycopg.connect(**arguments, autocommit=True) as connection:
        # The lock lasts as long as this connection.
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [SCHEMA]).fetchone()
        if not (row and row[0]):
            raise AlreadyRunning("Another demo is running in this database.")
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        settings["OPTIONS"] = {"options": f"-c search_path={SCHEMA}"}
        connections["default"].close()
        try:
            yield
        finally:
            connections.close_all()
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
