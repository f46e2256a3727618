"""Puts the throw-away database back to what its template holds, after a test with real commits.

Django's flush would truncate some 350 tables, and take the rows that migrations and ``post_migrate`` wrote; a new
clone of the template costs seconds on a busy machine. Here only tables that hold rows are emptied, with triggers and
foreign keys off for this one connection (so the ledger's own guards, which refuse it to everybody else, do not stop
it), and tables that are not empty in the template get their rows back. Sequences run on: no test may count on a
primary key.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

KEPT = "loyalty_suite"
NEVER_CHANGED = {"django_migrations", "spatial_ref_sys"}


class Cleaner:
    """Knows which tables the template fills; keeps their rows in a schema of its own."""

    def __init__(self, database: dict[str, Any]) -> None:
        self._connection = psycopg.connect(
            host=database["HOST"],
            port=database["PORT"] or None,
            user=database["USER"],
            password=database["PASSWORD"],
            dbname=database["NAME"],
            autocommit=True,
        )
        self._tables = self._read_tables()
        self._filled = self._find_filled(self._tables)
        self._connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(KEPT)))
        for table in self._filled:
            self._connection.execute(
                sql.SQL("CREATE TABLE {} AS TABLE public.{}").format(
                    sql.Identifier(KEPT, table), sql.Identifier(table)
                )
            )

    def _read_tables(self) -> list[str]:
        rows = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in rows if name not in NEVER_CHANGED]

    def _find_filled(self, tables: list[str]) -> list[str]:
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM public.{})")
        parts = [one.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
        return [name for (name,) in self._connection.execute(sql.SQL(" UNION ALL ").join(parts))]

    def clean(self) -> None:
        """Empty what is filled and fill again what the template fills, in one transaction."""
        with self._connection.transaction():
            self._connection.execute("SET LOCAL lock_timeout = '30s'")
            self._connection.execute("SET LOCAL session_replication_role = replica")
            for table in self._find_filled(self._tables):
                self._connection.execute(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)))
            for table in self._filled:
                self._connection.execute(
                    sql.SQL("INSERT INTO public.{} OVERRIDING SYSTEM VALUE SELECT * FROM {}").format(
                        sql.Identifier(table), sql.Identifier(KEPT, table)
                    )
                )
