"""No report reads the ledger or the lists of earnings from end to end: each finds its rows by an index.

On a table with rows, and with sequential scans made as costly as can be: one that is still in a plan has no index.
"""

from __future__ import annotations

import importlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import analytics
from saleor_loyalty.models import AwardDimension, LoyaltyTransaction, MonthlyEarnings, WeeklyEarnings

from .orders import Bought, record_order, settle
from .reports import NOW, give, open_account, period, roll_up

pytestmark = pytest.mark.django_db
TABLES = tuple(model._meta.db_table for model in (LoyaltyTransaction, MonthlyEarnings, WeeklyEarnings))
WEEKS = period("2026-01-10", "2026-02-20")
DAYS = period("2026-02-04", "2026-02-10")


def plans(statements: list[str]) -> str:
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            found.extend(row[0] for row in cursor.fetchall())
    return "\n".join(found)


@pytest.fixture
def ledger(program):
    accounts = [open_account(program) for _ in range(12)]
    for number, account in enumerate(accounts):
        for month in ("01", "02", "03"):
            give(account, 10 + number, on=f"2026-{month}-15T12:00")
        settle(record_order(account, [Bought("1", (), {"base": 8})]), 8, on="2026-02-05T12:00")
    roll_up(program)
    give(accounts[0], 3, on="2026-02-07T12:00")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return program


@pytest.mark.parametrize("chosen", [analytics.Period(), WEEKS, DAYS], ids=["of all time", "weeks", "days"])
def test_reports_find_their_rows_by_indexes(ledger, chosen):
    # given
    arguments = {"at": NOW, "period": chosen}
    with CaptureQueriesContext(connection) as captured:
        analytics.point_status(ledger.pk, **arguments)
        analytics.point_series(ledger.pk, step=analytics.Step.MONTH, **arguments)
        analytics.point_sources(ledger.pk, **arguments)
        for dimension in AwardDimension:
            analytics.award_sources(ledger.pk, dimension=dimension, limit=5, **arguments)
        for channel in (None, "shop"):
            analytics.top_earners(ledger.pk, limit=2, channel=channel, **arguments)
    statements = [query["sql"] for query in captured]

    # when
    found = plans([sql for sql in statements if not sql.startswith(("SAVEPOINT", "RELEASE", "SET"))])

    # then
    assert [line for table in TABLES for line in found.splitlines() if f"Seq Scan on {table}" in line] == []


def test_whoever_looks_at_everybody_finds_the_days_and_does_not_go_through_all_ids(program, monkeypatch):
    # given: no list tells who leads
    module = importlib.import_module("saleor_loyalty.analytics.top_earners")
    monkeypatch.setattr(module, "SHALLOWEST", 1)
    monkeypatch.setattr(module, "DEPTHS", (1,))
    for number in range(30):
        give(open_account(program), 10, on=f"2026-01-{number + 1:02}T12:00")
    roll_up(program)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        found = analytics.top_earners(program.pk, limit=1, at=NOW, period=period("2026-01-10", "2026-01-12"))

    # when
    statements = [query["sql"] for query in captured]
    last = plans([next(sql for sql in reversed(statements) if "WITH progress" in sql)])

    # then
    assert [row.points for row in found] == [10]
    assert "SET LOCAL jit = off" in statements
    assert "occurred_at >=" in last
    assert "Cond: (id <=" not in last
