"""A club, a customer with 1000 points, and something to buy."""

from __future__ import annotations

import celery
import pytest

from saleor_loyalty.programs.active_program import forget_versions
from tests import club


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def eager_tasks():
    """Run tasks at once: there is no broker here."""
    conf = celery.current_app.conf
    before = conf.task_always_eager
    conf.task_always_eager = True
    yield
    conf.task_always_eager = before


@pytest.fixture
def program(db):
    club.open_channel()
    return club.publish()


@pytest.fixture
def dana(program):
    return club.add_customer()


@pytest.fixture
def account(dana):
    return club.give(dana, 1000)


@pytest.fixture
def variant(program):
    return club.add_variant(price=100)
