"""A Celery worker in a process of its own, started as an operator starts it, and killed as a machine does it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 180
"""So long on a machine that hardly gets to it; elsewhere a few seconds are enough."""


class Worker:
    """One ``celery worker`` with its children; ``has_beat`` lets it send the periodic tasks too."""

    def __init__(self, folder: Path, *, has_beat: bool = False) -> None:
        self.log = folder / f"worker-{time.monotonic_ns()}.log"
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "playground.celery_app", "worker"]
        command += ["--concurrency=2", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        if has_beat:
            command += ["--beat", "--schedule", str(folder / f"beat-{self.log.stem}")]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.worker.settings",
            "DATABASE_URL": database_url(),
            "PLAYGROUND_PRIVATE_FILES": str(settings.PLAYGROUND_PRIVATE_FILES),
            "WORKER_BROKER": str(folder),
        }
        with self.log.open("wb") as log:
            # A session of its own: killing it kills the pool and the beat too.
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL to the worker and its children: nothing is finished, and nobody is told."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def tasks_done(self) -> set[str]:
        """Return the names of the tasks that succeeded, by its log."""
        lines = self.log.read_text().splitlines()
        return {line.split("Task ")[1].split("[")[0] for line in lines if "Task " in line and " succeeded in " in line}


@contextlib.contextmanager
def working(folder: Path, *, has_beat: bool = False) -> Iterator[Worker]:
    worker = Worker(folder, has_beat=has_beat)
    try:
        yield worker
    except BaseException:
        print(worker.log.read_text()[-4000:])  # noqa: T201  (why it did not get there)
        raise
    finally:
        worker.kill()


def wait_for(is_there: Callable[[], bool], *, worker: Worker) -> None:
    """Look again and again until it is there. Fails where the worker has died, or it does not come in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        assert worker.process.poll() is None, "the worker has died"
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def database_url() -> str:
    """Return the address of this test's own database."""
    found = connection.settings_dict
    host, port = str(found["HOST"]), f":{found['PORT']}" if found["PORT"] else ""
    user = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}"
    if host.startswith("/"):
        return f"postgres://{user}@{port}/{quote(found['NAME'])}?host={quote(host)}"
    return f"postgres://{user}@{host}{port}/{quote(found['NAME'])}"
