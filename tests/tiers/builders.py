"""Tiers, orders that reach them, and what is stored about them."""

from __future__ import annotations

import datetime
from typing import Any

from playground import refunds, shop
from playground.models import Order, User
from saleor_loyalty.models import LoyaltyAccount, TierChange
from saleor_loyalty.tiers import read_tiers
from tests import club

DAY = datetime.timedelta(days=1)
TIERS = [
    {"key": "silver", "name": "Silver", "requiredPoints": 100},
    {"key": "gold", "name": "Gold", "requiredPoints": 500, "multiplier": "2"},
]


def publish(*, tiers: Any = TIERS, **parts: Any):
    return club.publish(club.rules(**{"tiers": tiers, "trigger": "ORDER_PLACED", **parts}))


def buy(user: User, variant: Any, quantity: int = 1, *, at: datetime.datetime | None = None, **fields: Any) -> Order:
    """An order of 100 a piece, settled at once. ``at``: when it is placed, and now."""
    if at is not None:
        fields["created_at"] = at
    order = club.order_of(user, variant, quantity, **fields)
    club.settle(order, at=at)
    return order


def give_back(order: Order, quantity: int) -> None:
    """Refund so many units of the order's only line, and settle."""
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {row.lines.get().pk: quantity})
    club.settle(order)


def account_of(user: User) -> LoyaltyAccount:
    return LoyaltyAccount.objects.select_related("tier_status").get(user=user)


def tier_of(user: User, *, at: datetime.datetime | None = None) -> str:
    account = account_of(user)
    return read_tiers([account], at=at or club.now())[account.pk].standing.tier


def changes(user: User) -> list[tuple[str, str, str]]:
    rows = TierChange.objects.filter(account__user=user).order_by("pk")
    return list(rows.values_list("from_key", "to_key", "reason"))
