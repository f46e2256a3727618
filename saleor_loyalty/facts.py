"""Small facts mirrored to the shop's own customers and orders, for apps that know nothing of loyalty.

Off unless ``LOYALTY_MIRROR_FACTS`` is on. Asked for when points have moved, after the commit and in a task: a failure
never reaches a sale, and what is lost is put right by the next movement. They are copies, as of the last movement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from .host import get_host
from .ledger import read_points
from .models import LoyaltyAccount, OrderRecord
from .tiers import read_tiers


def mirror_facts(account_id: int, *, order_ids: Iterable[str], at: datetime.datetime) -> None:
    """Publish the account's points and tier on its customer, and on each order what it earned, spent and got back.

    Idempotency: the host writes and tells only what differs. Cost: five statements and those of the host.
    """
    account = LoyaltyAccount.objects.select_related("program").filter(pk=account_id).first()
    if account is None:
        return
    points = read_points([account], at=at)[account.pk]
    tier = read_tiers([account], at=at)[account.pk].standing.tier
    prefix = f"loyalty.{account.program.slug}"
    records = OrderRecord.objects.filter(program=account.program, order_id__in=set(order_ids)).order_by("pk")
    get_host().publish_facts(
        user_id=account.user_id,
        customer={
            f"{prefix}.available": str(points.available),
            f"{prefix}.pending": str(points.pending),
            f"{prefix}.tier": tier,
        },
        orders={record.order_id: _facts_of_order(record, prefix) for record in records},
    )


def _facts_of_order(record: OrderRecord, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}.earned": str(record.awarded - record.reversed),
        f"{prefix}.redeemed": str(record.redeemed - record.returned),
    }
