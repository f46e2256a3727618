"""Asking for the same report on several views in one statement, so that a list of programs costs what one does.

Each report is a SELECT whose first column is the watermark that it saw; what it found follows, NULL where it found
nothing. It reads watermark, statistics and ledger as of one moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from .views import View

_PARAMETER = re.compile(r"%\((\w+)\)s")
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A SELECT with its values by name."""

    sql: str
    values: Mapping[str, Any]


def read_views(views: Sequence[View], *, ask: Callable[[View], Query], using: str) -> list[list[Row]]:
    """Return for each view the rows of the query that ``ask`` makes of it, without the watermark.

    Cost: one statement for all; one more where another replica answers, one that is behind the first.
    """
    found: dict[int, list[Row]] = {}
    open_views = dict(enumerate(views))
    while open_views:
        rows = _read({number: ask(view) for number, view in open_views.items()}, using=using)
        for number, view in list(open_views.items()):
            last_id: int = rows[number][0][0]
            if last_id >= view.known:
                found[number] = [row[1:] for row in rows[number] if row[1] is not None]
                del open_views[number]
            else:
                # This replica's own watermark is the lower bound.
                open_views[number] = replace(view, known=last_id)
    return [found[number] for number in range(len(views))]


def compile_nothing(cursor: CursorWrapper) -> None:
    """Keep PostgreSQL from compiling the statements of this transaction: where it takes few rows for very many, that
    takes longer than the statements do. Call it in an atomic block."""
    cursor.execute("SET LOCAL jit = off")


def _read(queries: Mapping[int, Query], *, using: str) -> dict[int, list[Row]]:
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, query in queries.items():
        named = _PARAMETER.sub(rf"%(\1_{number})s", query.sql)
        parts.append(f"SELECT {number} AS number, numbered_{number}.* FROM ({named}) numbered_{number}")
        values.update({f"{name}_{number}": value for name, value in query.values.items()})
    found: dict[int, list[Row]] = {number: [] for number in queries}
    with connections[using].cursor() as cursor:
        cursor.execute("\nUNION ALL\n".join(parts), values)
        for number, *row in cursor.fetchall():
            found[number].append(tuple(row))
    return found
