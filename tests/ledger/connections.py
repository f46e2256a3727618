"""Two and more database connections at once, and connections that die."""

import threading
import time
from contextlib import contextmanager

import psycopg
from django.db import connection, connections, transaction

_PATIENCE_SECONDS = 20


def together(*acts):
    """Run the acts at the same time, each in a thread with a connection of its own.

    Returns what each returned or raised, in their order.
    """
    barrier = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(number, act):
        try:
            connection.ensure_connection()
            barrier.wait(_PATIENCE_SECONDS)
            outcomes[number] = act()
        except Exception as error:  # noqa: BLE001 (it is the outcome)
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_SECONDS)
        assert not thread.is_alive(), "an act never ended"
    return outcomes


def second_while_first_is_uncommitted(first, second):
    """Run ``first`` and, before it commits, start ``second``: that must wait, and go on when ``first`` commits.

    Returns what each returned or raised.
    """
    is_written, may_commit = threading.Event(), threading.Event()
    pids = {}

    def hold():
        with transaction.atomic():
            outcome = first()
            is_written.set()
            assert may_commit.wait(_PATIENCE_SECONDS)
        return outcome

    def follow():
        assert is_written.wait(_PATIENCE_SECONDS)
        pids["second"] = connection.connection.info.backend_pid
        return second()

    def commit_once_second_waits():
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if "second" in pids and is_waiting_for_a_lock(pids["second"]):
                may_commit.set()
                return True
            time.sleep(0.01)
        may_commit.set()
        return False

    outcomes = together(hold, follow, commit_once_second_waits)
    assert outcomes[2] is True, "the second act did not wait for the first"
    return outcomes[:2]


def is_waiting_for_a_lock(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.fetchone() == ("Lock",)


class Killer:
    is_done = False


@contextmanager
def killed_after(statement_number):
    """Terminate this thread's database session once it has executed so many statements."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    killer = Killer()
    count = 0

    def count_and_kill(execute, sql, params, many, context):
        nonlocal count
        result = execute(sql, params, many, context)
        count += 1
        if count == statement_number:
            kill(pid)
            killer.is_done = True
        return result

    with connection.execute_wrapper(count_and_kill):
        yield killer


def kill(pid):
    arguments = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "user", "password", "host", "port")
    }
    with psycopg.connect(**arguments, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)
