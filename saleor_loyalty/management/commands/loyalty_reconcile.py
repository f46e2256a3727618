"""``manage.py loyalty_reconcile``: settle every order of the shop that changed since then, as hooks should have done.

Exit codes: 0 all was looked at and nothing failed; 1 some orders could not be settled, and they are printed; 2 called
wrongly; 3 there is more to do: the limit was reached, another such run is under way, or the plugin is switched off.
What it heals is printed. It may be killed and run again: it goes on where it had come to. It may run beside the
periodic task: an order that is settled twice is settled once.
"""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_loyalty.host import get_host
from saleor_loyalty.management.since import parse_since
from saleor_loyalty.orders import (
    BY_HAND,
    Claim,
    claim_reconciliation,
    reconcile_batch,
    release_reconciliation,
)

ORDERS_PER_BATCH = 200
FAILED, WRONG_CALL, MORE_TO_DO = 1, 2, 3


class Command(BaseCommand):
    help = "Settle the shop's orders that changed, and print what that has healed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=(
                "begin with the orders that changed since then: a day, a moment, a number of days as 30d, or"
                " 'beginning'; left out: go on where the last run came to, the first time two days back"
            ),
        )
        parser.add_argument("--limit", type=int, metavar="ORDERS", help="stop after so many; run it again to go on")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit must be at least 1.", returncode=WRONG_CALL)
        with get_host().write_context():
            claim = self.claim(self.read_since(options["since"]))
            orders, healed, failed, has_more = self.walk(claim, limit=limit)
        self.stdout.write(f"{orders} orders were looked at, {healed} were healed, {failed} failed.")
        if failed:
            raise CommandError(f"{failed} orders could not be settled.", returncode=FAILED)
        if has_more:
            raise CommandError("There is more to do: run it again without --since.", returncode=MORE_TO_DO)

    def claim(self, since: datetime.datetime | None) -> Claim:
        if not get_host().is_active():
            raise CommandError("The plugin is switched off: nothing can be judged.", returncode=MORE_TO_DO)
        claim = claim_reconciliation(at=timezone.now(), name=BY_HAND, since=since)
        if claim is None:
            raise CommandError("Another run is under way.", returncode=MORE_TO_DO)
        return claim

    def walk(self, claim: Claim, *, limit: int | None) -> tuple[int, int, int, bool]:
        """Settle batch by batch; return how many were looked at, healed and failed, and whether there is more."""
        orders = healed = failed = 0
        while True:
            size = ORDERS_PER_BATCH if limit is None else min(ORDERS_PER_BATCH, limit - orders)
            batch = reconcile_batch(claim, limit=size, at=timezone.now())
            for order_id, text in batch.healed:
                self.stdout.write(f"order {order_id}\thealed\t{text}")
            for order_id, text in batch.failed:
                self.stdout.write(f"order {order_id}\tfailed\t{text}")
            orders, healed, failed = orders + batch.orders, healed + len(batch.healed), failed + len(batch.failed)
            if not batch.has_more:
                return orders, healed, failed, False
            following = claim_reconciliation(at=timezone.now(), name=BY_HAND, key=claim.key)
            if following is None:
                return orders, healed, failed, True
            claim = following
            if limit is not None and orders >= limit:
                release_reconciliation(claim)
                return orders, healed, failed, True

    def read_since(self, text: str | None) -> datetime.datetime | None:
        if text is None:
            return None
        since = parse_since(text, at=timezone.now())
        if since is None:
            raise CommandError(f"--since {text} is neither a moment nor a number of days.", returncode=WRONG_CALL)
        return since
