from __future__ import annotations

import pytest

from saleor_loyalty import tasks

from . import reports
from .reports import give, open_account

pytestmark = pytest.mark.django_db


def test_the_task_counts_every_program_in_batches_until_nothing_is_left(program, monkeypatch):
    # given
    other = reports.publish(time_zone="UTC", slug="other")
    accounts = [open_account(program), open_account(other)]
    for points in (1, 2, 4):
        give(accounts[0], points)
    give(accounts[1], 8)
    sent = []
    monkeypatch.setattr(tasks.roll_up_statistics_task, "delay", lambda **arguments: sent.append(arguments))

    # when
    counted = [tasks.roll_up_statistics_task(limit=2) for _ in range(3)]

    # then
    assert counted == [3, 1, 0]
    assert sent == [{"limit": 2}]
    assert sum(row[5] for row in reports.daily()) == 15
