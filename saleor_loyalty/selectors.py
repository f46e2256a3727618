"""Reading: accounts, transactions, and what an order or a checkout has to do with points.

It never writes and never locks, and takes the database alias to read from. Numbers of points that change with time
come from ``ledger.read_points``; what is here is rows as they were last written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from .models import (
    AccountMerge,
    LoyaltyAccount,
    LoyaltyTransaction,
    OrderRecord,
    OrderRecordState,
    Reservation,
    ReservationStatus,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLoyalty:
    """What an order has to do with points: the numbers of ``Order.loyalty``."""

    earned: int
    """Awarded and not taken back."""
    pending: int
    """Still to come when the trigger happens; 0 for an order that has ended."""
    redeemed: int
    redeemed_value: Decimal
    currency: str
    reversed: int
    returned: int
    receipt: dict[str, Any] | None
    account_id: int | None
    program_id: int


def order_loyalty(order_ids: Iterable[str], *, using: str = "default") -> dict[str, OrderLoyalty]:
    """Return by order id what the orders have to do with points; orders without a record are left out.

    Cost: one statement.
    """
    records = OrderRecord.objects.using(using).filter(order_id__in=list(order_ids)).order_by("-pk")
    return {record.order_id: summarize_record(record) for record in records}


def summarize_record(record: OrderRecord) -> OrderLoyalty:
    """Return the numbers of an order's record. Pure."""
    standing = record.awarded - record.reversed
    is_alive = record.state in (OrderRecordState.WAITING, OrderRecordState.PENDING)
    return OrderLoyalty(
        earned=standing,
        pending=max(0, record.earnable - record.forfeited - standing) if is_alive else 0,
        redeemed=record.redeemed,
        redeemed_value=record.redeemed_value,
        currency=record.currency,
        reversed=record.reversed,
        returned=record.returned,
        receipt=record.receipt,
        account_id=record.account_id,
        program_id=record.program_id,
    )


def checkout_loyalty(
    checkout_ids: Iterable[str], *, at: datetime.datetime, using: str = "default"
) -> dict[str, Reservation]:
    """Return by checkout id the open reservations whose deadline has not passed. Cost: one statement."""
    reservations = Reservation.objects.using(using).filter(
        checkout_id__in=list(checkout_ids), status=ReservationStatus.RESERVED, expires_at__gt=at
    )
    return {reservation.checkout_id: reservation for reservation in reservations}


def last_reservation(checkout_id: str, *, using: str = "default") -> Reservation | None:
    """Return the checkout's open reservation, else its last one, with its account; None where it never had one."""
    reservations = Reservation.objects.using(using).filter(checkout_id=checkout_id).select_related("account")
    return reservations.order_by("-pk").first()


def account_of_user(user_id: int, *, program_id: int, using: str = "default") -> LoyaltyAccount | None:
    """Return the user's account in the program, or None."""
    return LoyaltyAccount.objects.using(using).filter(program_id=program_id, user_id=user_id).first()


def standing_merge_of(account_id: int, *, using: str = "default") -> AccountMerge | None:
    """Return the merge by which the account went into another one, if it stands."""
    return AccountMerge.objects.using(using).filter(source_id=account_id, undone_at__isnull=True).first()


def way_of_merges(account_id: int, *, using: str = "default") -> list[AccountMerge]:
    """Return the merges that stand from the account to where its points go now; none where it was not merged. One
    statement for each, and one to see the end."""
    way: list[AccountMerge] = []
    while (merge := standing_merge_of(way[-1].target_id if way else account_id, using=using)) is not None:
        way.append(merge)
    return way


def accounts_merged_into(account_id: int, *, using: str = "default") -> set[int]:
    """Return the accounts that were merged into this one, directly or by way of others. One statement for each step,
    and one to see the end."""
    merges = AccountMerge.objects.using(using).filter(undone_at__isnull=True)
    found: set[int] = set()
    wave = {account_id}
    while wave:
        wave = set(merges.filter(target_id__in=wave).values_list("source_id", flat=True)) - found
        found |= wave
    return found


def accounts_of_same_person(account_id: int, *, using: str = "default") -> set[int]:
    """Return the account, those that were merged into it, and the guests' accounts that one of these has claimed. One
    statement more than ``accounts_merged_into``."""
    members = {account_id, *accounts_merged_into(account_id, using=using)}
    guests = LoyaltyAccount.objects.using(using).filter(claimed_by_id__in=members, user__isnull=True)
    return members.union(guests.values_list("pk", flat=True))


def transactions_of(account_ids: Iterable[int], *, using: str = "default") -> QuerySet[LoyaltyTransaction]:
    """Return the accounts' transactions, in no order yet: the caller orders by sequence or pk, and cuts pages."""
    return LoyaltyTransaction.objects.using(using).filter(account_id__in=list(account_ids))
