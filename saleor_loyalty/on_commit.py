"""Work that is sent when the running transaction commits: once, however often it is asked for.

It is a hint and never raises: without a broker what was committed stands, the failure is logged, and the periodic
tasks and the reconciliation find the work. Whoever has no tasks (the domain) names what is sent by its dotted path.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable

from django.db import DEFAULT_DB_ALIAS, connections, transaction

logger = logging.getLogger(__name__)


class _Sending:
    """The on-commit callback; an object, so that a second request for the same work is recognized."""

    def __init__(self, key: Hashable, send: Callable[[list[str]], object]) -> None:
        self.key = key
        self.send = send
        self.parts: set[str] = set()

    def __call__(self) -> None:
        try:
            self.send(sorted(self.parts))
        except Exception:
            logger.exception("%s could not be sent.", self.key)


def send_once_on_commit(
    key: Hashable,
    send: Callable[[list[str]], object],
    *,
    parts: Iterable[str] = (),
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Call ``send`` with all ``parts`` that were asked for under ``key``, sorted, once the transaction commits.

    Outside of a transaction it is called at once. Never raises for what ``send`` raises.
    """
    connection = connections[using]
    surviving = set(connection.savepoint_ids)
    for savepoint_ids, callback, *_ in connection.run_on_commit:
        # One that was asked for in a savepoint which may still be rolled back without us is not enough.
        if isinstance(callback, _Sending) and callback.key == key and set(savepoint_ids) <= surviving:
            callback.parts.update(parts)
            return
    sending = _Sending(key, send)
    sending.parts.update(parts)
    transaction.on_commit(sending, using=using)
