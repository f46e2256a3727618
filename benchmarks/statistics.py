"""Reports and an account's history on a ledger of 100,000 and one of 10 million transactions, and their ratio.

    python -m benchmarks.statistics [--sizes 100000 10000000] [--rounds 15] [--keep] [--json FILE]

Workload: what a staff member's overview page asks, through the package's reports (SQL and Python; without GraphQL and
the network), all transactions rolled up; medians with a warm cache, one connection to each size, asked in turn. The
ledgers are made by ``benchmarks/ten_million.py``; ten million take 20 GB, twelve minutes to make, eleven to roll up.

It is not a measure of several requests at once, of a cold cache or of writing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .databases import Databases, connect, measure, report

SIZES = (100_000, 10_000_000)
TARGETS = {"an account's page of history": 5.0}
TARGET = 50.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--json", help="write the seconds of each round to this file")
    arguments = parser.parse_args()
    connect()
    databases = Databases("loyalty_benchmark", arguments.sizes)
    with databases.opened(fill, is_kept=arguments.keep):
        asked = {}
        for size in arguments.sizes:
            databases.use(size)
            asked[size] = cases()
        found = measure(asked, rounds=arguments.rounds, use=databases.use)
    report(found, target_ms=lambda title: TARGETS.get(title, TARGET))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2))
    return 0


def fill(size: int) -> None:
    """Publish a program, make its ledger and roll it up; say how long each took."""
    from django.db import connection

    from saleor_loyalty import analytics
    from saleor_loyalty.programs import create_program, publish_draft, update_draft

    from . import ten_million

    start = time.perf_counter()
    program = create_program(name="Club", slug="club", at=ten_million.START)
    channels = [
        {"key": slug, "channel": slug, "currency": "ILS", "timeZone": "Asia/Jerusalem"}
        for slug in ten_million.CHANNELS
    ]
    earning = [
        {"key": f"rule-{number}", "name": f"Rule {number}", "type": "CONVERSION_RATE", "points": 1}
        for number in range(ten_million.RULES)
    ]
    update_draft(program.pk, data={"channels": channels, "earning": earning[:1]}, at=ten_million.START)
    publish_draft(program.pk, at=ten_million.START)
    program.refresh_from_db()
    count = ten_million.generate(size=size, program=program)
    print(f"{count:,} transactions made in {time.perf_counter() - start:.0f} s", flush=True)
    problems = ten_million.check()
    if problems:
        raise RuntimeError(f"the ledger is not whole: {problems[:3]}")
    start = time.perf_counter()
    while not analytics.roll_up(program.pk, at=ten_million.NOW, limit=200_000).is_complete:
        print(".", end="", flush=True)
    print(f" rolled up in {time.perf_counter() - start:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def cases() -> dict[str, Callable[[], Any]]:
    """What is measured, by its title."""
    from saleor_loyalty import analytics
    from saleor_loyalty.graphql.connection import PageArguments, page_queryset
    from saleor_loyalty.graphql.sorters import transaction_sort
    from saleor_loyalty.models import AwardDimension, LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction

    from .ten_million import NOW

    program = LoyaltyProgram.objects.get().pk
    today = NOW.date()
    seven = analytics.Period(first=today - datetime.timedelta(days=6), last=today)
    thirty = analytics.Period(first=today - datetime.timedelta(days=29), last=today)
    month_end = today.replace(day=1) - datetime.timedelta(days=1)
    month_start = month_end.replace(day=1)
    month = analytics.Period(first=month_start, last=month_end)
    year = analytics.Period(first=today - datetime.timedelta(days=364), last=today)
    # The most days that a report can have to read one by one: sixteen of a month are a month without fifteen.
    halfway = month_start.replace(day=15)
    halves = analytics.Period(first=halfway - datetime.timedelta(days=29), last=halfway)
    year_of_halves = analytics.Period(first=halfway - datetime.timedelta(days=364), last=halfway)
    busiest = LoyaltyAccount.objects.order_by("-sequence").values_list("pk", flat=True)[0]

    def ask(period: analytics.Period) -> analytics.Question:
        return analytics.Question(program_id=program, period=period)

    def overview(period: analytics.Period, step: analytics.Step) -> None:
        before = analytics.previous_period(period, today=today)
        analytics.point_statuses([ask(period), ask(before or period)], at=NOW)
        analytics.point_series_of([ask(period)], step=step, at=NOW)

    def sources(period: analytics.Period) -> None:
        analytics.point_sources_of([ask(period)], at=NOW)

    def awards(period: analytics.Period, dimension: AwardDimension) -> None:
        analytics.award_sources_of([ask(period)], dimension=dimension, limit=10, at=NOW)

    def earners(period: analytics.Period) -> None:
        analytics.top_earners_of([ask(period)], limit=10, at=NOW)

    def history() -> None:
        rows = LoyaltyTransaction.objects.filter(account_id=busiest)
        list(page_queryset(rows, transaction_sort(None), PageArguments(first=20)))

    ever = analytics.Period()
    return {
        "overview, 30 days by day": lambda: overview(thirty, analytics.Step.DAY),
        "overview, a year by month": lambda: overview(year, analytics.Step.MONTH),
        "sources by kind, a year": lambda: sources(year),
        "sources by rule, a year": lambda: awards(year, AwardDimension.RULE),
        "sources by product, 30 days": lambda: awards(thirty, AwardDimension.PRODUCT),
        "sources by product, a year": lambda: awards(year, AwardDimension.PRODUCT),
        "sources by category, a year": lambda: awards(year, AwardDimension.CATEGORY),
        "top earners, of all time": lambda: earners(ever),
        "top earners, a month": lambda: earners(month),
        "top earners, 7 days": lambda: earners(seven),
        "top earners, 30 days": lambda: earners(thirty),
        "top earners, a year": lambda: earners(year),
        "top earners, 30 days, half months": lambda: earners(halves),
        "top earners, a year, half months": lambda: earners(year_of_halves),
        "an account's page of history": history,
    }


if __name__ == "__main__":
    sys.exit(main())
