"""Counts the SQL statements of a request: SELECT, INSERT, UPDATE and DELETE.

Savepoints, session settings and the ends of transactions are not counted: they carry no data, and Saleor opens them as
it likes. A query that starts with a bracket (a union) or with WITH is a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_FIRST_WORD = re.compile(r"[\s(]*([A-Za-z]+)")


def is_counted(sql: str) -> bool:
    """Return whether this is a statement that reads or writes rows."""
    word = _FIRST_WORD.match(sql)
    return word is not None and word.group(1).upper() in COUNTED


class StatementCounter:
    """Collects what goes through Django's connections; ``texts`` are the counted statements, in their order."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if is_counted(text):
            self.texts.append(text)
        return execute(sql, params, many, context)


@contextmanager
def counted_statements(*connections: Any) -> Iterator[StatementCounter]:
    """Count the statements on these connections within the block."""
    counter = StatementCounter()
    with ExitStack() as stack:
        for connection in connections:
            stack.enter_context(connection.execute_wrapper(counter))
        yield counter
