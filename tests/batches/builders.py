"""Asking for batches and running them, as the tasks do."""

from __future__ import annotations

import datetime
import io
import itertools
from collections.abc import Callable
from typing import Any

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.batches import BatchWish, create_batch, step_batch
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyProgram
from tests import club

STAFF = Actor("STAFF", 7)
DAY = datetime.timedelta(days=1)
_numbers = itertools.count(1)


class _Sleeper:
    """Stands for a worker that never comes."""

    def delay(self, batch_id: int) -> None:
        pass


sleeper = _Sleeper()


def add_accounts(program: LoyaltyProgram, count: int) -> list[LoyaltyAccount]:
    return [open_account(program, email=f"guest{next(_numbers)}@example.com", at=club.now()) for _ in range(count)]


def ask(program: LoyaltyProgram, text: str | bytes | None = None, **wish: Any) -> Batch:
    """Ask for a batch of a file with this text, or of the accounts of ``selection``."""
    key = wish.pop("key", f"batch-{next(_numbers)}")
    if text is not None:
        wish["file"] = io.BytesIO(text.encode() if isinstance(text, str) else text)
    wish = {"reason": "Summer", **wish}
    return create_batch(program.pk, BatchWish(**wish), idempotency_key=key, actor=STAFF, at=club.now())


def step_until(batch: Batch, is_there: Callable[[Batch], bool], *, steps: int = 100) -> None:
    """Take steps until the batch has got so far. Fails where it never does."""
    for _ in range(steps):
        if is_there(Batch.objects.get(pk=batch.pk)):
            return
        step_batch(batch.pk, at=club.now())
    raise AssertionError("the batch never got there")


def run(batch: Batch, *, steps: int = 10_000) -> Batch:
    """Take so many steps, or as many as there are."""
    for _ in range(steps):
        if not step_batch(batch.pk, at=club.now()):
            break
    return Batch.objects.get(pk=batch.pk)


def everybody(program: LoyaltyProgram) -> AccountFilter:
    return AccountFilter(programs=(program.pk,))


def csv_of(accounts: list[LoyaltyAccount], points: int = 10) -> str:
    return "account,points\n" + "".join(f"{account.pk},{points}\n" for account in accounts)


def failed_rows(batch: Batch) -> list[tuple[int, str, str]]:
    rows = BatchRow.objects.filter(batch=batch, status="FAILED").order_by("number")
    return list(rows.values_list("number", "code", "field"))


def counts(batch: Batch) -> tuple[str, int, int, int, int]:
    return batch.status, batch.total, batch.done, batch.failed, batch.points_moved
