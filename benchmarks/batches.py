"""A file of points for very many customers, worked off as the tasks do it: rows a second, and memory.

Workload: one program whose points last twelve months, on the playground. Four files of so many rows, one after the
other in one process: guests without an account, whom it opens; the same again, who are there by now; a deduction from
each; and a dry run. Then the second file is taken back, of which nothing was spent, and a part of the first, which was
deducted. Wanted: memory that does not grow with the file, and time that grows with it and no faster.

It is no measure of several batches at once.

    python -m benchmarks.batches [--rows 20000] [--keep]
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from .databases import Databases, connect

ROWS = 20_000
REVERTED = 2_000
"""Rows that are taken back of what was spent, or all if there are fewer: it is enough to tell the rate."""


class _Sleeper:
    """Stands for a worker that never comes: the batches are worked off here."""

    def delay(self, batch_id: int) -> None:
        pass


sleeper = _Sleeper()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--keep", action="store_true", help="leave the database")
    arguments = parser.parse_args()
    connect()
    databases = Databases("loyalty_benchmark_batches", [arguments.rows])
    with databases.opened(lambda size: None, is_kept=arguments.keep):
        databases.use(arguments.rows)
        measure(arguments.rows)
    return 0


def measure(rows: int) -> None:
    """Work the files off, and print what each took."""
    from django.utils import timezone

    from saleor_loyalty.batches import revert_batch, step_batch, waking
    from saleor_loyalty.ledger import Actor
    from saleor_loyalty.models import BatchRow, BatchRowStatus
    from tests import club

    waking.TASK = f"{__name__}.sleeper"
    club.open_channel()
    program = club.publish(club.rules(expiry={"type": "ROLLING", "months": 12}))
    print(f"{'':42}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'MB':>6}")
    batches = []
    for title, wish in (
        ("give to guests whose accounts are opened", {}),
        ("give to accounts that are there", {}),
        ("deduct", {"kind": "DEDUCT"}),
        ("dry run", {"is_dry_run": True}),
    ):
        batch, seconds = _timed(lambda wish=wish: _run(program.pk, file_of(rows), **wish))  # type: ignore[misc]
        if (batch.status, batch.done) != ("DONE", rows):
            raise RuntimeError(f"{title}: {batch.status}, {batch.done} done, {batch.problem}")
        _say(title, rows, seconds)
        batches.append(batch)

    def revert(batch: Any, wanted: int) -> int:
        revert_batch(batch.pk, actor=Actor("STAFF", 1), at=timezone.now())
        while BatchRow.objects.filter(batch=batch, status=BatchRowStatus.REVERTED).count() < wanted:
            step_batch(batch.pk, at=timezone.now())
        return wanted

    spent, whole, *_ = batches
    _say("take back what is there", *_timed(lambda: revert(whole, rows)))
    _say("take back what was spent", *_timed(lambda: revert(spent, min(rows, REVERTED))))


def file_of(rows: int) -> io.BytesIO:
    lines = (f"guest{number}@example.com,{number % 90 + 1}\n" for number in range(rows))
    return io.BytesIO(("email,points\n" + "".join(lines)).encode())


def _run(program_id: int, file: io.BytesIO, **wish: Any) -> Any:
    import uuid

    from django.utils import timezone

    from saleor_loyalty.batches import BatchWish, create_batch, step_batch
    from saleor_loyalty.ledger import Actor
    from saleor_loyalty.models import Batch

    batch = create_batch(
        program_id,
        BatchWish(file=file, reason="Summer", **wish),
        idempotency_key=uuid.uuid4().hex,
        actor=Actor("STAFF", 1),
        at=timezone.now(),
    )
    while step_batch(batch.pk, at=timezone.now()):
        pass
    return Batch.objects.get(pk=batch.pk)


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = act()
    return found, time.perf_counter() - start


def _say(title: str, rows: int, seconds: float) -> None:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{title:42}{rows:>10,}{seconds:>10.1f}{rows / seconds:>10.0f}{megabytes:>6}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
