"""A broker without a server: messages are files in a folder (kombu's filesystem transport)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import celery

URL = "filesystem://"


def transport_options(folder: str | Path) -> dict[str, Any]:
    messages, control = Path(folder) / "messages", Path(folder) / "control"
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "polling_interval": 0.05,
    }


@contextmanager
def sending_to(folder: Path) -> Iterator[None]:
    """Let this process send its tasks to the broker, which is empty, instead of running them where they are sent."""
    for name in ("messages", "control"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    app = celery.current_app
    conf = app.conf
    changes = {
        "task_always_eager": False,
        "broker_url": URL,
        "broker_transport_options": transport_options(folder),
    }
    before = {name: conf[name] for name in changes}
    conf.update(changes)
    _forget_producers(app)
    try:
        yield
    finally:
        conf.update(before)
        _forget_producers(app)


def _forget_producers(app: celery.Celery) -> None:
    """Whatever was sent to before, the next task goes where the configuration says now: an app keeps its producers."""
    app.__dict__.pop("amqp", None)


def waiting_messages(folder: Path) -> int:
    return len(list((folder / "messages").iterdir()))
