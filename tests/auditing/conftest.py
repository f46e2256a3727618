"""A club, a customer with 1000 points, and something to buy; orders count as settled the moment they change."""

from __future__ import annotations

import datetime

import pytest

from tests.orders.conftest import _no_version_remembered, account, dana, eager_tasks, program, variant

__all__ = ["_no_version_remembered", "account", "dana", "eager_tasks", "program", "variant"]


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch):
    monkeypatch.setattr("saleor_loyalty.auditing.order_truth.GRACE", -datetime.timedelta(minutes=1))
