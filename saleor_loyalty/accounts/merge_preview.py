"""What a merge does, told from the accounts before it and after it. Reads only.

The figures after are no forecast: the merge is really made, in the same way, and a preview takes it back.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from ..models import (
    AccountLabel,
    CustomFieldValue,
    Lot,
    LoyaltyAccount,
    Membership,
)

LISTED_MAX = 100
"""Of lots, memberships, labels and fields at most so many are listed; the numbers count all."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountFigures:
    """The points of an account, as its columns say under its lock."""

    balance: int
    available: int
    pending: int
    reserved: int
    debt: int
    tier: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MovingLot:
    points: int
    available_at: datetime.datetime | None
    """None: once the customer has joined."""
    expires_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FieldInConflict:
    """A field in which both cards say something, and not the same: the target's value stays."""

    field_id: int
    source_value: str
    target_value: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MergePreview:
    source_before: AccountFigures
    target_before: AccountFigures
    target_after: AccountFigures
    points: int
    debt: int
    lots: tuple[MovingLot, ...]
    """Soonest expiry first."""
    lots_count: int
    orders_count: int
    memberships: tuple[int, ...]
    memberships_count: int
    labels: tuple[int, ...]
    """That the target does not have."""
    notes_count: int
    events_count: int
    fields_count: int
    conflicts: tuple[FieldInConflict, ...]
    referrals_count: int
    rewards_count: int


def figures_of(account: LoyaltyAccount) -> AccountFigures:
    return AccountFigures(
        balance=account.balance,
        available=account.available,
        pending=account.pending,
        reserved=account.reserved,
        debt=account.debt,
        tier=account.tier_key,
    )


def lots_of(account_id: int) -> tuple[list[MovingLot], int]:
    """Return the lots that hold something, soonest expiry first, and how many there are. Two statements."""
    lots = Lot.objects.filter(account_id=account_id, remaining__gt=0)
    rows = lots.order_by("expires_at", "pk")[:LISTED_MAX].values_list("remaining", "available_at", "expires_at")
    listed = [MovingLot(points=points, available_at=opens, expires_at=ends) for points, opens, ends in rows]
    return listed, lots.count()


def conflicts_between(source_id: int, target_id: int) -> tuple[FieldInConflict, ...]:
    """Return the fields in which both cards say something different. One statement."""
    values = CustomFieldValue.objects.filter(account_id__in=(source_id, target_id))
    by_field: dict[int, dict[int, str]] = {}
    for field_id, account_id, value in values.order_by("field_id").values_list("field_id", "account_id", "value"):
        by_field.setdefault(field_id, {})[account_id] = value
    return tuple(
        FieldInConflict(field_id=field_id, source_value=said[source_id], target_value=said[target_id])
        for field_id, said in by_field.items()
        if len(said) == 2 and said[source_id] != said[target_id]
    )


def names_of_moved(moved: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a preview that are told by the keys of what moved. Two statements."""
    card, referrals = moved["card"], moved["referrals"]
    memberships = [was["membership"] for was in moved["memberships"]]
    listed = Membership.objects.filter(pk__in=memberships).order_by("-pk").values_list("pk", flat=True)[:LISTED_MAX]
    labels = AccountLabel.objects.filter(pk__in=card["labels"]).order_by("label_id").values_list("label_id", flat=True)
    return {
        "orders_count": len(moved["orders"]),
        "memberships": tuple(listed),
        "memberships_count": len(memberships),
        "labels": tuple(labels[:LISTED_MAX]),
        "notes_count": len(card["notes"]),
        "events_count": len(card["events"]),
        "fields_count": len(card["fields"]),
        "referrals_count": len(referrals["made"]) + len(referrals["claimed"]),
        "rewards_count": len(moved.get("rewards", ())),
    }
