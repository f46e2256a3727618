"""The audit of a ledger of 100,000 and of one of 10 million transactions: seconds and the most memory of the process.

    python -m benchmarks.audit [--sizes 100000 10000000] [--keep] [--json FILE]

Workload: ``auditing.step_audit`` until the run has ended, in one process, as ``manage.py loyalty_audit`` does it:
every account with its transactions, hashes, texts, lots and lot uses, and every order record. The shop has no orders
of its own here: comparing those costs what settling them costs. The ledgers are those of
``benchmarks/statistics.py``, taken where they are there.

Their hashes are made up, so that the audit must find each transaction and nothing else: ten million findings, of which
it lists the first and counts all. That is the worst case for memory. Any other finding, and any other number, ends the
benchmark with exit code 1.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import sys
import time
from pathlib import Path

from . import statistics
from .databases import Databases, connect

MADE_UP = "HASH_MISMATCH"
BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(statistics.SIZES))
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--json", help="write the figures to this file")
    arguments = parser.parse_args()
    connect()
    found = {}
    # The smaller ones first: the peak of a process never falls.
    sizes = sorted(arguments.sizes)
    with Databases("loyalty_benchmark", sizes).opened(statistics.fill, is_kept=arguments.keep) as databases:
        for size in sizes:
            databases.use(size)
            found[size] = measure()
            print(json.dumps(found[size]), flush=True)
    report(found)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2))
    return 0 if all(is_right(figures) for figures in found.values()) else 1


def measure() -> dict[str, object]:
    """Audit the program of this database; return what it took and what was found, by code."""
    from saleor_loyalty.auditing import claim_audit, start_audit, step_audit
    from saleor_loyalty.models import AuditRun, LoyaltyProgram, LoyaltyTransaction

    from .ten_million import NOW

    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    run = start_audit(LoyaltyProgram.objects.get().pk, at=NOW, orders_since=BEGINNING, is_background=False)
    claim = claim_audit(run.pk, at=NOW)
    if claim is None:
        raise RuntimeError("an audit of this database is under way")
    steps = 0
    while not step_audit(run.pk, claim=claim, at=NOW).is_last:
        steps += 1
        if steps % 500 == 0:
            print(f"  step {steps}, {time.perf_counter() - start:.0f} s, {peak_megabytes():.0f} MB", flush=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    run = AuditRun.objects.get(pk=run.pk)
    return {
        "transactions": LoyaltyTransaction.objects.count(),
        "accounts": run.accounts_done,
        "records": run.records_done,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "megabytes_before": round(before.ru_maxrss / 1024),
        "megabytes": round(peak_megabytes()),
        "kept": run.findings.count(),
        "findings": run.counts,
    }


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def is_right(figures: dict[str, object]) -> bool:
    """Return whether the made-up hashes were found, each once, and nothing else."""
    return figures["findings"] == {MADE_UP: figures["transactions"]}


def report(found: dict[int, dict[str, object]]) -> None:
    names = ("transactions", "accounts", "records", "seconds", "cpu_seconds", "megabytes_before", "megabytes", "kept")
    for name in names:
        print(f"{name:20} " + " ".join(f"{figures[name]:>14,}" for figures in found.values()))
    for figures in found.values():
        print(f"findings: {figures['findings']}: {'OK' if is_right(figures) else 'NOT AS IT MUST BE'}")


if __name__ == "__main__":
    sys.exit(main())
