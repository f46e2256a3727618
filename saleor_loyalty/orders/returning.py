"""Spent points of an account that was merged into another one: they go back to the lots they came from, and on.

The order's record follows the points to the account that has them now; the redemption stays where it was made. A
return is posted there, closed or not, and what comes back of it moves the way that the merges went. Locks are taken at
once, in the order of the accounts' keys, before anything else of the settlement takes one of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ..errors import AccountClosed
from ..ledger import forward_points, return_points
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, AccountMerge, LoyaltyTransaction, OrderRecord, TransactionType
from ..selectors import way_of_merges

Way = Sequence[AccountMerge]
"""The merges from the account that redeemed to the record's, in their order; none where they are the same."""


def lock_way_back(record: OrderRecord) -> Way:
    """Return the way of the points that the order spent, with every account on it locked.

    One statement where the account was not merged.
    """
    redemptions = LoyaltyTransaction.objects.filter(order_id=record.order_id, type=TransactionType.REDEEM)
    redeemer_id = redemptions.filter(program_id=record.program_id).values_list("account_id", flat=True).first()
    if redeemer_id is None or redeemer_id == record.account_id:
        return ()
    way = way_of_merges(redeemer_id)
    ends = [merge.target_id for merge in way]
    if record.account_id not in ends:
        return ()
    way = way[: ends.index(record.account_id) + 1]
    list(loyalty_account_qs_select_for_update().filter(pk__in={redeemer_id, *ends}))
    return way


def return_along(way: Way, *, account_id: int, at: datetime.datetime, **values: Any) -> None:
    """Return points to the account, or to the one at the beginning of the way and from there to it.

    Raises AccountClosed, and what ``return_points`` raises.
    """
    if not way:
        return_points(account_id, at=at, **values)
        return
    if way[-1].target.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
    return_points(way[0].source_id, at=at, even_if_closed=True, **values)
    for merge in way:
        forward_points(merge.source_id, to_account_id=merge.target_id, reference=f"merge:{merge.pk}", at=at)
