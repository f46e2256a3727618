"""The statements that every posting sends, compiled once.

They are what the ORM would send for the same rows: compiling them anew for each posting would take more time than the
database does (``benchmarks/ledger.py``). Values that a field may change pass through its own preparation; nothing else
about a model is repeated here. Reads that are not on the way of every posting use the ORM.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS as _ALIAS
from django.db import connections
from django.db.models import Field, JSONField, Model, QuerySet

Row = TypeVar("Row", bound=Model)

# What every field but one for JSON hands to the database as it is.
_UNCHANGED = frozenset((str, int, bool, type(None), datetime.datetime))

# They stand for the parameters of a compiled query, and are found again in what it compiles to.
ANY_ID = -7_777_777
ANY_KEY = "any key"
ANY_MOMENT = datetime.datetime(7777, 7, 7, tzinfo=datetime.UTC)


class CompiledQuery(Generic[Row]):
    """A queryset that differs from call to call in its parameters only."""

    def __init__(self, build: Callable[[], QuerySet[Row]], *parameters: object) -> None:
        """``build`` makes the queryset with the given stand-ins, each of which occurs in it once."""
        self._build = build
        self._parameters = parameters

    @cached_property
    def _compiled(self) -> tuple[str, list[Any], list[int], type[Row], list[str]]:
        queryset = self._build()
        sql, values = queryset.query.sql_with_params()
        plain = list(values)
        positions = [plain.index(parameter) for parameter in self._parameters]
        names = [field.attname for field in queryset.model._meta.concrete_fields]
        return sql, plain, positions, queryset.model, names

    def fetch(self, *values: object) -> list[Row]:
        sql, parameters, positions, model, names = self._compiled
        parameters = parameters.copy()
        for position, value in zip(positions, values, strict=True):
            parameters[position] = value
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute(sql, parameters)
            return [model.from_db(_ALIAS, names, row) for row in cursor.fetchall()]


class RowStatements(Generic[Row]):
    """INSERT of new rows, and UPDATE of some columns of rows. What is sent for several rows is put together anew."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._updates: dict[Sequence[str], str] = {}

    @cached_property
    def _insert(self) -> tuple[str, list[tuple[str, Field[Any, Any], bool]]]:
        """The statement, and for each value the attribute, its field, and whether that is one for JSON."""
        meta = self._model._meta
        fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        places = ", ".join(["%s"] * len(fields))
        sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places})'
        return sql, [(field.attname, field, isinstance(field, JSONField)) for field in fields]

    def insert(self, row: Row) -> Row:
        """Write a new row and return it with its primary key."""
        self.insert_and_ask(row, "NULL")
        return row

    def insert_and_ask(self, row: Row, question: str) -> Any:
        """Write a new row, and return the value of an SQL expression without parameters."""
        written = self._write(row, question)
        if written is None:
            raise RuntimeError(f"{self._model._meta.label} was not written")
        return written[0]

    def insert_unless_there(self, row: Row, question: str) -> Any:
        """As ``insert_and_ask``, unless a unique constraint forbids it: None where another session's row is there."""
        written = self._write(row, question, " ON CONFLICT DO NOTHING")
        return None if written is None else written[0]

    def insert_all_unless_there(self, rows: Sequence[Row], question: str, *, known_by: Sequence[str]) -> Any:
        """As ``insert_unless_there`` for several rows, in their order: those that a unique constraint forbids keep no
        primary key. Returns the value of the expression, or None where no row was written.

        ``known_by``: attributes by which the rows are told apart. PostgreSQL does not say which of them it left out.
        """
        meta, connection = self._model._meta, connections[_ALIAS]
        _, fields = self._insert
        columns = {name: field.column for name, field, _ in fields}
        row_by = {tuple(getattr(row, name) for name in known_by): row for row in rows}
        names = ", ".join(f'"{column}"' for column in columns.values())
        places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
        returned = ", ".join(f'"{columns[name]}"' for name in known_by)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({names}) VALUES {places} ON CONFLICT DO NOTHING'
                f' RETURNING {question}, "{meta.pk.column}", {returned}',
                [value for row in rows for value in self._values(row)],
            )
            written = cursor.fetchall()
        for _, key, *values in written:
            self._note_written(row_by[tuple(values)], key)
        return written[0][0] if written else None

    def _values(self, row: Row) -> list[Any]:
        _, fields = self._insert
        connection = connections[_ALIAS]
        values = []
        for name, field, is_json in fields:
            value = getattr(row, name)
            if is_json or type(value) not in _UNCHANGED:
                value = field.get_db_prep_save(value, connection)
            values.append(value)
        return values

    def _note_written(self, row: Row, key: Any) -> None:
        row.pk = key
        row._state.adding = False
        row._state.db = _ALIAS

    def _write(self, row: Row, question: str, clause: str = "") -> tuple[Any] | None:
        sql, _ = self._insert
        pk = self._model._meta.pk
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute(f'{sql}{clause} RETURNING "{pk.column}", {question}', self._values(row))
            written: tuple[Any, Any] | None = cursor.fetchone()
        if written is None:
            return None
        key, answer = written
        self._note_written(row, key)
        return (answer,)

    def update(self, row: Row, names: Sequence[str]) -> None:
        """Write the named columns of a row that exists. Raises RuntimeError where it does not."""
        meta = self._model._meta
        sql = self._updates.get(names)
        if sql is None:
            column_by_name = {field.name: field.column for field in meta.concrete_fields}
            columns = ", ".join(f'"{column_by_name[name]}" = %s' for name in names)
            sql = self._updates[names] = f'UPDATE "{meta.db_table}" SET {columns} WHERE "{meta.pk.column}" = %s'
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute(sql, [*(getattr(row, name) for name in names), row.pk])
            if cursor.rowcount != 1:
                raise RuntimeError(f"{meta.label} {row.pk} is gone")

    def update_all(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        """Write the named columns of rows that exist, in one statement. Raises RuntimeError where one does not."""
        if not rows:
            return
        meta, connection = self._model._meta, connections[_ALIAS]
        field_by_name = {field.name: field for field in meta.concrete_fields}
        fields = [meta.pk, *(field_by_name[name] for name in names)]
        columns = [f'"{field.column}"' for field in fields]
        places = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
        changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
        sql = (
            f'UPDATE "{meta.db_table}" AS old SET {changes} FROM unnest({places}) AS new({", ".join(columns)})'
            f" WHERE old.{columns[0]} = new.{columns[0]}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[getattr(row, field.attname) for row in rows] for field in fields])
            if cursor.rowcount != len(rows):
                raise RuntimeError(f"{len(rows) - cursor.rowcount} of {len(rows)} rows of {meta.label} are gone")
