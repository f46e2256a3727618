"""A club, a customer with 1000 points, and something to buy."""

from __future__ import annotations

import celery
import pytest

from tests.scene import _no_version_remembered, account, dana, program, variant

__all__ = ["_no_version_remembered", "account", "dana", "program", "variant"]


@pytest.fixture
def eager_tasks():
    """Run tasks at once: there is no broker here."""
    conf = celery.current_app.conf
    before = conf.task_always_eager
    conf.task_always_eager = True
    yield
    conf.task_always_eager = before
