"""Running things on database connections of their own, as other web processes would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 20


class Session:
    """One thread with its own connection. ``result`` waits for it and returns or raises what it did."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._outcome: tuple[Any, BaseException | None] = (None, None)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._outcome = (self._work(), None)
        except BaseException as error:  # noqa: BLE001  (handed to the waiting test)
            self._outcome = (None, error)
        finally:
            connections.close_all()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def outcome(self) -> tuple[Any, BaseException | None]:
        self._thread.join(PATIENCE_SECONDS)
        assert not self.is_running, "a session hangs: a deadlock, or a lock that nobody gives back"
        return self._outcome

    def result(self) -> Any:
        value, error = self.outcome()
        if error is not None:
            raise error
        return value


def together(*works: Callable[[], Any]) -> list[tuple[Any, BaseException | None]]:
    """Start all at the same moment; return what each returned or raised."""
    barrier = threading.Barrier(len(works))

    def at_once(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            return work()

        return run

    return [session.outcome() for session in [Session(at_once(work)) for work in works]]


def blocked_sessions() -> int:
    """Return how many sessions of this database wait for a lock now."""
    with connection.cursor() as cursor:
        # Within a transaction the first look would be the last one.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (count,) = cursor.fetchone()
        return int(count)


def wait_until_blocked(count: int = 1) -> None:
    """Wait until so many sessions of this database wait for a lock."""
    deadline = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        if blocked_sessions() >= count:
            return
        deadline.wait(0.02)
    raise AssertionError("no session waits for a lock")
